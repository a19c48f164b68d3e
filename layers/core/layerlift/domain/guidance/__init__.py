"""What the words of Layerlift mean to the people who meet them, and what to do then."""
