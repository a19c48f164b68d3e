"""A proxy in front of the emulator that counts what the control plane's functions ask of AWS."""

from __future__ import annotations

import http.client
import json
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Lock, Thread
from typing import ClassVar
from urllib.parse import urlsplit

from benchmarks.cost_model import read_units, write_units

_HOP = frozenset({"connection", "transfer-encoding", "content-length"})
"""Headers that are between two neighbours (RFC 9110, section 7.6.1), or are set anew."""

_S3_WRITES = frozenset({"PUT", "POST"})


@dataclass
class Counts:
    """What has passed so far, in the units that AWS bills."""

    dynamodb_write_unit: int = 0
    dynamodb_read_unit: int = 0
    s3_write: int = 0
    s3_read: int = 0
    event: int = 0
    batches: int = 0
    copies: int = 0
    canaries: int = 0
    canary_seconds: float = 0.0
    _lock: Lock = field(default_factory=Lock)

    def add(self, method: str, headers: http.client.HTTPMessage, body: bytes, answer: int) -> None:
        """Count one request; ``answer`` is the length of what came back."""
        target, service = headers.get("X-Amz-Target", ""), _signed_for(headers)
        with self._lock:
            if target.endswith(".TransactWriteItems"):
                self.dynamodb_write_unit += write_units(json.loads(body))
            elif target.startswith("DynamoDB_"):
                self.dynamodb_read_unit += read_units(answer)
            elif target.endswith(".PutEvents"):
                self.event += len(json.loads(body)["Entries"])
                self.batches += 1
            elif service == "s3":
                self.s3_write += method in _S3_WRITES
                self.s3_read += method not in _S3_WRITES
                self.copies += "x-amz-copy-source" in headers

    def add_canary(self, seconds: float) -> None:
        """Count one invocation of a canary, the only function that our functions invoke."""
        with self._lock:
            self.canaries += 1
            self.canary_seconds += seconds


def _signed_for(headers: http.client.HTTPMessage) -> str:
    """Return the service that a request was signed for, from its credential scope (SigV4)."""
    scope = headers.get("Authorization", "").partition("Credential=")[2].partition(",")[0]
    return scope.split("/")[3] if scope.count("/") >= 4 else ""


class CountingProxy:
    """Passes requests on to ``upstream``, which may be set after the proxy has begun to listen."""

    def __init__(self) -> None:
        self.upstream = ""
        self.counts = Counts()
        handler = type("Handler", (_Handler,), {"proxy": self})
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
        self._server.daemon_threads = True

    @property
    def endpoint(self) -> str:
        """Where it listens."""
        return f"http://127.0.0.1:{self._server.server_address[1]}"

    @contextmanager
    def listening(self) -> Iterator[CountingProxy]:
        """Pass requests on while the block runs."""
        thread = Thread(target=self._server.serve_forever, daemon=True)
        thread.start()
        try:
            yield self
        finally:
            self._server.shutdown()
            self._server.server_close()
            thread.join()


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    proxy: ClassVar[CountingProxy]

    def _pass_on(self) -> None:
        body = self._body()
        to = urlsplit(self.proxy.upstream)
        began = time.perf_counter()
        connection = http.client.HTTPConnection(str(to.hostname), to.port, timeout=120)
        try:
            kept = {k: v for k, v in self.headers.items() if k.lower() not in _HOP}
            connection.request(self.command, self.path, body or None, kept)
            answer = connection.getresponse()
            content = answer.read()
        finally:
            connection.close()
        self.proxy.counts.add(self.command, self.headers, body, len(content))
        if self.path.endswith("/invocations"):
            self.proxy.counts.add_canary(time.perf_counter() - began)
        self.send_response(answer.status)
        for name, value in answer.getheaders():
            if name.lower() not in _HOP:
                self.send_header(name, value)
        if self.command == "HEAD":
            self.send_header("Content-Length", answer.getheader("Content-Length", "0"))
        else:
            self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        self.wfile.write(content)

    def _body(self) -> bytes:
        if "chunked" not in self.headers.get("Transfer-Encoding", ""):
            return self.rfile.read(int(self.headers.get("Content-Length", 0)))
        body = b""
        while size := int(self.rfile.readline().split(b";")[0], 16):
            body += self.rfile.read(size)
            self.rfile.readline()
        self.rfile.readline()
        return body

    do_GET = do_HEAD = do_PUT = do_POST = do_DELETE = _pass_on

    def log_message(self, format: str, *args: object) -> None:
        """Say nothing: the counts are what is wanted."""
