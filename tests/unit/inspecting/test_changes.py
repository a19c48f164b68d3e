"""What differs from the release before is told, and held against the version number."""

from typing import Any

import pytest

from layerlift.domain.limits import MEGABYTE
from layerlift.domain.report import (
    Changes,
    Module,
    NativeCode,
    Package,
    PackageChange,
    Report,
    Severity,
)
from layerlift.inspecting.changes import changes_since, check_changes

MB = MEGABYTE
BUILT_FOR_313 = "python/a/_x.cpython-313-x86_64-linux-gnu.so"


def report(
    *packages: Package, modules: str = "", native: tuple[str, ...] = (), **of: Any
) -> Report:
    fields: dict[str, Any] = {
        "accepted": True,
        "layer": "http-client",
        "version": "1.4.0",
        "sha256": None,
        "code_sha256": None,
        "size": 1,
        "unzipped_size": 10 * MB,
        "entries": 1,
        "packages": packages,
        "modules": tuple(Module(name=m, path=f"python/{m}.py") for m in modules.split()),
        "native": tuple(NativeCode(path=path, architecture="x86_64") for path in native),
    }
    return Report(**fields | of)


def package(
    name: str, version: str | None = "1", ecosystem: str = "pypi", path: str = "p"
) -> Package:
    return Package(name=name, version=version, ecosystem=ecosystem, path=path)


def npm(name: str, version: str = "1", under: str = "nodejs") -> Package:
    return package(name, version, "npm", f"{under}/node_modules/{name}/package.json")


def test_the_same_content_has_no_changes() -> None:
    same = report(package("a"), modules="a", native=("python/a.so",))
    assert changes_since(same, same) == Changes(
        since="1.4.0", size_before=10 * MB, size_after=10 * MB
    )


def test_packages_are_added_removed_and_changed() -> None:
    before = report(package("a"), package("b", "1"), package("c"))
    changes = changes_since(before, report(package("b", "2"), package("c"), package("d")))
    assert changes.added == (package("d"),)
    assert changes.removed == (package("a"),)
    assert changes.changed == (PackageChange(name="b", before="1", after="2"),)


def test_another_spelling_is_no_other_distribution() -> None:
    changes = changes_since(report(package("Zope.Interface")), report(package("zope_interface")))
    assert (changes.added, changes.removed, changes.changed) == ((), (), ())


def test_the_same_name_in_another_ecosystem_is_another_package() -> None:
    changes = changes_since(report(package("a")), report(package("a", ecosystem="gem")))
    assert [p.ecosystem for p in changes.added + changes.removed] == ["gem", "pypi"]


def test_versions_side_by_side_are_compared_together() -> None:
    before = report(npm("ms", "2.1.3"), npm("ms", "2.0.0", under="nodejs/node_modules/debug"))
    changes = changes_since(before, report(npm("ms", "2.1.3")))
    assert changes.changed == (PackageChange(name="ms", before="2.0.0, 2.1.3", after="2.1.3"),)


def test_a_version_may_be_unsaid() -> None:
    changes = changes_since(report(package("a", None)), report(package("a", "1")))
    assert changes.changed == (PackageChange(name="a", before=None, after="1"),)


def test_modules_come_and_go() -> None:
    changes = changes_since(report(modules="a b"), report(modules="b c"))
    assert (changes.modules_added, changes.modules_removed) == (("c",), ("a",))


def test_a_module_that_moved_is_still_there() -> None:
    moved = (Module(name="a", path="python/lib/python3.13/site-packages/a.py"),)
    changes = changes_since(report(modules="a"), report().model_copy(update={"modules": moved}))
    assert (changes.modules_added, changes.modules_removed) == ((), ())


def test_a_node_package_is_a_module_unless_it_is_nested() -> None:
    before = report(npm("axios"), npm("ms", under="nodejs/node_modules/debug"), npm("@aws/x"))
    assert changes_since(before, report()).modules_removed == ("@aws/x", "axios")


@pytest.mark.parametrize(
    ("before", "after"),
    [
        (BUILT_FOR_313, "python/a/_x.cpython-314-x86_64-linux-gnu.so"),
        (BUILT_FOR_313, "python/a/_x.abi3.so"),
        (BUILT_FOR_313, "python/a/_x.cpython-313-aarch64-linux-gnu.so"),
        ("python/a/_x.so", "python/a/_x.abi3.so"),
        ("python/a.libs/libz-0cf96a72.3.23.so", "python/a.libs/libz-1f2e3d4c.3.24.so"),
        ("lib/libz.so.1.2.11", "lib/libz.so.1.3"),
        ("lib/libz.so", "lib/libz.so.1"),
        (
            "python/lib/python3.12/site-packages/_x.abi3.so",
            "python/lib/python3.13/site-packages/_x.abi3.so",
        ),
        ("python/_x.abi3.so", "python/lib/python3.13/site-packages/_x.abi3.so"),
        ("nodejs/node20/node_modules/a/a.node", "nodejs/node22/node_modules/a/a.node"),
    ],
)
def test_a_rebuild_adds_and_removes_no_native_code(before: str, after: str) -> None:
    changes = changes_since(report(native=(before,)), report(native=(after,)))
    assert (changes.native_added, changes.native_removed) == ((), ())


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("python/a/_x.abi3.so", "python/b/_x.abi3.so"),
        ("python/a/_x.abi3.so", "python/a/_y.abi3.so"),
        ("lib/libz.so.1", "lib/libzz.so.1"),
        ("bin/a", "bin/b"),
    ],
)
def test_other_native_code_is_told_by_its_path(before: str, after: str) -> None:
    changes = changes_since(report(native=(before,)), report(native=(after,)))
    assert (changes.native_added, changes.native_removed) == ((after,), (before,))


