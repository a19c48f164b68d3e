"""A proxy between the functions and AWS's API that lets calls fail as they do on a bad day.

Functions are pointed at it by ``AWS_ENDPOINT_URL``. The credential scope of a signed request says
which service and region it is for, see
https://docs.aws.amazon.com/IAM/latest/UserGuide/create-signed-request.html, so that one port
stands for all of them.
"""

from __future__ import annotations

import http.client
import re
import socket
import struct
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from enum import StrEnum
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import urlsplit

_SCOPE = re.compile(r"Credential=[^/]+/\d{8}/(?P<region>[^/]+)/(?P<service>[^/]+)/aws4_request")
_HOP_BY_HOP = frozenset({"connection", "keep-alive", "transfer-encoding", "content-length"})
_UPSTREAM_SECONDS = 120
_RESET_ON_CLOSE = struct.pack("ii", 1, 0)


class Kind(StrEnum):
    """How a call fails."""

    THROTTLE = "throttle"
    """Refused with 429, not carried out."""
    ERROR = "error"
    """Refused with 500, not carried out."""
    AWAY = "away"
    """Refused with 503, not carried out: a region that is down."""
    LATENCY = "latency"
    """Carried out, after a while."""
    RESET = "reset"
    """The connection is reset before anything is carried out."""
    ANSWER_LOST = "answer lost"
    """Carried out, and the connection is reset in place of the answer."""
    KILLED_BEFORE = "killed before"
    """Whoever asks is killed; nothing is carried out."""
    KILLED_AFTER = "killed after"
    """Carried out, and whoever asked is killed before the answer."""


_ANSWERS = {
    Kind.THROTTLE: (429, "TooManyRequestsException"),
    Kind.ERROR: (500, "InternalServerError"),
    Kind.AWAY: (503, "ServiceUnavailable"),
}


@dataclass(frozen=True)
class Call:
    """What is asked of AWS. ``operation`` is its name, or method and path of a REST service."""

    service: str
    region: str
    operation: str


@dataclass
class Fault:
    """Which calls fail, and how; None stands for every one. ``times`` is how many still do."""

    kind: Kind
    service: str | None = None
    region: str | None = None
    operation: str | None = None
    """A regular expression that the operation has to contain."""
    skip: int = 0
    """How many such calls get through first."""
    times: int | None = None
    seconds: float = 1.0
    """How long a :attr:`Kind.LATENCY` takes."""
    struck: int = 0
    """How many calls have failed so."""

    def strikes(self, call: Call) -> bool:
        """Say whether the call is one of those."""
        return (
            self.times != 0
            and self.service in (None, call.service)
            and self.region in (None, call.region)
            and (self.operation is None or re.search(self.operation, call.operation) is not None)
        )


@dataclass
class FaultProxy:
    """The proxy; ``upstream`` is set once what it stands in front of has its port."""

    upstream: str = ""
    injected: Counter[tuple[Kind, str]] = field(default_factory=Counter)
    """How often each kind of fault struck a service."""
    kill: Callable[[int], bool] = lambda port: False
    """Kills the process that calls from a port, for the kinds that do; False if it lives on."""
    _faults: list[Fault] = field(default_factory=list)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    @contextmanager
    def running(self) -> Iterator[str]:
        """Serve while the block runs, and yield the endpoint."""
        server = ThreadingHTTPServer(
            ("127.0.0.1", 0), type("Handler", (_Handler,), {"proxy": self})
        )
        server.daemon_threads = True
        thread = threading.Thread(target=server.serve_forever, daemon=True)
        thread.start()
        try:
            yield f"http://127.0.0.1:{server.server_address[1]}"
        finally:
            server.shutdown()
            server.server_close()
            thread.join()

    @contextmanager
    def fault(self, fault: Fault) -> Iterator[None]:
        """Let calls fail while the block runs."""
        with self._lock:
            self._faults.append(fault)
        try:
            yield
        finally:
            with self._lock:
                self._faults.remove(fault)

    def struck(self, call: Call) -> Fault | None:
        """Return the fault that strikes a call, None if none does; it is counted."""
        with self._lock:
            matching = [fault for fault in self._faults if fault.strikes(call)]
            fault = next((fault for fault in matching if fault.skip == 0), None)
            for other in matching:
                if other is not fault and other.skip:
                    other.skip -= 1
            if fault is not None:
                fault.times = None if fault.times is None else fault.times - 1
                fault.struck += 1
                self.injected[fault.kind, call.service] += 1
            return fault

    def missed(self, fault: Fault, call: Call) -> None:
        """Take back that a fault has struck a call: it is still to come."""
        with self._lock:
            fault.times = None if fault.times is None else fault.times + 1
            fault.struck -= 1
            self.injected[fault.kind, call.service] -= 1


