"""The demo's approval where there is no terminal: a click is enough, and nobody waits for ever."""

from __future__ import annotations

import io
from threading import Timer
from typing import Any

import pytest
from rich.console import Console

from layerlift.releasing.status import ReleaseStatus, StageStatus
from layerlift_cli.demo_approval import DemoApproval
from tests.fakes.control_plane import control_plane
from tests.fakes.lambda_session import LambdaSession
from tests.fakes.registry import MemoryRegistry
from tests.fakes.waiting import DIGEST, LAYER, STAGE, VERSION, wait_for_approval

ADDRESS = "http://127.0.0.1:8000/#key=k&at=approvals"
STATUS = ReleaseStatus(
    layer=LAYER,
    version=VERSION,
    digest=DIGEST,
    state="promoting",
    stages=(StageStatus(stage=STAGE, state="waiting", targets=()),),
)


@pytest.fixture(autouse=True)
def nobody_is_at_the_terminal(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sys.stdin", io.StringIO())


def ask(registry: MemoryRegistry, **options: Any) -> tuple[LambdaSession, str]:
    session: Any = LambdaSession(lambda _: {"outcome": "approved"})
    printed = io.StringIO()
    console = Console(file=printed, width=80)
    asks = DemoApproval(control_plane(registry), session, console, **options)
    asks(STATUS)
    assert asks.waited > 0
    return session, printed.getvalue()


def test_a_click_in_the_browser_is_enough() -> None:
    registry = MemoryRegistry()
    wait_for_approval(registry)
    click = Timer(0.1, lambda: wait_for_approval(registry, decision="approved"))
    click.start()
    session, printed = ask(registry, address=ADDRESS)
    click.join()
    assert session.invoked == []
    assert f"  {ADDRESS}\n" in printed
    before = printed[: printed.index(ADDRESS)]
    assert DIGEST[:32] in before, "what is approved is shown before it is asked for"


def test_without_a_click_it_goes_on_by_itself_and_says_so() -> None:
    registry = MemoryRegistry()
    wait_for_approval(registry)
    session, printed = ask(registry, address=ADDRESS, patience=0.0)
    assert [decision["outcome"] for _, decision in session.invoked] == ["approved"]
    assert "layerlift approve http-client 1.4.0 prod" in printed


class Terminal(io.StringIO):
    """Somebody who types these lines."""

    def isatty(self) -> bool:
        return True


def stay(typed: Terminal, monkeypatch: pytest.MonkeyPatch, **options: Any) -> tuple[str, str]:
    """Return what is printed, and what is left of what was typed."""
    monkeypatch.setattr("sys.stdin", typed)
    session: Any = LambdaSession(lambda _: {})
    printed = io.StringIO()
    console = Console(file=printed, width=80, force_terminal=True, color_system=None)
    DemoApproval(control_plane(MemoryRegistry()), session, console, **options).stay_open()
    return printed.getvalue(), typed.read()


def test_the_console_of_a_demo_stays_open_until_enter(monkeypatch: pytest.MonkeyPatch) -> None:
    printed, left = stay(Terminal("\nlater"), monkeypatch, address=ADDRESS)
    assert f"  {ADDRESS}\n" in printed
    assert "Press Enter to end it" in printed
    assert left == "later"


def test_a_demo_without_a_console_ends_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    assert stay(Terminal("\n"), monkeypatch) == ("", "\n")


def test_a_demo_that_nobody_watches_ends_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    typed = Terminal("\n")
    monkeypatch.setattr(typed, "isatty", lambda: False)
    assert stay(typed, monkeypatch, address=ADDRESS) == ("", "\n")


def test_a_demo_without_a_console_waits_for_nobody() -> None:
    registry = MemoryRegistry()
    wait_for_approval(registry)
    session, printed = ask(registry)
    assert [decision["outcome"] for _, decision in session.invoked] == ["approved"]
    assert "browser" not in printed
