"""Where files lie: what a runtime reaches is let through, what it cannot reach is named."""

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from layerlift.inspecting.compatibility.layout import check_layout
from tests.unit.inspecting.compatibility.layers import PROGRAM, entry, layout, said
from tests.unit.inspecting.compatibility.layouts import AT_ROOT, GOOD, REACHABLE, WRAPPED
from tests.unit.inspecting.compatibility.misplaced_layouts import BAD


@pytest.mark.parametrize("paths", GOOD.values(), ids=list(GOOD))
def test_a_good_layout_has_no_finding(paths: list[str]) -> None:
    findings = layout(*paths, "README.md", "LICENSE")
    assert [found for found in said(findings) if found[1] != "info"] == []


@pytest.mark.parametrize(("paths", "code", "fix"), BAD.values(), ids=list(BAD))
def test_what_no_runtime_reaches_is_an_error_that_names_the_right_path(
    paths: list[str], code: str, fix: str
) -> None:
    findings = layout(*paths)
    assert said(findings) == [(code, "error")]
    assert fix in findings[0].fix
    assert findings[0].entry in paths


@pytest.mark.parametrize(("paths", "code"), REACHABLE.values(), ids=list(REACHABLE))
def test_a_mistake_that_leaves_all_reachable_is_a_warning(paths: list[str], code: str) -> None:
    assert said(layout(*paths)) == [(code, "warning")]


@pytest.mark.parametrize(
    "paths",
    [
        ["models/a.bin"],
        ["certificates/ca.pem", "fonts/a.ttf"],
        ["config.json"],
        ["jdk/bin/java", "jdk/lib/libjvm.so"],
        ["lo.tar.br"],
    ],
)
def test_data_and_programs_of_their_own_are_told_what_they_are(paths: list[str]) -> None:
    findings = [found for found in said(layout(*paths)) if found[0] != "archive-in-archive"]
    assert findings == [("nothing-on-a-search-path", "info")]


def test_an_archive_that_is_no_code_is_only_warned_of() -> None:
    assert said(layout("dataset.zip"))[0] == ("archive-in-archive", "warning")


@pytest.mark.parametrize(
    ("path", "code"),
    [
        ("libpq.so.5", "libraries-misplaced"),
        ("libs/libpq.so", "libraries-misplaced"),
        ("usr/lib/libpq.so.5", "libraries-misplaced"),
        ("var/task/app.py", "function-code"),
    ],
)
def test_what_functions_may_open_by_its_path_is_only_warned_of(path: str, code: str) -> None:
    assert said(layout(path)) == [(code, "warning"), ("nothing-on-a-search-path", "info")]


def test_a_runtime_in_a_folder_is_named_by_its_bootstrap() -> None:
    findings = layout("my-runtime/lib/a.so", programs=["my-runtime/bootstrap"])
    assert said(findings) == [(WRAPPED, "error")]
    assert findings[0].entry == "my-runtime/bootstrap"
    assert findings[0].fix.endswith("'my-runtime/bootstrap' becomes 'bootstrap'")


def test_a_bootstrap_that_nothing_can_start_is_data() -> None:
    assert said(layout("css/bootstrap")) == [("nothing-on-a-search-path", "info")]


def test_leftovers_alone_are_no_layer() -> None:
    findings = layout("__MACOSX/python/._a.py", ".DS_Store")
    assert said(findings) == [("nothing-but-leftovers", "error")]


@pytest.mark.parametrize("folder", [".venv", "python/venv", "python/x"])
def test_a_virtual_environment_is_called_one(folder: str) -> None:
    site = f"{folder}/lib/python3.12/site-packages/"
    finding = layout(f"{site}a.py", f"{folder}/pyvenv.cfg")[0]
    assert f"{site!r} of a virtual environment" in finding.message


def test_a_version_of_node_that_never_was_is_named() -> None:
    finding = layout("nodejs/node99/node_modules/a/index.js")[0]
    assert "Lambda has no such version" in finding.message