def call_of(method: str, path: str, headers: Mapping[str, str]) -> Call:
    """Return what a signed request asks for."""
    scope = _SCOPE.search(headers.get("Authorization", ""))
    target = headers.get("X-Amz-Target", "").rpartition(".")[2]
    return Call(
        service=scope["service"] if scope else "",
        region=scope["region"] if scope else "",
        operation=target or f"{method} {urlsplit(path).path}",
    )


class _Handler(BaseHTTPRequestHandler):
    """Hands calls on, but for those that a fault strikes."""

    proxy: FaultProxy
    protocol_version = "HTTP/1.1"

    def _serve(self) -> None:
        body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        call = call_of(self.command, self.path, dict(self.headers.items()))
        fault = self.proxy.struck(call)
        kind = None if fault is None else fault.kind
        if fault is not None and kind is Kind.LATENCY:
            time.sleep(fault.seconds)
        if kind is Kind.RESET or (kind is Kind.KILLED_BEFORE and self._killed(fault, call)):
            self._reset()
            return
        if kind in _ANSWERS:
            self._refuse(*_ANSWERS[kind])
            return
        answer = self._forward(body)
        if kind is Kind.ANSWER_LOST or (kind is Kind.KILLED_AFTER and self._killed(fault, call)):
            self._reset()
        else:
            self._answer(*answer)

    def _killed(self, fault: Fault | None, call: Call) -> bool:
        """Kill whoever calls; False if it is nobody who may be killed, which was no fault then."""
        is_dead = self.proxy.kill(self.client_address[1])
        if fault is not None and not is_dead:
            self.proxy.missed(fault, call)
        return is_dead

    do_GET = do_POST = do_PUT = do_DELETE = do_HEAD = do_PATCH = _serve

    def _forward(self, body: bytes) -> tuple[int, list[tuple[str, str]], bytes]:
        connection = http.client.HTTPConnection(
            urlsplit(self.proxy.upstream).netloc, timeout=_UPSTREAM_SECONDS
        )
        try:
            connection.request(self.command, self.path, body, dict(self.headers.items()))
            answer = connection.getresponse()
            return answer.status, answer.getheaders(), answer.read()
        finally:
            connection.close()

    def _refuse(self, status: int, code: str) -> None:
        headers = [("Content-Type", "application/json"), ("x-amzn-errortype", code)]
        self._answer(status, headers, f'{{"__type":"{code}","message":"injected"}}'.encode())

    def _answer(self, status: int, headers: list[tuple[str, str]], content: bytes) -> None:
        self.send_response(status)
        for name, value in headers:
            if name.lower() not in _HOP_BY_HOP:
                self.send_header(name, value)
        length = dict(headers).get("Content-Length") if self.command == "HEAD" else None
        self.send_header("Content-Length", length or str(len(content)))
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(content)

    def _reset(self) -> None:
        self.close_connection = True
        self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, _RESET_ON_CLOSE)
        self.connection.close()

    def log_message(self, format: str, *args: object) -> None:
        """Say nothing: what struck is counted."""
