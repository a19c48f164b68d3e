"""The console on a real socket: what another page, machine or program may try, and is refused."""

from __future__ import annotations

import json
import socket
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from http.client import HTTPConnection
from threading import Event
from typing import Any

import pytest

from layerlift_cli.console.application import STATIC, Console
from layerlift_cli.console.guard import MAX_BODY
from layerlift_cli.console.server import HOST, serving
from layerlift_cli.errors import NotSetUp
from tests.fakes.console import DIGEST, ENDPOINT, MemoryBackstage

SCREEN = {
    "theme": "dark",
    "width": 800,
    "height": 600,
    "locale": "en",
    "timezone": "UTC",
    "offset": 90,
}
DECISION = {
    "layer": "http-client",
    "version": "1.4.0",
    "stage": "prod",
    "digest": DIGEST,
    "attempt": 1,
    "outcome": "approved",
    "comment": "seen",
}


@dataclass
class Answer:
    status: int
    headers: Mapping[str, str]
    text: str

    @property
    def json(self) -> Any:
        return json.loads(self.text)


@dataclass
class Page:
    """A page of the console in a browser; every header can be another."""

    console: Console
    backstage: MemoryBackstage
    headers: dict[str, str | None] = field(default_factory=dict)

    def send(self, method: str, path: str, body: bytes | None = None, **others: Any) -> Answer:
        host, port = self.console.guard.authority.split(":")
        sent = {"Host": self.console.guard.authority, "Sec-Fetch-Site": "same-origin"}
        if method == "POST":
            sent |= {"Origin": self.console.guard.origin, "Content-Type": "application/json"}
        sent |= self.headers | {name.replace("_", "-"): value for name, value in others.items()}
        connection = HTTPConnection(host, int(port), timeout=10)
        connection.putrequest(method, path, skip_host=True)
        if body is not None and "Content-Length" not in sent:
            connection.putheader("Content-Length", str(len(body)))
        for name, value in sent.items():
            if value is not None:
                connection.putheader(name, value)
        connection.endheaders(body)
        answer = connection.getresponse()
        text = answer.read().decode()
        connection.close()
        return Answer(answer.status, dict(answer.getheaders()), text)

    def post(self, path: str, message: object, **others: Any) -> Answer:
        return self.send("POST", path, json.dumps(message).encode(), **others)

    def show(self, **fields: Any) -> Answer:
        return self.post("/api/show", {"widget": "approvals", "screen": SCREEN} | fields)

    def decide(self, **fields: Any) -> Answer:
        nonce = self.show().json["nonce"]
        return self.post("/api/decide", DECISION | {"nonce": nonce} | fields)

    def enter(self) -> None:
        answer = self.post("/session", {"key": self.console.guard.key})
        assert answer.status == 200, answer.text
        self.headers["Cookie"] = answer.headers["Set-Cookie"].partition(";")[0]
        self.headers["X-Layerlift-Page"] = answer.json["token"]


@pytest.fixture
def stranger() -> Iterator[Page]:
    """A browser without a session."""
    backstage = MemoryBackstage()
    with serving(backstage) as console:
        yield Page(console, backstage)


@pytest.fixture
def page(stranger: Page) -> Page:
    stranger.enter()
    return stranger


def test_the_key_of_the_address_opens_a_session_that_shows_and_decides(page: Page) -> None:
    assert page.send("GET", "/console").status == 200
    assert page.send("GET", "/api/about").json["region"] == "eu-central-1"
    assert "http-client 1.4.0" in page.show().json["html"]
    assert page.decide().json == {"done": True, "said": "http-client 1.4.0 is approved for prod."}
    assert [one.comment for one in page.backstage.decided] == ["seen"]


def test_the_cookie_is_kept_from_scripts_and_from_other_sites(stranger: Page) -> None:
    cookie = stranger.post("/session", {"key": stranger.console.guard.key}).headers["Set-Cookie"]
    assert {"HttpOnly", "SameSite=Strict", "Path=/"} <= set(cookie.split("; "))


@pytest.mark.parametrize("path", [*STATIC, "/api/about", "/nothing"])
def test_nothing_but_the_door_is_for_strangers(stranger: Page, path: str) -> None:
    assert stranger.send("GET", path).status == 401
    assert stranger.send("GET", "/").status == 200


def test_a_stranger_neither_sees_nor_decides(stranger: Page) -> None:
    assert stranger.show().status == 401
    assert stranger.post("/api/decide", DECISION | {"nonce": "x"}).status == 401
    assert stranger.post("/api/foresee", {}).status == 401
    assert stranger.backstage.events == stranger.backstage.decided == []


