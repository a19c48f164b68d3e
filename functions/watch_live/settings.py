"""What the watch_live function needs to know of where it runs."""

from layerlift.bootstrap import Settings as BaseSettings


class Settings(BaseSettings):
    """Read from the environment, see ``template.yaml``."""

    table_name: str
    """The registry's table."""

    control_plane: str
    """The home stack's name, part of the names of what targets bring, and of alarms."""

    partition: str
    """The partition of the targets, like aws."""

    canary_runtime: str
    """The runtime of canaries of layers that leave the choice, or serve it among others."""

    canary_nodejs_runtime: str
    """The same for layers that are for Node.js."""

    canary_architecture: str
    """The architecture of canaries of layers without native code."""
