"""The web outside of AWS: one request, over TLS, with nothing followed and everything bounded.

The addresses come from the operator's secret. Whoever can write there could make this function
call anything it can reach, so it calls only what speaks TLS with a valid certificate, follows no
redirect to another place, and uses no proxy. The standard library's client is all that this takes.
"""

import socket
from contextlib import suppress
from http.client import HTTPConnection, HTTPException, HTTPSConnection
from ipaddress import ip_address
from threading import Event, Timer
from urllib.parse import SplitResult, urlsplit

from layerlift.domain.errors import Fault, Unavailable
from layerlift.ports.chat import WebReply, WebRequest

CONNECT_SECONDS = 5
"""How long a connection may take, and each answer from the network on it."""

TOTAL_SECONDS = 10
"""How long the whole exchange may take, however often a byte arrives."""

MAX_ANSWER_BYTES = 64 * 1024
"""How much of an answer is read: those of Slack and Discord repeat the message, which is less."""


class HttpsWeb:
    """The :class:`~layerlift.ports.chat.Web`.

    ``allows_loopback`` lets it speak without TLS to an address of this machine, and only to that.
    """

    def __init__(
        self, *, allows_loopback: bool = False, total_seconds: float = TOTAL_SECONDS
    ) -> None:
        self._allows_loopback = allows_loopback
        self._total_seconds = total_seconds

    def send(self, request: WebRequest) -> WebReply:
        try:
            parts = urlsplit(request.url)
            connection = self._connection(parts)
        except ValueError:
            # The message of the error quotes the address.
            raise Fault("its address is not one of the web") from None
        try:
            return self._exchange(connection, parts, request)
        except (OSError, HTTPException, ValueError) as problem:
            # Neither is this one's message free of it, be it in the error that it came from.
            raise Unavailable(f"it gave no sound answer ({type(problem).__name__})") from None
        finally:
            connection.close()

    def _connection(self, parts: SplitResult) -> HTTPConnection:
        host, port = parts.hostname or "", parts.port
        if not host or parts.username is not None or parts.password is not None:
            raise Fault("its address names no host, or a user")
        if parts.scheme == "https":
            return HTTPSConnection(host, port, timeout=CONNECT_SECONDS)
        if parts.scheme == "http" and self._allows_loopback and _is_loopback(host):
            return HTTPConnection(host, port, timeout=CONNECT_SECONDS)
        raise Fault("its address does not begin with https://")

    def _exchange(
        self, connection: HTTPConnection, parts: SplitResult, request: WebRequest
    ) -> WebReply:
        connection.connect()
        is_over = Event()
        watch = Timer(self._total_seconds, _end, (connection.sock, is_over))
        watch.daemon = True
        watch.start()
        try:
            target = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
            headers = {"user-agent": "layerlift", **request.headers}
            connection.request(request.method, target, request.body, headers)
            answer = connection.getresponse()
            body = answer.read(MAX_ANSWER_BYTES + 1)
        finally:
            watch.cancel()
        if is_over.is_set():
            raise TimeoutError
        if len(body) > MAX_ANSWER_BYTES:
            raise ValueError("too long an answer")
        named = {name.lower(): value for name, value in answer.getheaders()}
        return WebReply(status=answer.status, headers=named, body=body)


def _end(connected: socket.socket, is_over: Event) -> None:
    """End whatever waits on the connection."""
    is_over.set()
    with suppress(OSError):
        connected.shutdown(socket.SHUT_RDWR)


def _is_loopback(host: str) -> bool:
    # A name could be made to mean anything; a number cannot.
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return False
