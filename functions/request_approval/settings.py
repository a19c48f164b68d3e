"""What the request_approval function needs to know of where it runs."""

from layerlift.bootstrap import Settings as BaseSettings


class Settings(BaseSettings):
    """Read from the environment, see ``template.yaml``."""

    table_name: str
    """The registry's table."""

    control_plane: str
    """The home stack's name, part of the names of schedules."""

    decide_function_arn: str
    """The function that a schedule tells that time is up."""

    schedule_role_arn: str
    """The role the schedule invokes it as."""

    tokens_table_name: str
    """The table of task tokens."""
