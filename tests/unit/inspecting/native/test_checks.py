"""What a layer has for other platforms is no error if it has the same for Lambda."""

import pytest

from layerlift.domain.limits import MEGABYTE
from layerlift.domain.report import Severity
from layerlift.inspecting.native.checks import loadable_files
from tests.corpus.elves import (
    LOADERS,
    elf_file,
    fat_macho_file,
    macho_file,
    pe_file,
)
from tests.unit.inspecting.native.layers import codes, findings, native

X86 = elf_file()
ARM = elf_file("arm64")
MUSL = elf_file(needed=("libc.musl-x86_64.so.1",))
EXTENSION = "python/_x.cpython-313-x86_64-linux-gnu.so"


@pytest.mark.parametrize(
    "path",
    [
        "python/setuptools/cli.exe",
        "python/setuptools/gui-arm64.exe",
        "python/pip/_vendor/distlib/t64-arm.exe",
        "python/distlib/w32.exe",
        "python/bin/normalizer.exe",
        "python/Scripts/normalizer.exe",
        "python/lib/python3.13/site-packages/setuptools/cli-64.exe",
        "python/debugpy/_vendored/pydevd/pydevd_attach_to_process/inject_dll_x86.exe",
    ],
)
def test_known_resources_for_windows_are_harmless(path: str) -> None:
    (finding,) = findings((path, pe_file()))
    assert (finding.code, finding.severity) == ("native-foreign-unused", Severity.INFO)


def test_debuggers_libraries_are_no_evidence_for_a_machine() -> None:
    path = "python/debugpy/_vendored/pydevd/pydevd_attach_to_process/attach_linux_amd64.so"
    assert loadable_files([native(path, X86)]) == ()


def test_a_windows_program_that_npm_brings_for_everybody_is_a_warning() -> None:
    (finding,) = findings(("nodejs/node_modules/ssh2/util/pagent.exe", pe_file()))
    assert (finding.code, finding.severity) == ("native-windows-program", Severity.WARNING)


@pytest.mark.parametrize(
    ("for_lambda", "foreign", "content"),
    [
        ("a/prebuilds/linux-x64/a.node", "a/prebuilds/darwin-x64+arm64/a.node", fat_macho_file()),
        ("a/prebuilds/linux-x64/a.node", "a/prebuilds/win32-x64/a.node", pe_file()),
        ("a/prebuilds/linux-x64/a.node", "a/prebuilds/linux-x64/a.musl.node", MUSL),
        (
            "a/prebuilds/linux-x64/a.node",
            "a/prebuilds/linux-ia32/a.node",
            elf_file("i386", bits=32),
        ),
        ("a/prebuilds/linux-x64/a.node", "a/prebuilds/linux-arm/a.node", elf_file("arm", bits=32)),
        (
            "a/prebuilds/linux-x64/a.node",
            "a/prebuilds/android-arm64/a.node",
            elf_file("arm64", needed=("libc.so", "liblog.so")),
        ),
        ("@img/sharp-linux-x64/lib/a.node", "@img/sharp-linuxmusl-x64/lib/a.node", MUSL),
        ("@esbuild/linux-x64/bin/esbuild", "@esbuild/win32-x64/esbuild.exe", pe_file()),
        ("b/linux/x64/a.node", "b/win32/x64/DirectML.dll", pe_file()),
        ("s/linux/selenium-manager", "s/macos/selenium-manager", fat_macho_file()),
        ("s/linux/selenium-manager", "s/windows/selenium-manager.exe", pe_file()),
        ("c/libq-rhel-openssl-3.0.x.so.node", "c/libq-darwin-arm64.dylib.node", macho_file()),
        (EXTENSION, "python/_x.cpython-313-darwin.so", macho_file()),
        (EXTENSION, "python/_x.cp313-win_amd64.pyd", pe_file()),
        (EXTENSION, "python/_x.cpython-313-x86_64-linux-musl.so", MUSL),
        (EXTENSION, "python/_x.cpython-313t-x86_64-linux-gnu.so", X86),
        ("python/_x.abi3.so", "python/_x.pypy310-pp73-x86_64-linux-gnu.so", X86),
        ("lib/libz.so.1", "lib/libz.dylib", macho_file()),
    ],
)
def test_a_build_for_elsewhere_beside_its_twin_is_harmless(
    for_lambda: str, foreign: str, content: bytes
) -> None:
    (finding,) = findings((foreign, content), (for_lambda, X86))
    assert (finding.code, finding.severity) == ("native-foreign-unused", Severity.INFO)
    assert finding.entry == foreign
    files = [native(foreign, content), native(for_lambda, X86)]
    assert [file.path for file in loadable_files(files)] == [for_lambda]


