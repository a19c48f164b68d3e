"""How the unit tests look for examples: no limit of time on a busy machine, nothing on disk."""

from hypothesis import settings

settings.register_profile("unit", deadline=None, database=None, print_blob=True)
settings.load_profile("unit")
