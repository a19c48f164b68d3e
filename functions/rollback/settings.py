"""What the rollback function needs to know of where it runs."""

from layerlift.bootstrap import Settings as BaseSettings


class Settings(BaseSettings):
    """Read from the environment, see ``template.yaml``."""

    table_name: str
    """The registry's table."""

    control_plane: str
    """The home stack's name: a dimension of the metrics, and what a proof of identity is for."""

    account_id: str
    """The control plane's account."""

    identity_host: str
    """The STS endpoint of this region, for which a proof of identity is signed."""
