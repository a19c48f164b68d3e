"""What lies between a message and the people: the web, a topic, and a library for the rest."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Protocol


@dataclass(frozen=True)
class WebRequest:
    """One request. Its address and headers may be secrets, so neither is in its ``repr``."""

    method: str
    url: str = field(repr=False)
    body: bytes
    headers: Mapping[str, str] = field(default_factory=dict, repr=False)


@dataclass(frozen=True)
class WebReply:
    """What was answered; the names of headers are in lower case."""

    status: int
    headers: Mapping[str, str]
    body: bytes


class Web(Protocol):
    """Sends a request to a service outside of AWS, once, and follows nothing."""

    def send(self, request: WebRequest) -> WebReply:
        """Send it, and return the answer whatever its status.

        No error names the address, since that may be the secret.

        :raises Unavailable: if there was no answer in time, or too long a one.
        :raises Fault: for an address that must not be called.
        """


class Topic(Protocol):
    """The SNS topic that chat applications of AWS listen to."""

    def publish(self, message: str) -> None:
        """Publish a message (JSON).

        :raises Unavailable: if it may be tried again.
        """


class AnyService(Protocol):
    """Every other service, each by an address of its own kind."""

    def notify(self, address: str, title: str, body: str, severity: str) -> bool:
        """Send plain text to ``address``, and say whether it was taken."""
