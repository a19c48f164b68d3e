"""The steps of a release, one verb a module, over the ports."""
