"""Serves the console on loopback, for as long as a block of code runs."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import Any

from layerlift_cli.console.application import Console, Response, refused
from layerlift_cli.console.backstage import Backstage
from layerlift_cli.console.guard import MAX_BODY, Guard, Refusal, Request
from layerlift_cli.errors import NotSetUp

HOST = "127.0.0.1"

_DIGITS = 9
"""Of a length: Python reads no number of thousands of them, and says so by an error."""

_LOOK_SECONDS = 0.05
"""How often the server looks whether it shall end: so long may Ctrl-C take."""


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    console: Console

    def handle_error(self, request: Any, client_address: Any) -> None:
        """Say nothing of a browser that has gone, as it does when a tab is closed."""
        if not isinstance(sys.exception(), ConnectionError):
            super().handle_error(request, client_address)


class _Handler(BaseHTTPRequestHandler):
    """Reads a request, has it answered, and writes the answer."""

    protocol_version = "HTTP/1.1"
    timeout = 20
    """Seconds that a connection may be silent: one that is kept open holds a thread."""
    server: _Server

    def do_GET(self) -> None:
        self._write(self.server.console.answer(self._request(b"")))

    def do_POST(self) -> None:
        length = self.headers.get("content-length", "")
        if not length.isascii() or not length.isdigit() or "transfer-encoding" in self.headers:
            refusal = Refusal(HTTPStatus.LENGTH_REQUIRED, "Say how long the message is.")
        elif len(length) > _DIGITS or int(length) > MAX_BODY:
            reason = f"Nothing was done: a message has {MAX_BODY} bytes at most."
            refusal = Refusal(HTTPStatus.REQUEST_ENTITY_TOO_LARGE, reason)
        else:
            self._write(self.server.console.answer(self._request(self.rfile.read(int(length)))))
            return
        self.close_connection = True  # what was not read must not pass for the next request
        self._write(refused(refusal))

    def _request(self, body: bytes) -> Request:
        # A header that is there twice is none: nobody is to choose which one counts.
        names = {name.lower() for name in self.headers}
        single = {name: self.headers.get_all(name, []) for name in names}
        headers = {name: values[0] for name, values in single.items() if len(values) == 1}
        return Request(self.command, self.path, headers, body)

    def _write(self, response: Response) -> None:
        self.send_response(response.status)
        for name, value in response.headers.items():
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(response.body)))
        if self.close_connection:
            self.send_header("Connection", "close")
        self.end_headers()
        self.wfile.write(response.body)

    def version_string(self) -> str:
        """Say no version of anything."""
        return "layerlift"

    def log_message(self, format: str, *args: object) -> None:
        """Say nothing: the terminal is the user's."""


@contextmanager
def serving(backstage: Backstage, port: int = 0) -> Iterator[Console]:
    """Serve the console while the block runs; on a free port, unless one is named.

    :raises NotSetUp: if the port is taken.
    """
    try:
        server = _Server((HOST, port), _Handler)
    except OSError as problem:
        raise NotSetUp(
            f"Port {port} of {HOST} cannot be had: {problem.strerror}. Leave --port away to get a "
            "free one."
        ) from None
    server.console = Console(Guard(f"{HOST}:{server.server_port}"), backstage)
    thread = Thread(target=server.serve_forever, args=(_LOOK_SECONDS,), name="console", daemon=True)
    thread.start()
    try:
        yield server.console
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