def test_a_key_that_was_guessed_opens_nothing(stranger: Page) -> None:
    key = stranger.console.guard.key
    for guess in ("", key[:-1], key + "A", key.swapcase(), "é"):
        assert stranger.post("/session", {"key": guess}).status == 403


def test_a_browser_is_started_with_a_key_that_is_good_once(stranger: Page) -> None:
    key = stranger.console.address_for_once().partition("#key=")[2]
    assert stranger.post("/session", {"key": key}).status == 200
    assert stranger.post("/session", {"key": key}).status == 403


@pytest.mark.parametrize("missing", ["Cookie", "X-Layerlift-Page"])
def test_one_of_the_two_secrets_is_not_enough(page: Page, missing: str) -> None:
    kept = page.headers.pop(missing)
    assert kept is not None
    assert page.show().status == 401
    page.headers[missing] = kept[:-1] + ("A" if kept[-1] != "A" else "B")
    assert page.show().status == 401


@pytest.mark.parametrize("host", ["evil.example", "localhost:{port}", "127.0.0.1", "[::1]:{port}"])
def test_a_name_that_was_made_to_mean_this_machine_gets_nothing(page: Page, host: str) -> None:
    port = page.console.guard.authority.partition(":")[2]
    rebound = host.format(port=port)
    for path in ("/", "/console", "/api/about"):
        assert page.send("GET", path, Host=rebound).status == 421
    sent = page.post("/api/show", {}, Host=rebound, Origin=f"http://{rebound}")
    assert sent.status == 421


@pytest.mark.parametrize(
    "headers",
    [
        {"Origin": "https://evil.example", "Sec_Fetch_Site": "cross-site"},
        {"Origin": "https://evil.example"},
        {"Origin": "null"},
        {"Origin": None},
        {"Sec_Fetch_Site": "cross-site"},
        {"Sec_Fetch_Site": "same-site"},
    ],
)
@pytest.mark.parametrize("path", ["/api/show", "/api/decide", "/session"])
def test_a_post_of_another_page_is_refused_with_all_secrets(
    page: Page, path: str, headers: Mapping[str, str | None]
) -> None:
    message = DECISION | {"nonce": page.show().json["nonce"], "key": page.console.guard.key}
    assert page.post(path, message, **headers).status == 403
    assert page.backstage.decided == []


def test_another_page_loads_nothing_of_this_one(page: Page) -> None:
    assert page.send("GET", "/shell.js", Sec_Fetch_Site="cross-site").status == 403
    assert page.send("GET", "/api/about", Sec_Fetch_Site="same-site").status == 403


@pytest.mark.parametrize(
    "media_type", ["text/plain", "application/x-www-form-urlencoded", "multipart/form-data", None]
)
def test_what_a_form_of_another_page_could_send_is_not_read(
    page: Page, media_type: str | None
) -> None:
    body = json.dumps(DECISION | {"nonce": page.show().json["nonce"]}).encode()
    assert page.send("POST", "/api/decide", body, Content_Type=media_type).status == 415
    assert page.backstage.decided == []


