"""What Lambda cannot load is an error, and what it loads is none."""

import pytest

from layerlift.domain.report import Severity
from layerlift.inspecting.native.checks import loadable_files
from layerlift.inspecting.native.faults import NEWEST_GLIBC
from tests.corpus.elves import (
    LOADERS,
    elf_file,
    fat_macho_file,
    macho_file,
    pe_file,
    static_elf_file,
)
from tests.unit.inspecting.native.layers import findings, native
from tests.unit.inspecting.native.patching import changed

X86 = elf_file()
ARM = elf_file("arm64")
MUSL = elf_file(needed=("libc.musl-x86_64.so.1",))
FREEBSD = changed(X86, 7, "B", 9)
PYTHON_2 = elf_file(needed=("libpython2.7.so.1.0", "libc.so.6"))
EXTENSION = "python/_x.cpython-313-x86_64-linux-gnu.so"


@pytest.mark.parametrize(
    ("path", "content", "code", "message"),
    [
        ("lib/a.so", FREEBSD, "native-other-system", "'lib/a.so' is built for FreeBSD"),
        (
            "python/a/_x.so",
            PYTHON_2,
            "native-python-build",
            "'python/a/_x.so' is built for Python 2.7",
        ),
        ("python/a.so", macho_file(), "native-macho", "'python/a.so' is built for macOS (Mach-O)"),
        ("bin/a", fat_macho_file(), "native-macho", "'bin/a' is built for macOS (Mach-O)"),
        (
            "python/_x.cpython-313-darwin.so",
            macho_file(),
            "native-macho",
            "'python/_x.cpython-313-darwin.so' is built for macOS (Mach-O)",
        ),
        (
            "node_modules/@esbuild/darwin-arm64/bin/esbuild",
            macho_file(),
            "native-macho",
            "'node_modules/@esbuild/darwin-arm64/bin/esbuild' is built for macOS (Mach-O)",
        ),
        ("bin/a.exe", pe_file(), "native-pe", "'bin/a.exe' is built for Windows (PE)"),
        ("python/a.exe", pe_file(), "native-pe", "'python/a.exe' is built for Windows (PE)"),
        (
            "python/_x.cp313-win_amd64.pyd",
            pe_file(),
            "native-pe",
            "'python/_x.cp313-win_amd64.pyd' is built for Windows (PE)",
        ),
        (
            "node_modules/@esbuild/win32-x64/esbuild.exe",
            pe_file(),
            "native-pe",
            "'node_modules/@esbuild/win32-x64/esbuild.exe' is built for Windows (PE)",
        ),
        (
            "node_modules/a/build/Release/a.node",
            pe_file(),
            "native-pe",
            "'node_modules/a/build/Release/a.node' is built for Windows (PE)",
        ),
        (
            "bin/a",
            X86[:-1],
            "native-elf-malformed",
            "'bin/a' is a broken ELF file; it is cut off: a segment ends beyond the end of the"
            " file",
        ),
        (
            "lib/a.so",
            elf_file("i386", bits=32),
            "native-wrong-machine",
            "'lib/a.so' is built for i386 (32 bits)",
        ),
        (
            "lib/a.so",
            elf_file("x86_64", bits=32),
            "native-wrong-machine",
            "'lib/a.so' is built for x86_64 (32 bits)",
        ),
        (
            "lib/a.so",
            elf_file("arm64", little_endian=False),
            "native-wrong-machine",
            "'lib/a.so' is built for arm64 (64 bits, big-endian)",
        ),
        (
            "lib/a.so",
            elf_file("riscv"),
            "native-wrong-machine",
            "'lib/a.so' is built for riscv (64 bits)",
        ),
        ("bin/a", MUSL, "native-musl", "'bin/a' is built for musl (Alpine)"),
        (
            "python/_x.cpython-313-x86_64-linux-musl.so",
            X86,
            "native-musl",
            "'python/_x.cpython-313-x86_64-linux-musl.so' is built for musl (Alpine)",
        ),
        (
            "bin/a",
            elf_file(glibc=("2.17", "2.35")),
            "native-glibc-too-new",
            "'bin/a' needs GLIBC_2.35, and Lambda's newest glibc is 2.34",
        ),
        (
            "bin/a",
            elf_file(versions=("GLIBC_ABI_DT_RELR",)),
            "native-glibc-too-new",
            "'bin/a' needs GLIBC_ABI_DT_RELR, and Lambda's newest glibc is 2.34",
        ),
        (
            "bin/a",
            elf_file(interpreter="/nix/store/abc/lib/ld-linux-x86-64.so.2"),
            "native-interpreter-missing",
            "'bin/a' asks for the loader '/nix/store/abc/lib/ld-linux-x86-64.so.2'",
        ),
        (
            "python/_x.cpython-313-aarch64-linux-gnu.so",
            X86,
            "native-name-disagrees",
            "'python/_x.cpython-313-aarch64-linux-gnu.so' is named for arm64 but built for x86_64",
        ),
        (
            "nodejs/node_modules/a/prebuilds/linux-x64/a.node",
            ARM,
            "native-name-disagrees",
            "'nodejs/node_modules/a/prebuilds/linux-x64/a.node' is named for x86_64 but built for"
            " arm64",
        ),
        (
            "python/_x.cpython-313-darwin.so",
            X86,
            "native-other-system",
            "'python/_x.cpython-313-darwin.so' is named for macOS",
        ),
        (
            "python/_x.cp313-win_amd64.pyd",
            X86,
            "native-other-system",
            "'python/_x.cp313-win_amd64.pyd' is named for Windows",
        ),
        (
            "python/_x.cpython-313t-x86_64-linux-gnu.so",
            X86,
            "native-python-build",
            "'python/_x.cpython-313t-x86_64-linux-gnu.so' is built for free-threaded CPython 3.13",
        ),
        (
            "python/_x.cpython-313d-x86_64-linux-gnu.so",
            X86,
            "native-python-build",
            "'python/_x.cpython-313d-x86_64-linux-gnu.so' is built for a debug build of CPython"
            " 3.13",
        ),
        (
            "python/_x.pypy310-pp73-x86_64-linux-gnu.so",
            X86,
            "native-python-build",
            "'python/_x.pypy310-pp73-x86_64-linux-gnu.so' is built for PyPy 3.10",
        ),
    ],
)
def test_what_lambda_cannot_load_is_an_error(
    path: str, content: bytes, code: str, message: str
) -> None:
    (finding,) = findings((path, content))
    assert (finding.code, finding.severity) == (code, Severity.ERROR)
    assert (finding.entry, finding.message) == (path, message)
    assert loadable_files([native(path, content)]) == ()


