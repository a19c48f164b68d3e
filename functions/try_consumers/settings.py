"""What the function that tries consumers needs to know of where it runs."""

from layerlift.bootstrap import Settings as BaseSettings


class Settings(BaseSettings):
    """Read from the environment, see ``template.yaml``."""

    table_name: str
    """The registry's table."""

    control_plane: str
    """The home stack's name, part of the names of what targets bring."""

    partition: str
    """The partition of the targets, like aws."""
