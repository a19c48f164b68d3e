"""What the console function needs to know of where it runs."""

from layerlift.bootstrap import Settings as BaseSettings


class Settings(BaseSettings):
    """Read from the environment, see ``template.yaml``."""

    table_name: str
    """The registry's table."""

    tokens_table_name: str
    """The table of task tokens."""

    control_plane: str
    """The home stack's name."""

    account_id: str
    """The control plane's account."""

    identity_host: str
    """The STS endpoint of this region."""

    takes_decisions: bool
    """Whether a click may be handed in as a decision; the policy says whether it counts."""