@pytest.mark.parametrize(
    ("path", "content"),
    [
        (EXTENSION, X86),
        ("python/_x.cpython-313-aarch64-linux-gnu.so", ARM),
        ("python/_x.abi3.so", ARM),
        ("python/_x.abi3t.so", X86),
        ("python/_x.so", X86),
        ("python/_x.so", changed(X86, 7, "B", 3)),
        ("python/_x.so", elf_file(needed=("libpython3.12.so.1.0", "libc.so.6"))),
        ("python/a.libs/libboost_python27.so", PYTHON_2),
        ("lib/plugin.so", PYTHON_2),
        ("lib/libz.so.1", X86),
        ("bin/a", elf_file(interpreter=LOADERS["x86_64"], type="EXEC")),
        ("bin/a", elf_file("arm64", interpreter=LOADERS["arm64"])),
        ("bin/a", elf_file(interpreter="/opt/lib/ld-custom.so.1")),
        ("bin/a", static_elf_file()),
        ("bin/a", elf_file(glibc=("{}.{}".format(*NEWEST_GLIBC),))),
        ("bin/a", elf_file(glibc=("2.17",), weak=("GLIBC_2.39",))),
        ("lib/libc.so.6.1", elf_file(interpreter="/nix/ld.so", soname="libc.so.6")),
        ("nodejs/node_modules/a/prebuilds/linux-x64/a.node", X86),
        ("nodejs/node_modules/a/prebuilds/linux-x64+arm64/a.node", X86),
        ("nodejs/node_modules/a/prebuilds/linux-arm/a.armv8.node", ARM),
    ],
)
def test_what_lambda_loads_is_no_finding(path: str, content: bytes) -> None:
    assert findings((path, content)) == []
    assert [file.path for file in loadable_files([native(path, content)])] == [path]


@pytest.mark.parametrize(
    ("path", "content"),
    [
        ("python/bcc/probe.o", elf_file("bpf", type="REL")),
        ("python/bcc/probe.bpf", elf_file("bpf")),
        ("python/pkg/crt1.o", elf_file("i386", type="REL", bits=32)),
        ("lib/libz.so.debug", elf_file(padding=100)[:-50]),
        ("lib/libz.so.debug", elf_file("riscv")),
    ],
)
def test_what_nobody_loads_is_neither_a_finding_nor_evidence(path: str, content: bytes) -> None:
    assert findings((path, content)) == []
    assert loadable_files([native(path, content)]) == ()


def test_a_core_dump_is_a_warning() -> None:
    (finding,) = findings(("python/core.42", elf_file(type="CORE")))
    assert (finding.code, finding.severity) == ("native-core-dump", Severity.WARNING)


@pytest.mark.parametrize(
    ("path", "advice"),
    [
        ("python/a/_x.so", "pip --platform"),
        ("nodejs/node_modules/a/build/Release/a.node", "npm ci"),
        ("nodejs/node_modules/@esbuild/darwin-arm64/bin/esbuild", "npm ci"),
        ("ruby/gems/3.3.0/gems/a-1.0/lib/a.bundle", "bundle install"),
        ("lib/foo.dll", "Replace it by its build for Linux"),
        ("bin/tool", "Replace it by its build for Linux"),
    ],
)
@pytest.mark.parametrize("content", [macho_file(), pe_file(), FREEBSD])
def test_the_fix_is_for_what_installed_the_file(path: str, advice: str, content: bytes) -> None:
    (finding,) = findings((path, content))
    assert advice in finding.fix