@pytest.mark.parametrize(
    ("beside", "foreign", "content", "code"),
    [
        ("b/prebuilds/linux-x64/b.node", "a/prebuilds/darwin-x64/a.node", macho_file(), "macho"),
        ("a/prebuilds/linux-x64/b.node", "a/prebuilds/linux-arm64/b.node", macho_file(), "macho"),
        ("python/_y.abi3.so", "python/_x.cpython-313-darwin.so", macho_file(), "macho"),
        (EXTENSION, "python/_y.cp313-win_amd64.pyd", pe_file(), "pe"),
        (EXTENSION, "python/_y.cpython-313t-x86_64-linux-gnu.so", X86, "python-build"),
        ("bin/a", "bin/b", MUSL, "musl"),
        ("lib/libz.so.1", "lib/libz.so", macho_file(), "macho"),
        ("a/linux-x64/a", "a/linux-arm64/a", X86, "name-disagrees"),
    ],
)
def test_a_build_for_elsewhere_without_its_twin_is_an_error(
    beside: str, foreign: str, content: bytes, code: str
) -> None:
    assert codes((beside, X86), (foreign, content)) == [f"native-{code}"]


def test_a_twin_that_lambda_cannot_load_either_is_no_excuse() -> None:
    too_new = elf_file(glibc=("2.39",))
    assert codes(
        ("a/prebuilds/linux-x64/a.node", too_new), ("a/prebuilds/darwin-x64/a.node", macho_file())
    ) == ["native-glibc-too-new", "native-macho"]


@pytest.mark.parametrize(
    ("loader", "content"),
    [
        ("lib/ld-musl-x86_64.so.1", MUSL),
        ("bin/b", elf_file(glibc=("2.39",))),
    ],
)
def test_a_layer_may_bring_its_own_libc(loader: str, content: bytes) -> None:
    assert codes(("bin/a", content)) != []
    own = elf_file(needed=(), interpreter="/opt/lib/loader.so")
    assert codes((loader, own), ("bin/a", content)) == []


def test_a_loader_brought_along_does_not_make_the_system_newer() -> None:
    too_new = elf_file(glibc=("2.39",), interpreter=LOADERS["x86_64"])
    loader = ("lib/ld-linux-x86-64.so.2", elf_file(needed=()))
    assert codes(loader, ("bin/a", too_new)) == ["native-glibc-too-new"]


def test_one_finding_names_the_first_file_and_counts_the_others() -> None:
    (finding,) = findings(*((f"python/{name}.so", macho_file()) for name in "abc"))
    assert finding.entry == "python/a.so"
    assert finding.message == "'python/a.so' is built for macOS (Mach-O), and 2 more"


def test_the_space_of_unused_builds_is_added_up() -> None:
    padding = bytes(MEGABYTE)
    (finding,) = findings(
        ("a/linux-x64/a", X86),
        ("a/darwin-x64/a", macho_file() + padding),
        ("a/win32-x64/a.exe", pe_file() + padding),
    )
    assert finding.message == (
        "2 files for other platforms, such as 'a/darwin-x64/a', are of no use on Lambda"
        " and take 2.0 MB"
    )


def test_each_kind_is_one_finding() -> None:
    found = codes(("a.so", macho_file()), ("b.pyd", pe_file()), ("c", MUSL), ("d.so", macho_file()))
    assert found == ["native-macho", "native-pe", "native-musl"]


@pytest.mark.parametrize("files", [(), ((EXTENSION, X86),)])
def test_a_layer_without_faults_has_no_findings(files: tuple[tuple[str, bytes], ...]) -> None:
    assert codes(*files) == []
