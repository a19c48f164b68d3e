"""A topic in SNS."""

from layerlift.adapters.clients import AwsClients, aws_errors


class SnsTopic:
    """The :class:`~layerlift.ports.chat.Topic` with an ARN."""

    def __init__(self, clients: AwsClients, arn: str) -> None:
        self._clients = clients
        self._arn = arn

    def publish(self, message: str) -> None:
        with aws_errors("publishing to the chat topic"):
            self._clients.client("sns").publish(TopicArn=self._arn, Message=message)
