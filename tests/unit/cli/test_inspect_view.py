"""A report fits 80 columns, says what to do in full, and shows what a zip says as text."""

import io
from typing import Any

import pytest
from rich.console import Console

from layerlift.domain.report import (
    Changes,
    Finding,
    Package,
    PackageChange,
    Report,
    Severity,
    Space,
)
from layerlift_cli.report_view import report_view

LONG_PATH = f"python/{'deep/' * 40}module.so"
LONG_FIX = " ".join(["Build it in a Linux container"] * 8)
ESCAPE = "\x1b[31m"

ACCEPTED = Report(
    accepted=True,
    layer="http-client",
    version="1.4.0",
    sha256="ab" * 32,
    code_sha256="A" * 43 + "=",
    size=40_000_000,
    unzipped_size=144_703_488,
    entries=5_123,
    kind="python+binaries",
    runtimes=("python3.12", "python3.13"),
    architectures=("x86_64", "arm64"),
)


def finding(
    code: str = "zip-truncated",
    severity: Severity = Severity.ERROR,
    entry: str | None = None,
    message: str = "It ends too early",
    fix: str = "Zip it again",
) -> Finding:
    return Finding(code=code, severity=severity, entry=entry, message=message, fix=fix)


def package(name: str, version: str | None = "1.0", license: str | None = "MIT") -> Package:
    return Package(name=name, version=version, license=license, ecosystem="pypi", path="METADATA")


def shown(
    report: Report = ACCEPTED, *, width: int = 80, color: bool = False, **changed: Any
) -> str:
    output = io.StringIO()
    console = Console(
        file=output, width=width, force_terminal=color, color_system="truecolor" if color else None
    )
    console.print(report_view(report.model_copy(update=changed), "layer.zip"))
    return output.getvalue()


def words(text: str) -> str:
    return " ".join(text.split())


EVERYTHING = ACCEPTED.model_copy(
    update={
        "findings": (
            finding("code-" * 20, entry=LONG_PATH, message=f"{LONG_PATH!r} is wrong", fix=LONG_FIX),
            finding("secret", Severity.WARNING, LONG_PATH, "A message " * 40, LONG_FIX),
        ),
        "packages": (package("n" * 90, "1." * 40, "MIT AND " * 30), package("宽" * 60)),
        "space": (Space(path=LONG_PATH, size=9, files=1), Space(path="宽" * 60, size=9, files=1)),
        "changes": Changes(
            since="1.3.0",
            added=tuple(package("p" * 30) for _ in range(40)),
            modules_removed=("m" * 200,),
            size_before=1,
            size_after=2,
        ),
        "runtimes": tuple(f"python3.{minor}" for minor in range(30)),
    }
)


@pytest.mark.parametrize("width", [80, 120])
def test_every_line_fits_the_terminal(width: int) -> None:
    output = io.StringIO()
    console = Console(file=output, width=width)
    console.print(report_view(EVERYTHING, "layer.zip"))
    assert max(len(line.rstrip()) for line in output.getvalue().splitlines()) <= width


@pytest.mark.parametrize("width", [80, 120])
def test_what_to_do_is_never_cut(width: int) -> None:
    text = words(shown(EVERYTHING, width=width))
    assert text.count(f"→ {LONG_FIX}.") == 2


def test_the_digest_of_an_accepted_zip_is_on_one_line() -> None:
    assert f"sha256        {ACCEPTED.sha256}" in shown()


def test_the_first_line_says_verdict_name_and_how_much_was_found() -> None:
    assert shown().splitlines()[0].rstrip() == "✓ http-client 1.4.0  accepted  nothing found"
    found = (
        finding(),
        finding(),
        finding(severity=Severity.WARNING),
        finding(severity=Severity.INFO),
    )
    first = shown(accepted=False, findings=found).splitlines()[0].rstrip()
    assert first == "✗ http-client 1.4.0  rejected  2 errors, 1 warning, 1 note"


def test_without_a_key_the_file_names_it() -> None:
    assert shown(layer=None, version=None).startswith("✓ layer.zip  accepted")


def test_what_is_left_for_others_is_told() -> None:
    assert "112 MB of 250 MB, for the function and its other layers" in words(shown())


def test_nothing_is_left_of_a_layer_that_is_too_large() -> None:
    assert "left" not in shown(accepted=False, unzipped_size=262_144_001)


def test_a_zip_that_cannot_be_read_shows_only_its_size_and_why() -> None:
    text = shown(
        Report(
            accepted=False,
            layer=None,
            version=None,
            sha256=None,
            code_sha256=None,
            size=11,
            unzipped_size=0,
            entries=0,
            findings=(finding(),),
        )
    )
    assert [line.strip() for line in text.splitlines()[:4]] == [
        "✗ layer.zip  rejected  1 error",
        "size 11 bytes zipped",
        "",
        "1 error",
    ]


@pytest.mark.parametrize(("accepted", "told"), [(True, True), (False, False)])
def test_no_runtimes_mean_any_only_where_nothing_is_wrong(accepted: bool, told: bool) -> None:
    text = shown(accepted=accepted, runtimes=())
    assert ("any" in text.split()) is told


def test_errors_come_before_warnings_before_notes_whatever_their_order() -> None:
    found = tuple(finding(severity=severity, fix=severity) for severity in reversed(Severity))
    lines = [line.strip() for line in shown(findings=found).splitlines()]
    order = [lines.index(title) for title in ("1 error", "1 warning", "1 note")]
    assert order == sorted(order)


