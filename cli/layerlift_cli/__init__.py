"""The `layerlift` command, one face of the core."""

import os

# Looking for plugins of pydantic reads the metadata of every installed package: a tenth of the time
# that a command takes to start.
os.environ.setdefault("PYDANTIC_DISABLE_PLUGINS", "__all__")
