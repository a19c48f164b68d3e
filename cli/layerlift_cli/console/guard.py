"""Which requests the console answers: only those of its own page, in the browser of its user.

Whatever runs in that browser can send requests to a port of this machine, and a name that somebody
else owns can be made to mean 127.0.0.1. So a request has to name the right host, to come from the
page itself, and to bring two secrets: a cookie, which scripts cannot read, and a token, which the
servers on other ports of this machine are not sent (cookies do not know ports, RFC 6265, 8.5).
"""

from __future__ import annotations

import hmac
import secrets
from collections import OrderedDict
from collections.abc import Mapping
from dataclasses import dataclass, field
from http import HTTPStatus
from http.cookies import CookieError, SimpleCookie
from threading import Lock

MAX_BODY = 64 * 1024
"""Ours: bytes of a request's body; a decision or a form is far smaller."""

TOKEN_HEADER = "x-layerlift-page"  # noqa: S105 - a header's name
SECRET_BYTES = 32

MAX_NONCES = 512
"""Ours: how many forms may be open. The oldest go first, and such a page has to look again."""

DOOR, SESSION, API = "/", "/session", "/api/"
"""The page that trades the key for the session, where it does so, and all that needs the token."""

_ELSEWHERE = "Open the address that layerlift console has printed."


@dataclass(frozen=True, slots=True)
class Request:
    """A request as it came; the names of headers are in lower case."""

    method: str
    path: str
    headers: Mapping[str, str]
    body: bytes = b""


@dataclass(frozen=True, slots=True)
class Refusal:
    """Why a request is not answered."""

    status: HTTPStatus
    reason: str


def new_secret() -> str:
    """Return 256 bits that nobody guesses."""
    return secrets.token_urlsafe(SECRET_BYTES)


@dataclass(frozen=True, slots=True)
class Guard:
    """Knows the secrets. ``authority`` is the only host there is, like ``127.0.0.1:8123``.

    ``key`` is in the fragment of the printed address, which browsers send nobody; whoever shows it
    is given the cookie and the token.
    """

    authority: str
    key: str = field(default_factory=new_secret, repr=False)
    cookie: str = field(default_factory=new_secret, repr=False)
    token: str = field(default_factory=new_secret, repr=False)

    @property
    def origin(self) -> str:
        """Where the page comes from."""
        return f"http://{self.authority}"

    @property
    def cookie_name(self) -> str:
        """A name of its own for each port, so that two consoles do not end each other's session."""
        return f"layerlift-console-{self.authority.rpartition(':')[2]}"

    @property
    def set_cookie(self) -> str:
        """The header that gives the cookie."""
        return f"{self.cookie_name}={self.cookie}; HttpOnly; SameSite=Strict; Path=/"

    def refusal(self, request: Request) -> Refusal | None:
        """Return why a request is not answered, None if it is."""
        if request.headers.get("host") != self.authority:
            return Refusal(HTTPStatus.MISDIRECTED_REQUEST, f"This is another host. {_ELSEWHERE}")
        return (
            self._strange_method(request)
            or self._from_elsewhere(request)
            or self._without_secrets(request)
        )

    def admits(self, key: str) -> bool:
        """Whether somebody has the key."""
        return _same(key, self.key)

    def is_inside(self, request: Request) -> bool:
        """Whether a request brings the cookie."""
        try:
            cookies = SimpleCookie(request.headers.get("cookie", ""))
        except CookieError:
            return False
        found = cookies.get(self.cookie_name)
        return found is not None and _same(found.value, self.cookie)

    def _strange_method(self, request: Request) -> Refusal | None:
        if request.method not in ("GET", "POST"):
            return Refusal(HTTPStatus.METHOD_NOT_ALLOWED, "Only GET and POST mean anything here.")
        if request.method == "GET":
            return None
        media_type = request.headers.get("content-type", "").partition(";")[0].strip().lower()
        if media_type != "application/json":
            return Refusal(HTTPStatus.UNSUPPORTED_MEDIA_TYPE, "Only JSON is read here.")
        return None

    def _from_elsewhere(self, request: Request) -> Refusal | None:
        """What browsers say of where a request comes from: always with POST, mostly with GET."""
        site = request.headers.get("sec-fetch-site", "same-origin")
        if request.method == "POST":
            is_ours = request.headers.get("origin") == self.origin and site == "same-origin"
        else:
            # A link in a chat may lead to the door, which is a page without any content.
            is_ours = site in ("same-origin", "none") or request.path == DOOR
        if is_ours:
            return None
        return Refusal(HTTPStatus.FORBIDDEN, f"Another page has sent this. {_ELSEWHERE}")

    def _without_secrets(self, request: Request) -> Refusal | None:
        if (request.method, request.path) in (("GET", DOOR), ("POST", SESSION)):
            return None
        token = request.headers.get(TOKEN_HEADER, "")
        if not self.is_inside(request) or (
            request.path.startswith(API) and not _same(token, self.token)
        ):
            return Refusal(HTTPStatus.UNAUTHORIZED, f"This browser has no session. {_ELSEWHERE}")
        return None


class Nonces:
    """Numbers that are good once: a form that is sent again decides nothing."""

    def __init__(self, most: int = MAX_NONCES) -> None:
        self._most = most
        self._open: OrderedDict[str, None] = OrderedDict()
        self._lock = Lock()

    def issue(self) -> str:
        """Return a new one."""
        nonce = new_secret()
        with self._lock:
            self._open[nonce] = None
            while len(self._open) > self._most:
                self._open.popitem(last=False)
        return nonce

    def redeem(self, nonce: str) -> bool:
        """Use one up; False if it is none, or no longer."""
        with self._lock:
            return self._open.pop(nonce, self) is None


def _same(given: str, wanted: str) -> bool:
    return hmac.compare_digest(given.encode(), wanted.encode())
