"""The probe tries what a layer brings, from the layer and from nowhere else."""

import importlib.machinery
import json
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from layerlift.inspecting.compatibility.modules import find_modules
from layerlift.probe.canary_probe import handler


@pytest.fixture
def layer(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """An unpacked layer, on the path as Lambda puts it there; modules are forgotten afterwards."""
    python = tmp_path / "opt/python"
    python.mkdir(parents=True)
    monkeypatch.syspath_prepend(str(python))
    known = set(sys.modules)
    yield python
    for name in set(sys.modules) - known:
        del sys.modules[name]


def put(folder: Path, **files: str) -> None:
    """Put files; a double underscore in a name stands for a slash, at its end for the suffix."""
    for name, text in files.items():
        path = folder / (name.replace("__", "/") + ".py")
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)


def asked(**fields: Any) -> dict[str, Any]:
    """Return what the probe answers to an event with nothing but `fields`."""
    nothing = {"modules": [], "compiled": [], "files": [], "commands": [], "check": None}
    return handler(nothing | fields, None)


def probe(*modules: tuple[str, str]) -> dict[str, Any]:
    return asked(modules=[{"name": n, "path": p} for n, p in modules])


def failure(answer: dict[str, Any]) -> str:
    (only,) = answer["failures"]
    return str(only["error"])


def test_what_can_be_imported_is_counted(layer: Path) -> None:
    put(layer, probe_a="", probe_b__thing="")
    (layer / "probe_c").mkdir()
    (layer / "probe_c/__init__.py").touch()
    answer = probe(
        ("probe_a", "python/probe_a.py"),
        ("probe_b", "python/probe_b/"),
        ("probe_c", "python/probe_c/__init__.py"),
    )
    assert (answer["exercised"]["modules"], answer["failures"]) == (3, [])


