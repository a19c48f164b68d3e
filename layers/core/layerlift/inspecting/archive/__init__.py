"""Is it a sound zip: directory, names, modes, links, and every byte."""
