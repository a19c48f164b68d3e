"""A server on loopback that behaves like Slack, Discord and a workflow of Teams.

Also like them on a bad day: what is scripted for a path is done there once, in turn.
"""

from __future__ import annotations

import itertools
import json
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlsplit

TOKEN = "xoxb-not-a-real-token"
SECRET_PATH = "T0000-not-a-real-secret"


@dataclass(frozen=True)
class Answer:
    """What is sent back; ``slowly`` is the seconds between two bytes of the body."""

    status: int = 200
    content: Any = None
    headers: Mapping[str, str] = field(default_factory=dict)
    slowly: float = 0

    @property
    def body(self) -> bytes:
        if isinstance(self.content, bytes):
            return self.content
        return b"" if self.content is None else json.dumps(self.content).encode()


def busy(seconds: str) -> Answer:
    """Answer as a service that has heard too much."""
    return Answer(429, {"ok": False, "error": "ratelimited"}, {"Retry-After": seconds})


@dataclass(frozen=True)
class Heard:
    """One request."""

    method: str
    path: str
    query: Mapping[str, list[str]]
    headers: Mapping[str, str]
    content: Any


class Chats:
    """What was said to the server, and how it answers."""

    def __init__(self) -> None:
        self.heard: list[Heard] = []
        self.scripts: dict[str, list[Answer]] = {}
        self.port = 0
        self._numbers = itertools.count(1)
        self._lock = threading.Lock()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    @property
    def slack(self) -> str:
        return f"{self.url}/api"

    @property
    def slack_webhook(self) -> str:
        return f"{self.url}/services/{SECRET_PATH}"

    @property
    def discord(self) -> str:
        return f"{self.url}/discord/webhooks/1/{SECRET_PATH}"

    @property
    def teams(self) -> str:
        return f"{self.url}/workflows/{SECRET_PATH}?sig={SECRET_PATH}"

    def script(self, path: str, *answers: Answer) -> None:
        """Answer so to the next requests whose path begins with ``path``."""
        self.scripts.setdefault(path, []).extend(answers)

    def to(self, prefix: str, method: str = "POST") -> list[Heard]:
        """Return what was said below a path."""
        return [h for h in self.heard if h.path.startswith(prefix) and h.method == method]

    def answer(self, heard: Heard) -> Answer:
        with self._lock:
            for path, answers in self.scripts.items():
                if heard.path.startswith(path) and answers:
                    return answers.pop(0)
            self.heard.append(heard)
            return self._answer(heard)

    def _answer(self, heard: Heard) -> Answer:
        number = next(self._numbers)
        if heard.path.startswith("/api/"):
            return _slack(heard, f"1700000000.{number:06}")
        if heard.path.startswith("/discord/"):
            is_asked = heard.method == "PATCH" or heard.query.get("wait") == ["true"]
            handle = heard.path.rpartition("/")[2] if heard.method == "PATCH" else str(number)
            return Answer(200, {"id": handle}) if is_asked else Answer(204)
        if heard.path.startswith("/workflows/"):
            return Answer(202)
        return Answer(200, b"ok")

    @contextmanager
    def running(self) -> Iterator[Chats]:
        server = ThreadingHTTPServer(("127.0.0.1", 0), _handler(self.answer))
        server.daemon_threads = True
        self.port = server.server_address[1]
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05})
        thread.start()
        try:
            yield self
        finally:
            server.shutdown()
            server.server_close()
            thread.join()


def _slack(heard: Heard, stamp: str) -> Answer:
    if heard.headers.get("authorization") != f"Bearer {TOKEN}":
        return Answer(200, {"ok": False, "error": "invalid_auth"})
    stamp = heard.content.get("ts", stamp)
    return Answer(200, {"ok": True, "ts": stamp, "channel": heard.content["channel"]})


def _handler(answer: Callable[[Heard], Answer]) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        def _do(self) -> None:
            parts = urlsplit(self.path)
            body = self.rfile.read(int(self.headers.get("content-length", 0)))
            headers = {name.lower(): value for name, value in self.headers.items()}
            content = json.loads(body) if body else None
            query = parse_qs(parts.query)
            given = answer(Heard(self.command, parts.path, query, headers, content))
            with suppress(OSError):
                self._send(given)

        def _send(self, given: Answer) -> None:
            self.send_response(given.status)
            for name, value in given.headers.items():
                self.send_header(name, value)
            self.send_header("Content-Length", str(len(given.body)))
            self.end_headers()
            if not given.slowly:
                self.wfile.write(given.body)
                return
            for byte in given.body:
                self.wfile.write(bytes([byte]))
                time.sleep(given.slowly)

        do_GET = do_POST = do_PATCH = _do

        def log_message(self, *arguments: object) -> None:
            """Keep quiet."""

    return Handler
