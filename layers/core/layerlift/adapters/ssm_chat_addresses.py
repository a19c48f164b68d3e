"""The chat destinations in an SSM parameter, a SecureString."""

from collections.abc import Callable

from layerlift.adapters.clients import AwsClients, aws_errors, error_code

KEPT_SECONDS = 60
"""How long the document is kept in memory: a change counts within a minute, and a burst of events
reads it once. That there is none is not kept: the first one counts at once."""


class SsmChatAddresses:
    """The document that says whom to tell, and holds what is secret about it."""

    def __init__(self, clients: AwsClients, name: str, seconds: Callable[[], float]) -> None:
        """Make it; ``seconds`` is a clock that never goes back."""
        self._clients = clients
        self._name = name
        self._seconds = seconds
        self._kept: tuple[float, str] | None = None

    def read(self) -> str | None:
        """Return the document (JSON), None if there is none.

        :raises Unavailable: if SSM does not answer or throttles.
        """
        now = self._seconds()
        if self._kept is not None and now - self._kept[0] < KEPT_SECONDS:
            return self._kept[1]
        found = self._read()
        self._kept = None if found is None else (now, found)
        return found

    def _read(self) -> str | None:
        from botocore.exceptions import ClientError

        with aws_errors(f"reading the parameter {self._name}"):
            try:
                answer = self._clients.client("ssm").get_parameter(
                    Name=self._name, WithDecryption=True
                )
            except ClientError as problem:
                if error_code(problem) == "ParameterNotFound":
                    return None
                raise
        return str(answer["Parameter"]["Value"])