def test_of_very_many_misplaced_folders_a_hundred_are_named() -> None:
    found = layout(*(f"x{number}/lib/python3.12/site-packages/a.py" for number in range(1000)))
    assert len(found) == 100


def test_directories_alone_count_for_nothing() -> None:
    assert layout("python/", "node_modules/", "Python/") == []


def test_a_wrapper_script_may_load_what_lies_beside_it() -> None:
    assert said(layout("hook.py", programs=["wrapper"])) == [("nothing-on-a-search-path", "info")]
    assert said(layout("hook.py", "wrapper")) == [(AT_ROOT, "error")]


def test_a_link_at_the_root_may_lead_to_what_lies_elsewhere() -> None:
    assert "error" not in dict(said(layout("a/__init__.py", links=["python"]))).values()


def test_both_mistakes_at_the_root_are_named() -> None:
    found = said(layout("httpx/__init__.py", "node_modules/a.js"))
    assert found == [(AT_ROOT, "error"), ("node-modules-at-root", "error")]


@pytest.mark.parametrize(
    ("others", "says"),
    [([".DS_Store"], "1 more file are"), ([".DS_Store", "._b"], "2 more files are")],
)
def test_how_many_leftovers_there_are_is_said(others: list[str], says: str) -> None:
    findings = layout("python/a.py", "__MACOSX/._python", *others)
    assert findings[0].message == f"'__MACOSX/._python' and {says} leftovers of a desktop"


def test_a_wrapped_layer_is_seen_through_what_a_mac_adds() -> None:
    assert said(layout("layer/python/a.py", "__MACOSX/layer/python/._a.py"))[0][0] == WRAPPED


FOLDERS = ["python", "nodejs", "node_modules", "lib", "lib64", "java", "ruby", "gems", "3.3.0"]
FOLDERS += ["bin", "site-packages", "python3.12", "extensions", "opt", "venv", "node22"]
FILES = ["a.py", "a.jar", "a.whl", "bootstrap", "__init__.py", "pyvenv.cfg", "package.json"]
FILES += ["layerlift.yaml", "ä\udc80"]
NAMES = st.sampled_from(FOLDERS + FILES)


@given(st.lists(st.lists(NAMES, min_size=1, max_size=6).map("/".join), unique=True, max_size=12))
def test_no_names_make_the_checks_fail(paths: list[str]) -> None:
    for finding in layout(*paths):
        assert finding.entry
        assert not finding.message.endswith(".")
        assert not finding.fix.endswith(".")
        assert finding.model_dump_json()


@pytest.mark.parametrize(
    "path",
    [
        "ruby/gems/" + "a" + "-1" * 30_000,
        "usr/" + "lib/" * 15_000 + "site-packages/a",
        "python/lib/python3.12/" + "site-" * 12_000,
        "nodejs/node" + "-" * 60_000,
        "ruby/" + "a-1" + ".1" * 30_000 + "/x",
        "gems/" + "-1" * 30_000,
        "python/python3." + "1" * 60_000,
        "python3." + "1" * 60_000 + "x",
        "python/lib/python3." + "1" * 60_000 + "/site-packages/a.py",
        "python/a" + "-1" * 30_000 + "/x.tar.gz",
        "x.cpython-" + "1" * 60_000 + "-",
        "a/" * 30_000 + "java/lib/x",
        "nodejs/node" + "1" * 60_000 + "/node_modules/a.js",
        "java/lib/" * 7_000,
    ],
)
def test_a_name_made_to_take_long_does_not(path: str) -> None:
    start = time.process_time()
    layout(path.rstrip("/"))
    assert time.process_time() - start < 1


def test_many_entries_take_one_look_each() -> None:
    looked_at = 0

    class Counted:
        is_directory = is_link = False
        mode = PROGRAM

        def __init__(self, number: int) -> None:
            self.number = number

        @property
        def path(self) -> str:
            nonlocal looked_at
            looked_at += 1
            return f"python/package{self.number % 7}/module{self.number}.py"

    list(check_layout(Counted(number) for number in range(1000)))  # type: ignore[misc]
    assert looked_at <= 5 * 1000
    assert entry("python/").is_directory