def test_findings_that_one_fix_mends_are_told_together() -> None:
    found = tuple(
        finding("name-absolute", entry=f"/{name}", message="It is absolute", fix="Zip it again")
        for name in ("first", "second")
    )
    text = words(shown(findings=found))
    assert "name-absolute It is absolute. /first /second → Zip it again." in text


def test_an_entry_that_the_message_names_is_not_repeated() -> None:
    text = shown(findings=(finding(entry="python/a.so", message="'python/a.so' is wrong"),))
    assert text.count("python/a.so") == 1


@pytest.mark.parametrize(
    "said",
    [
        {"findings": (finding(entry="[red]x[/]", message="[bold]m[/bold]", fix="[link]f"),)},
        {"packages": (package("[red]x[/]", "[bold]m[/bold]", "[link]f"),)},
        {"space": (Space(path="[red]x[/][bold]m[/bold][link]f", size=9, files=1),)},
    ],
    ids=lambda said: next(iter(said)),
)
def test_markup_stays_text(said: dict[str, Any]) -> None:
    text = shown(**said)
    assert all(part in text for part in ("[red]x[/]", "[bold]m[/bold]", "[link]f"))


@pytest.mark.parametrize(
    "said",
    [
        {"layer": f"a{ESCAPE}", "version": "1.0.0"},
        {"packages": (package(f"a{ESCAPE}", f"1{ESCAPE}", f"MIT{ESCAPE}\n"),)},
        {"space": (Space(path=f"a{ESCAPE}\n/b", size=9, files=1),)},
        {
            "changes": Changes(
                since=f"1{ESCAPE}",
                added=(package(f"a{ESCAPE}"),),
                changed=(PackageChange(name=f"a{ESCAPE}", before=None, after=ESCAPE),),
                modules_removed=(f"m{ESCAPE}",),
                native_added=(f"n{ESCAPE}",),
                size_before=1,
                size_after=1,
            )
        },
    ],
    ids=lambda said: next(iter(said)),
)
def test_control_characters_never_reach_the_terminal(said: dict[str, Any]) -> None:
    text = shown(**said)
    assert "\x1b" not in text
    assert r"\x1b" in text


def test_more_packages_than_fit_are_counted() -> None:
    text = shown(packages=tuple(package(f"package-{number:02}") for number in range(27)))
    assert "27 packages" in text
    assert "package-14" in text
    assert "package-15" not in text
    assert "and 12 more" in text


def test_a_package_is_shown_with_what_its_metadata_says() -> None:
    text = shown(packages=(package("numpy", "2.1.0", "BSD-3-Clause"), package("x", None, None)))
    rows = [line.split() for line in text.splitlines()]
    assert ["numpy", "2.1.0", "BSD-3-Clause"] in rows
    assert ["x"] in rows


def test_folders_hang_below_those_they_lie_in_the_largest_first() -> None:
    mb = 1024 * 1024
    space = (
        Space(path="bin", size=10 * mb, files=1),
        Space(path="python", size=90 * mb, files=9),
        Space(path="python/small", size=20 * mb, files=2),
        Space(path="python/large", size=60 * mb, files=2),
        Space(path="python/large/a/b", size=50 * mb, files=1),
    )
    text = shown(unzipped_size=100 * mb, space=space)
    tree = text.partition("What takes the space\n")[2].splitlines()
    assert [" ".join(line.replace("█", "").split()) for line in tree] == [
        "layer 100 MB",
        "├── python 90.0 MB",
        "│ ├── large 60.0 MB",
        "│ │ └── a/b 50.0 MB",
        "│ └── small 20.0 MB",
        "└── bin 10.0 MB",
    ]
    assert [line.count("█") for line in tree] == [0, 18, 12, 10, 4, 2]


def test_sizes_in_the_tree_stand_below_each_other() -> None:
    space = (Space(path="python", size=9, files=1), Space(path="python/宽", size=8, files=1))
    text = shown(unzipped_size=10, space=space).partition("What takes the space\n")[2]
    columns = {len(line.replace("宽", "xx").partition("bytes")[0]) for line in text.splitlines()}
    assert len(columns) == 1


def test_changes_say_what_came_went_and_changed() -> None:
    changes = Changes(
        since="1.3.0",
        added=(package("new"),),
        removed=(package("old", None),),
        changed=(PackageChange(name="numpy", before="2.0", after="2.1"),),
        modules_removed=("gone",),
        size_before=2048,
        size_after=1024,
    )
    text = shown(changes=changes).partition("Changes since 1.3.0\n")[2]
    assert [words(line) for line in text.splitlines()] == [
        "unzipped 2 KB → 1 KB (-1 KB)",
        "added new 1.0",
        "removed old",
        "changed numpy 2.0 → 2.1",
        "modules gone gone",
    ]


def test_no_change_is_told_too() -> None:
    changes = Changes(since="", size_before=1024, size_after=1024)
    text = shown(changes=changes).partition("Changes since the release before\n")[2]
    assert words(text) == "unzipped 1 KB, as before packages the same"


def test_colour_is_for_terminals_only() -> None:
    assert "\x1b[" in shown(findings=(finding(),), color=True)
    assert "\x1b" not in shown(findings=(finding(),))
