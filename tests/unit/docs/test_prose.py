"""What people read is true where a machine can tell: links, commands, and the policy."""

import re
import shlex
from pathlib import Path
from typing import Any

import pytest
import yaml
from typer.main import get_command

from layerlift.domain.policy import Policy
from layerlift.domain.release import Artifact
from layerlift.inspecting.inspection import Expectations, inspect_zip
from layerlift_cli.main import app
from tests.corpus.zips import zip_of
from tests.fakes.artifacts import MemoryObject
from tools.reference.documents import PAGES
from tools.reference.markdown import WIDTH
from tools.reference.sources import ROOT

README = ROOT / "README.md"
PAGES_OF_OURS = sorted(
    path
    for pattern in (
        "*.md",
        "docs/**/*.md",
        "examples/**/*.md",
        "benchmarks/**/*.md",
        ".github/*.md",
    )
    for path in ROOT.glob(pattern)
)
WRITTEN = [path for path in PAGES_OF_OURS if path.name not in PAGES]

_FENCE = re.compile(r"^```(\w*)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
_LINK = re.compile(r"(?<!!)\[[^\]]+\]\(([^)\s]+)\)")
_HEADING = re.compile(r"^#+ (.+)$", re.MULTILINE)
_INLINE = re.compile(r"`((?:make|layerlift) [^`\n]+)`")
_COMMAND = re.compile(r"\b(?:make|layerlift) [a-z][^\n|&;)\"]*")
_TARGET = re.compile(r"^([a-z0-9]+):", re.MULTILINE)

TARGETS = set(_TARGET.findall((ROOT / "Makefile").read_text()))


def name(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


def without_fences(text: str) -> str:
    return _FENCE.sub("", text)


def slugs(page: Path) -> set[str]:
    """Return the anchors that GitHub gives a page's headings."""
    headings = _HEADING.findall(without_fences(page.read_text()))
    kept = (re.sub(r"[^\w\- ]", "", heading.lower()) for heading in headings)
    return {heading.replace(" ", "-") for heading in kept}


def commands_in(path: Path) -> list[str]:
    """Return the commands of this house that a page shows, in blocks of shell and in sentences."""
    text = path.read_text()
    shells = [
        body for language, body in _FENCE.findall(text) if language in ("shell", "sh", "bash")
    ]
    lines = [line.partition(" # ")[0] for body in shells for line in body.splitlines()]
    shown = [
        found
        for line in lines
        if not line.lstrip().startswith("#")
        for found in _COMMAND.findall(line)
    ]
    return shown + _INLINE.findall(without_fences(text))


@pytest.mark.parametrize("page", PAGES_OF_OURS, ids=name)
def test_every_relative_link_leads_somewhere(page: Path) -> None:
    for link in _LINK.findall(without_fences(page.read_text())):
        if "://" in link or link.startswith("mailto:"):
            continue
        path, _, anchor = link.partition("#")
        target = (page.parent / path).resolve() if path else page
        assert target.exists(), f"{name(page)} links to {link}"
        if anchor:
            assert anchor in slugs(target), f"{name(page)} links to {link}"


@pytest.mark.parametrize("page", WRITTEN, ids=name)
def test_every_command_that_is_shown_exists(page: Path) -> None:
    for command in commands_in(page):
        program, *arguments = shlex.split(command)
        if program == "make":
            wanted = [word for word in arguments if "=" not in word]
            assert set(wanted) <= TARGETS, f"{name(page)}: {command}"
        else:
            _check_layerlift(arguments, f"{name(page)}: {command}")


def _check_layerlift(arguments: list[str], where: str) -> None:
    command: Any = get_command(app)
    known = _options(command)
    for word in arguments:
        if word.startswith("-"):
            assert word.partition("=")[0] in known, f"{where}: no option {word}"
        elif getattr(command, "commands", None):
            if word == "…":
                return
            assert word in command.commands, f"{where}: no command {word}"
            command = command.commands[word]
            known = _options(command)
    only_options = all(word.startswith("-") for word in arguments)
    assert not getattr(command, "commands", None) or only_options, f"{where}: which command?"


def _options(command: Any) -> set[str]:
    return {"--help"} | {option for param in command.params for option in param.opts}


def test_the_policy_of_the_readme_is_one() -> None:
    blocks = _FENCE.findall(README.read_text())
    policies = [
        yaml.safe_load(body) for kind, body in blocks if kind == "yaml" and "waves:" in body
    ]
    assert policies
    for policy in policies:
        Policy.model_validate(policy)


def test_the_rejection_of_the_readme_is_a_real_one() -> None:
    key = "incoming/http-client/1.4.1.zip"
    artifact = Artifact(bucket="artifacts", key=key, version_id="v1")
    dropped = MemoryObject(artifact, zip_of(("httpx/__init__.py", b"")))
    reason = inspect_zip(dropped, Expectations(key=key)).reason
    assert f"http-client 1.4.1 is rejected. {reason}" in " ".join(README.read_text().split())


def test_the_policy_in_force_by_default_is_one() -> None:
    Policy.model_validate(yaml.safe_load((ROOT / "policy.yaml").read_text()))


@pytest.mark.parametrize("page", PAGES_OF_OURS, ids=name)
def test_tables_fit_the_width(page: Path) -> None:
    rows = [row for row in without_fences(page.read_text()).splitlines() if row.startswith("|")]
    assert [row for row in rows if len(row) > WIDTH] == []