def test_a_browser_that_goes_away_before_its_answer_leaves_no_trace(
    page: Page, capfd: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    ended = Event()

    def gone(handler: Any) -> None:
        ended.set()
        raise BrokenPipeError(32, "Broken pipe")

    monkeypatch.setattr("layerlift_cli.console.server._Handler.finish", gone)
    page.send("GET", "/")
    assert ended.wait(10)
    monkeypatch.undo()
    assert page.send("GET", "/").status == 200
    assert capfd.readouterr().err == ""


def test_a_form_that_is_sent_again_decides_nothing(page: Page) -> None:
    nonce = page.show().json["nonce"]
    assert page.post("/api/decide", DECISION | {"nonce": nonce}).status == 200
    other = DECISION | {"layer": "numbers", "version": "2.0.0", "nonce": nonce}
    for message in (DECISION | {"nonce": nonce}, other, other | {"nonce": "made up"}):
        answer = page.post("/api/decide", message)
        assert (answer.status, "used before" in answer.json["problem"]) == (409, True)
    assert len(page.backstage.decided) == 1


def test_a_comment_that_is_too_long_decides_nothing(page: Page) -> None:
    answer = page.decide(comment="x" * 1001)
    assert answer.status == 400
    assert "comment: String should have at most 1000 characters" in answer.json["problem"]
    assert page.decide(comment="x" * 1000).status == 200


def test_a_message_that_is_too_large_is_not_read(page: Page) -> None:
    assert page.decide(comment="x" * MAX_BODY).status == 413
    for length in (str(10**12), "9" * 5000):
        assert page.send("POST", "/api/show", Content_Length=length).status == 413
    assert page.backstage.decided == []


@pytest.mark.parametrize("length", [None, "-1", "1e3", "²"])
def test_a_message_without_a_length_is_not_read(page: Page, length: str | None) -> None:
    sent = None if length is None else length.encode().decode("latin-1")
    assert page.send("POST", "/api/show", Content_Length=sent).status == 411


def test_a_body_that_is_chunked_is_not_read(page: Page) -> None:
    sent = page.send("POST", "/api/show", b"{}", Transfer_Encoding="chunked")
    assert sent.status == 411


def test_a_header_that_is_there_twice_counts_as_none(page: Page) -> None:
    guard = page.console.guard
    lines = [
        "GET / HTTP/1.1",
        f"Host: {guard.authority}",
        "Host: evil.example",
        "Connection: close",
        "",
        "",
    ]
    with socket.create_connection((HOST, int(guard.authority.split(":")[1]))) as connection:
        connection.sendall("\r\n".join(lines).encode())
        assert b" 421 " in connection.makefile("rb").readline()


def test_a_decision_is_never_handed_to_the_function(page: Page) -> None:
    for params in ({"action": "decide"}, {"action": "decide", **DECISION}):
        assert page.show(params=params, endpoint=ENDPOINT).status == 400
    assert page.backstage.events == []


@pytest.mark.parametrize("endpoint", [ENDPOINT + "-other", ENDPOINT + ":1", "layerlift-console"])
def test_no_other_function_is_called(page: Page, endpoint: str) -> None:
    answer = page.show(endpoint=endpoint)
    assert (answer.status, "another function" in answer.json["problem"]) == (403, True)
    assert page.backstage.events == []


def test_the_function_is_told_what_cloudwatch_tells_and_no_parameter_can_pose(page: Page) -> None:
    page.show(
        params={"layer": "numbers", "host": "cloudwatch", "widgetContext": {"theme": "x"}},
        forms={"state": "waiting"},
        endpoint=ENDPOINT,
    )
    (event,) = page.backstage.events
    context = event["widgetContext"]
    assert (event["widget"], event["host"], event["layer"]) == ("approvals", "local", "numbers")
    assert context["forms"] == {"all": {"state": "waiting"}}
    assert context["timezone"] == {"label": "UTC", "offsetISO": "+01:30", "offsetInMinutes": 90}
    assert (context["theme"], context["width"], context["accountId"]) == (
        "dark",
        800,
        "000000000000",
    )
    assert set(context) == {
        *("accountId", "dashboardName", "forms", "height", "isAutoPeriod", "linkCharts"),
        *("locale", "params", "period", "theme", "timeRange", "timezone", "title", "widgetId"),
        "width",
    }


def test_a_widget_that_there_is_not_is_refused_in_a_sentence(page: Page) -> None:
    answer = page.show(widget="secrets")
    assert (answer.status, "widget: Input should be" in answer.json["problem"]) == (400, True)


@pytest.mark.parametrize("path", ["/", "/console", "/shell.js", "/api/about", "/nothing"])
def test_every_answer_forbids_what_the_page_does_not_need(page: Page, path: str) -> None:
    headers = page.send("GET", path).headers
    policy = headers["Content-Security-Policy"]
    for rule in ("default-src 'none'", "frame-ancestors 'none'", "form-action 'none'"):
        assert rule in policy
    assert "unsafe" not in policy
    assert "base-uri 'none'" in policy
    wanted = {
        "Cache-Control": "no-store",
        "Referrer-Policy": "no-referrer",
        "X-Content-Type-Options": "nosniff",
        "Cross-Origin-Opener-Policy": "same-origin",
    }
    assert wanted.items() <= headers.items()
    assert not any(name.lower().startswith("access-control") for name in headers)


def test_another_method_is_not_answered(page: Page) -> None:
    for method in ("PUT", "OPTIONS", "DELETE", "TRACE"):
        assert page.send(method, "/api/show").status in (405, 501)


def test_it_listens_on_loopback_only(page: Page) -> None:
    assert page.console.guard.authority.startswith("127.0.0.1:")
    with (
        pytest.raises(NotSetUp, match="cannot be had"),
        serving(page.backstage, int(page.console.guard.authority.split(":")[1])),
    ):
        pass