def removal(*modules: str, **of: Any) -> Changes:
    fields: dict[str, Any] = {"since": "1.4.0", "size_before": 1, "size_after": 1}
    return Changes(modules_removed=modules, **fields | of)


def found(
    changes: Changes,
    before: str | None = "1.4.0",
    now: str | None = "1.5.0",
    severity: Severity = Severity.ERROR,
) -> list[tuple[str, Severity]]:
    return [(f.code, f.severity) for f in check_changes(changes, before, now, severity)]


@pytest.mark.parametrize(
    ("before", "now"),
    [
        ("1.4.0", "1.4.1"),
        ("1.4.0", "1.5.0"),
        ("1.4.0", "1.5.0-rc.1"),
        ("0.4.0", "0.4.1"),
        ("0.0.1", "0.0.2"),
        ("1.0.0", "1.0.0"),
    ],
)
@pytest.mark.parametrize("severity", [Severity.ERROR, Severity.WARNING])
def test_a_module_may_not_vanish_within_a_major_version(
    before: str, now: str, severity: Severity
) -> None:
    assert found(removal("requests"), before, now, severity) == [("module-removed", severity)]


@pytest.mark.parametrize(
    ("before", "now"),
    [
        ("1.4.0", "2.0.0"),
        ("1.4.0", "2.0.0-rc.1"),
        ("0.4.0", "0.5.0"),
        ("0.4.0", "1.0.0"),
        ("2.0.0-rc.1", "2.0.0"),
        ("2.0.0-rc.1", "2.0.0-rc.2"),
        ("2.0.0", "1.9.0"),
    ],
)
def test_a_module_may_vanish_where_nothing_is_promised(before: str, now: str) -> None:
    assert found(removal("requests"), before, now) == []


@pytest.mark.parametrize(
    ("before", "now"), [(None, "1.0.0"), ("1.0.0", None), ("7", "1.0.0"), (None, None)]
)
def test_without_a_version_a_vanished_module_is_merely_mentioned(
    before: str | None, now: str | None
) -> None:
    assert found(removal("requests"), before, now) == [("module-removed", Severity.INFO)]


@pytest.mark.parametrize("module", ["_cffi_backend", "__pycache__", "a1d243bd2c585b0f4821__mypyc"])
def test_a_private_module_may_vanish(module: str) -> None:
    assert found(removal(module)) == []


def test_all_vanished_modules_are_one_finding() -> None:
    (finding,) = check_changes(removal("a", "b", "c"), "1.4.0", "1.5.0", Severity.WARNING)
    assert finding.message == "1.5.0 no longer has the modules a, b and c, which 1.4.0 had"


def test_a_long_list_of_modules_is_cut() -> None:
    modules = [f"m{n}" for n in range(100)]
    (finding,) = check_changes(removal(*modules), "1.4.0", "1.5.0", Severity.WARNING)
    assert "m8, m9 and 90 more" in finding.message
    assert "m10" not in finding.message


def test_removed_packages_are_worth_knowing() -> None:
    changes = removal(removed=(package("idna", "3.7"), package("six", None)))
    (finding,) = check_changes(changes, "1.4.0", "2.0.0", Severity.ERROR)
    assert (finding.code, finding.severity) == ("package-removed", Severity.INFO)
    assert finding.message == ("2.0.0 no longer has the packages idna 3.7 and six, which 1.4.0 had")


@pytest.mark.parametrize(
    ("before", "after", "expected"),
    [
        (40 * MB, 65 * MB, ["size-grew"]),
        (0, 6 * MB, ["size-grew"]),
        (40 * MB, 50 * MB, []),
        (40 * MB, 50 * MB + 1, ["size-grew"]),
        (1 * MB, 5 * MB, []),
        (1 * MB, 6 * MB, ["size-grew"]),
        (65 * MB, 40 * MB, []),
    ],
)
def test_much_growth_is_worth_knowing(before: int, after: int, expected: list[str]) -> None:
    changes = removal(size_before=before, size_after=after)
    assert found(changes) == [(code, Severity.INFO) for code in expected]
