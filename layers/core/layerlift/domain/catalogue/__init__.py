"""The types of event, by the part of a release's way that they tell of."""