def test_what_was_exercised_is_in_the_log_too(
    layer: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    asked(modules=[{"name": "not_there", "path": "python/not_there.py"}])
    line = json.loads(capsys.readouterr().out)
    assert (line["exercised"]["modules"], line["failures"]) == (0, 1)


def test_no_modules_are_no_failure() -> None:
    answer = probe()
    assert (set(answer["exercised"].values()), answer["failures"]) == ({0}, [])


@pytest.mark.parametrize(
    ("text", "error"),
    [
        ("raise ValueError('wrong libc')", "ValueError: wrong libc"),
        ("import no_such_thing", "ModuleNotFoundError: No module named 'no_such_thing'"),
        ("def (:", "SyntaxError: "),
        ("raise SystemExit(3)", "SystemExit: 3"),
        ("raise KeyboardInterrupt", "KeyboardInterrupt: "),
    ],
)
def test_a_module_that_does_not_import_fails_with_its_reason(
    layer: Path, text: str, error: str
) -> None:
    put(layer, probe_bad=text, probe_good="")
    answer = probe(("probe_bad", "python/probe_bad.py"), ("probe_good", "python/probe_good.py"))
    assert answer["exercised"]["modules"] == 1
    assert failure(answer).startswith(error)


def test_a_long_reason_is_cut(layer: Path) -> None:
    put(layer, probe_long="raise ValueError('x' * 5000)")
    assert len(failure(probe(("probe_long", "python/probe_long.py")))) == 300


def test_a_module_of_that_name_elsewhere_does_not_count(
    layer: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    put(layer, probe_shadowed="")
    put(tmp_path / "var/task", probe_shadowed="")
    monkeypatch.syspath_prepend(str(tmp_path / "var/task"))
    error = failure(probe(("probe_shadowed", "python/probe_shadowed.py")))
    assert error == (
        f"was imported from {tmp_path}/var/task/probe_shadowed.py instead of the layer"
    )


def test_a_built_in_module_does_not_count_as_the_layers() -> None:
    assert failure(probe(("sys", "python/sys.py"))) == (
        "was imported from nowhere instead of the layer"
    )


def test_a_namespace_package_that_is_elsewhere_as_well_counts(
    layer: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    put(layer, probe_ns__ours="")
    put(tmp_path / "var/runtime", probe_ns__theirs="")
    monkeypatch.syspath_prepend(str(tmp_path / "var/runtime"))
    assert probe(("probe_ns", "python/probe_ns/"))["failures"] == []


def test_a_namespace_package_that_is_only_elsewhere_does_not_count(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    put(tmp_path / "var/runtime", probe_elsewhere__theirs="")
    monkeypatch.syspath_prepend(str(tmp_path / "var/runtime"))
    error = failure(probe(("probe_elsewhere", "python/probe_elsewhere/")))
    assert "instead of the layer" in error


def test_the_extension_module_of_either_machine_is_the_layers(layer: Path) -> None:
    # One file for each machine lies side by side; the report names the first, Python loads its own.
    files = (
        "python/probe_ext.cpython-313-aarch64-linux-gnu.so",
        "python/probe_ext.cpython-313-x86_64-linux-gnu.so",
    )
    (module,) = find_modules(files)
    put(layer, probe_ext="")  # stands for what was loaded: the same name in the same folder
    answer = probe((module.name, module.path))
    assert (answer["exercised"]["modules"], answer["failures"]) == (1, [])


@pytest.mark.parametrize(
    "files",
    [
        ("python/probe_x/__init__.py", "python/probe_x/a.py"),
        ("python/probe_x/a.py", "python/probe_x.py"),
        ("python/probe_x.py", "python/probe_x/__init__.py"),
        ("python/probe_x/sub/a.py",),
        ("python/probe_x.py",),
    ],
    ids=str,
)
def test_what_the_inspection_names_the_probe_finds(layer: Path, files: tuple[str, ...]) -> None:
    for name in files:
        path = layer.parent / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.touch()
    (module,) = find_modules(files)
    answer = probe((module.name, module.path))
    assert (answer["exercised"]["modules"], answer["failures"]) == (1, [])


def test_loading_is_timed_apart_from_the_check(layer: Path) -> None:
    put(
        layer,
        probe_slow="import time; time.sleep(0.05)",
        probe_check="def run(payload, context):\n    import time; time.sleep(0.05); return payload",
    )
    answer = asked(
        modules=[{"name": "probe_slow", "path": "python/probe_slow.py"}],
        check={"handler": "probe_check.run", "payload": {"n": 1}},
    )
    assert answer["startup_ms"] >= 50
    assert answer["duration_ms"] >= answer["startup_ms"] + 50
    assert answer["answer"] == '{"n": 1}'


def test_only_the_first_invocation_finds_it_cold(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("layerlift.probe.canary_probe._invocations", 0)
    assert [probe()["cold"] for _ in range(3)] == [True, False, False]


@pytest.mark.parametrize(
    ("text", "error"),
    [
        ("def run(payload, context): raise ValueError('no')", "ValueError: no"),
        ("def run(payload, context): return {1, 2}", "TypeError: "),
        ("def run(payload, context): return 'x' * 30_000", "its answer has 30002 characters"),
        ("other = 1", "AttributeError: "),
    ],
)
def test_a_check_that_fails_says_why(layer: Path, text: str, error: str) -> None:
    put(layer, probe_failing=text)
    answer = asked(check={"handler": "probe_failing.run", "payload": None})
    assert failure(answer).startswith(error)
    assert answer["answer"] is None


def test_compiled_modules_are_those_that_this_python_loads(layer: Path) -> None:
    own = importlib.machinery.EXTENSION_SUFFIXES[0]
    (layer / "probe_pack").mkdir()
    (layer / f"probe_pack/_fast{own}").write_text("no library")
    answer = asked(
        compiled=[
            {"name": "probe_pack._fast", "path": f"python/probe_pack/_fast{own}"},
            {"name": "probe_pack._old", "path": "python/probe_pack/_old.cpython-36m-none.so"},
        ]
    )
    assert failure(answer).startswith("ImportError: ")
    assert answer["not_exercised"] == ["1 compiled modules that are for other versions of Python"]


@pytest.mark.parametrize(
    ("size", "error"), [(4, ""), (5, "has 4 bytes instead of 5"), (None, "is not there")]
)
def test_files_are_there_whole_and_readable(layer: Path, size: int | None, error: str) -> None:
    if size is not None:
        (layer.parent / "model.bin").write_text("four")
    answer = asked(files=[{"path": "model.bin", "size": size or 4, "is_executable": False}])
    assert [found["error"] for found in answer["failures"]] == ([error] if error else [])
    assert answer["exercised"]["files"] == int(not error)


def test_a_lost_mode_is_a_failure_only_where_lambda_unpacks_layers(
    layer: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (layer.parent / "bin").mkdir()
    (layer.parent / "bin/tool").write_text("#!/bin/sh")
    file = {"path": "bin/tool", "size": 9, "is_executable": True}
    elsewhere = asked(files=[file], commands=[["bin/tool"]])
    assert elsewhere["failures"] == []
    assert len(elsewhere["not_exercised"]) == 2
    monkeypatch.setattr("layerlift.probe.canary_probe._UNPACKED", str(layer.parent))
    assert failure(asked(files=[file])) == "is not executable"


@pytest.mark.parametrize(
    ("text", "error"),
    [
        ("#!/bin/sh\necho $1\n", ""),
        ("#!/bin/sh\necho broken >&2; exit 3\n", "ended with 3: broken"),
        ("#!/no/such/shell\n", "cannot be run: No such file or directory"),
    ],
)
def test_commands_have_to_end_well(layer: Path, text: str, error: str) -> None:
    tool = layer.parent / "tool"
    tool.write_text(text)
    tool.chmod(0o755)
    answer = asked(commands=[["tool", "--version"]])
    assert [found["error"] for found in answer["failures"]] == ([error] if error else [])
    assert answer["exercised"]["commands"] == int(not error)
