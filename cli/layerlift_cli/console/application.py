"""What the console answers to each request; it knows no sockets."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass, field
from datetime import UTC, datetime
from http import HTTPStatus
from importlib.resources import files
from typing import Any, TypeVar

from pydantic import BaseModel, ValidationError

from layerlift.domain.approval import in_words
from layerlift.domain.errors import InvalidText
from layerlift.domain.outcomes import Outcome
from layerlift_cli.console.backstage import Backstage
from layerlift_cli.console.guard import DOOR, SESSION, Guard, Nonces, Refusal, Request, new_secret
from layerlift_cli.console.messages import DECIDE, Decide, Enter, Foresee, Show, event_of
from layerlift_cli.errors import CommandError
from layerlift_cli.session import aws_problems, out_of_reach

_HTML, _JSON = "text/html; charset=utf-8", "application/json"
_TYPES = {"html": _HTML, "js": "text/javascript; charset=utf-8", "css": "text/css; charset=utf-8"}

_POLICY = (
    "default-src 'none'; script-src {scripts}; style-src 'self'; img-src data:; "
    "connect-src 'self'; frame-ancestors 'none'; base-uri 'none'; form-action 'none'; "
    # One policy, of one place: the reader of widgets, which makes nothing of them that runs.
    "require-trusted-types-for 'script'; trusted-types layerlift-inert"
)
_HEADERS = {
    "Cache-Control": "no-store",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
}

_USED_UP = (
    "Nothing was decided: this form was used before, or is too old. "
    "It has been refreshed; decide again if it still waits."
)
_FOREIGN = "Nothing was called: the widget named another function than the console's."

_Message = TypeVar("_Message", bound=BaseModel)


@dataclass(frozen=True, slots=True)
class Response:
    """An answer, with all its headers but those of the connection."""

    status: HTTPStatus
    body: bytes
    headers: Mapping[str, str]


@dataclass(frozen=True)
class Console:
    """The page and its calls, for whoever has the guard's key."""

    guard: Guard
    backstage: Backstage
    nonces: Nonces = field(default_factory=Nonces)
    keys: Nonces = field(default_factory=Nonces)

    @property
    def address(self) -> str:
        """What is printed; good as long as the console is open."""
        return f"{self.guard.origin}/#key={self.guard.key}"

    def address_for_once(self) -> str:
        """Return what a browser is started with: others on this machine may read its arguments."""
        return f"{self.guard.origin}/#key={self.keys.issue()}"

    def answer(self, request: Request) -> Response:
        """Answer a request; a fault of AWS, too, is an answer, and a sentence in it."""
        refusal = self.guard.refusal(request)
        if refusal is not None:
            return _problem(refusal.status, refusal.reason)
        try:
            return self._route(request)
        except ValidationError as problem:
            return _problem(HTTPStatus.BAD_REQUEST, _first(problem))
        except InvalidText as problem:
            return _problem(HTTPStatus.BAD_REQUEST, f"{problem}.")
        except CommandError as problem:
            return _problem(HTTPStatus.CONFLICT, str(problem))
        except aws_problems() as problem:
            return _problem(HTTPStatus.BAD_GATEWAY, str(out_of_reach(problem)))

    def _route(self, request: Request) -> Response:
        routes: dict[tuple[str, str], Callable[[bytes], Response]] = {
            ("GET", DOOR): _door,
            ("POST", SESSION): self._enter,
            ("GET", "/api/about"): self._about,
            ("POST", "/api/show"): self._show,
            ("POST", "/api/foresee"): self._foresee,
            ("POST", "/api/decide"): self._decide,
        }
        found = routes.get((request.method, request.path))
        if found is not None:
            return found(request.body)
        if request.method == "GET" and request.path in STATIC:
            content, media_type = STATIC[request.path]
            return _response(HTTPStatus.OK, content, media_type)
        return _problem(HTTPStatus.NOT_FOUND, "There is nothing here.")

    def _enter(self, body: bytes) -> Response:
        key = _parse(Enter, body).key
        if not self.guard.admits(key) and not self.keys.redeem(key):
            return _problem(HTTPStatus.FORBIDDEN, "This is not the key of this console.")
        return _json({"token": self.guard.token}, {"Set-Cookie": self.guard.set_cookie})

    def _about(self, _: bytes) -> Response:
        return _json(asdict(self.backstage.about()))

    def _show(self, body: bytes) -> Response:
        show = _parse(Show, body)
        about = self.backstage.about()
        if show.endpoint not in (None, about.endpoint):
            return _problem(HTTPStatus.FORBIDDEN, _FOREIGN)
        if show.params.get("action") == DECIDE:
            return _problem(HTTPStatus.BAD_REQUEST, "Nothing was decided: decisions are signed.")
        event = event_of(show, about.stack, about.account, datetime.now(UTC))
        return _json({"html": self.backstage.show(event), "nonce": self.nonces.issue()})

    def _foresee(self, body: bytes) -> Response:
        return _json({"follows": self.backstage.foresee(_parse(Foresee, body))})

    def _decide(self, body: bytes) -> Response:
        wanted = _parse(Decide, body)
        if not self.nonces.redeem(wanted.nonce):
            return _problem(HTTPStatus.CONFLICT, _USED_UP)
        result = self.backstage.decide(wanted)
        said = f"{wanted.layer} {wanted.version} is {in_words(wanted.outcome)} for {wanted.stage}."
        is_done = result.outcome in (wanted.outcome, Outcome.COUNTED)
        return _json({"done": is_done, "said": result.reason or said})


def _parse(model: type[_Message], body: bytes) -> _Message:
    return model.model_validate_json(body)


def _first(problem: ValidationError) -> str:
    """Say what is wrong with a message without repeating it."""
    first = problem.errors(include_url=False, include_input=False)[0]
    place = ".".join(str(part) for part in first["loc"]) or "the message"
    return f"Nothing was done: {place}: {first['msg']}."


def _door(_: bytes) -> Response:
    """Return a page that trades the key, which only scripts see, for the session; and no more."""
    nonce = new_secret()
    page = _read("door.html").replace(b"{nonce}", nonce.encode())
    return _response(HTTPStatus.OK, page, _HTML, scripts=f"'nonce-{nonce}'")


def _json(content: Mapping[str, Any], headers: Mapping[str, str] | None = None) -> Response:
    return _response(HTTPStatus.OK, json.dumps(content).encode(), _JSON, headers)


def _problem(status: HTTPStatus, reason: str) -> Response:
    return _response(status, json.dumps({"problem": reason}).encode(), _JSON)


def refused(refusal: Refusal) -> Response:
    """Return the answer to a request that was not even read."""
    return _problem(refusal.status, refusal.reason)


def _response(
    status: HTTPStatus,
    body: bytes,
    media_type: str,
    headers: Mapping[str, str] | None = None,
    *,
    scripts: str = "'self'",
) -> Response:
    own = {"Content-Type": media_type, "Content-Security-Policy": _POLICY.format(scripts=scripts)}
    return Response(status, body, {**_HEADERS, **own, **(headers or {})})


def _read(name: str) -> bytes:
    return (files(__package__) / "static" / name).read_bytes()


STATIC: Mapping[str, tuple[bytes, str]] = {
    "/console": (_read("shell.html"), _HTML),
    **{
        f"/{name}": (_read(name), _TYPES[name.rpartition(".")[2]])
        for name in (
            "calls.js",
            "dialogs.js",
            "keeping.js",
            "reading.js",
            "shell.css",
            "shell.js",
            "widget.css",
            "widget.js",
        )
    },
}
"""The files of the page, by path: these, and nothing else of this machine."""
