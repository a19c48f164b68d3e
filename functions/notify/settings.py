"""What the notify function needs to know of where it runs."""

from layerlift.bootstrap import Settings as BaseSettings


class Settings(BaseSettings):
    """Read from the environment, see ``template.yaml``."""

    bus_name: str
    """The event bus."""
    control_plane: str
    """The home stack's name, part of the dashboard's."""
    partition: str
    """The home region's partition, like aws; it says which console."""
    home_region: str
    """The home region."""
