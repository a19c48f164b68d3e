"""What the start_watches function needs to know of where it runs."""

from layerlift.bootstrap import Settings as BaseSettings


class Settings(BaseSettings):
    """Read from the environment, see ``template.yaml``."""

    table_name: str
    """The registry's table."""

    account: str
    """The account of the targets."""

    watch_state_machine_arn: str
    """The state machine that looks at a layer in a stage."""
