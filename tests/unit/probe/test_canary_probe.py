"""The probe imports what a layer brings, from the layer and from nowhere else."""

import sys
from collections.abc import Iterator
from pathlib import Path

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


def probe(*modules: tuple[str, str]) -> dict[str, object]:
    return handler({"modules": [{"name": n, "path": p} for n, p in modules]}, None)


def failure(answer: dict[str, object]) -> str:
    (only,) = answer["failures"]  # type: ignore[misc]
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
    assert answer == {"imported": 3, "failures": []}


def test_no_modules_are_no_failure() -> None:
    assert probe() == {"imported": 0, "failures": []}


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
    assert answer["imported"] == 1
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
    assert probe((module.name, module.path)) == {"imported": 1, "failures": []}


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
    assert probe((module.name, module.path)) == {"imported": 1, "failures": []}
