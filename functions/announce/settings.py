"""What the announce function needs to know of where it runs."""

from layerlift.bootstrap import Settings as BaseSettings


class Settings(BaseSettings):
    """Read from the environment, see ``template.yaml``; no secret is among them."""

    table_name: str
    """The table of conversations: what each destination was told."""

    queue_url: str
    """The queue that events come from."""

    topic_arn: str
    """The SNS topic for Amazon Q Developer in chat applications."""

    parameter_name: str
    """The SSM parameter that holds the destinations, a SecureString."""

    control_plane: str
    """The home stack's name, which the dashboard that messages link to has, too."""

    partition: str
    """Its partition, like aws."""

    home_region: str
    """Its region."""

    local_endpoint: bool
    """True only where AWS is imitated on this machine: chats may be on it, too, without TLS."""
