"""What the sweep function needs to know of where it runs."""

from layerlift.bootstrap import Settings as BaseSettings


class Settings(BaseSettings):
    """Read from the environment, see ``template.yaml``."""

    table_name: str
    """The registry's table."""

    control_plane: str
    """The home stack's name, which canary functions are tagged with."""

    partition: str
    """The partition of the targets, like aws."""

    account: str
    """The account of the targets."""
