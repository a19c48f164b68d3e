"""Native code that Lambda cannot load, and layers that contradict themselves or their manifest."""

from tests.corpus.accept.archives import PY, TEXT
from tests.corpus.cases import BOTH, Rejected, Rejects, declared, zipped
from tests.corpus.elves import (
    LFS_POINTER,
    LOADERS,
    elf_file,
    fat_macho_file,
    macho_file,
    pe_file,
    static_elf_file,
)
from tests.corpus.writer import PROGRAM, Member

MODULE = "python/_x.cpython-313-x86_64-linux-gnu.so"


def built(code: str, name: str, content: bytes, *more: Member) -> Rejected:
    """Return a case of one file of native code that is wrong."""
    return Rejected(
        zipped(Member(name, content, deflated=True, mode=PROGRAM), *more), ((code, name),)
    )


def promised(code: str, entry: str | None, *names: str, of: tuple[Member, ...]) -> Rejected:
    """Return a case of a declaration that the layer does not keep."""
    return Rejected(zipped(*of), ((code, entry),), expectations=declared(*names))


def _manifest(text: str | bytes, code: str, entry: str | None = "layerlift.yaml") -> Rejected:
    content = text if isinstance(text, bytes) else text.encode()
    return Rejected(zipped(PY, Member("layerlift.yaml", content)), ((code, entry),))


NATIVE: Rejects = {
    "a library for macOS": built("native-macho", "python/a/_x.so", macho_file()),
    "a library for old Macs": built(
        "native-macho", "python/a/_x.so", macho_file(little_endian=False, bits=32)
    ),
    "a library for all Macs": built("native-macho", "lib/libx.dylib", fat_macho_file()),
    "a stored library for macOS": Rejected(
        zipped(Member("python/a/_x.so", macho_file())), (("native-macho", "python/a/_x.so"),)
    ),
    "a module for Windows": built("native-pe", "python/a/_x.pyd", pe_file()),
    "a module for old Windows": built("native-pe", "bin/x.exe", pe_file(plus=False)),
    "native code cut short": built("native-elf-malformed", "bin/tool", elf_file()[:19]),
    "native code without its end": built("native-elf-malformed", "lib/libx.so", elf_file()[:-9]),
    "only the magic of ELF": built("native-elf-malformed", "bin/tool", b"\x7fELF"),
    **{
        f"native code for {machine}": built("native-wrong-machine", "bin/tool", elf_file(machine))
        for machine in ("riscv", "ppc64")
    },
    "native code for i386": built("native-wrong-machine", "bin/tool", elf_file("i386", bits=32)),
    "native code for arm": built("native-wrong-machine", "bin/tool", elf_file("arm", bits=32)),
    "native code of the other byte order": built(
        "native-wrong-machine", "bin/tool", elf_file("arm64", little_endian=False)
    ),
    "native code of FreeBSD": built(
        "native-other-system", "lib/libx.so", elf_file()[:7] + b"\x09" + elf_file()[8:]
    ),
    "native code of Alpine": built(
        "native-musl", "python/a/_x.so", elf_file(needed=("libc.musl-x86_64.so.1",))
    ),
    "an extension module of Alpine": built(
        "native-musl", "python/_x.cpython-313-x86_64-linux-musl.so", elf_file()
    ),
    "native code of a newer Linux": built(
        "native-glibc-too-new", "bin/tool", elf_file(glibc=("2.2.5", "2.38"))
    ),
    "a program of Nix": built(
        "native-interpreter-missing",
        "bin/tool",
        elf_file(interpreter="/nix/store/abc/lib/ld-linux-x86-64.so.2"),
    ),
    "a module that is named for another machine": built(
        "native-name-disagrees", "python/_x.cpython-313-aarch64-linux-gnu.so", elf_file()
    ),
    "a module that is named for macOS": built(
        "native-other-system", "python/_x.cpython-313-darwin.so", elf_file()
    ),
    "a module of Python 2": built(
        "native-python-build", "python/_x.so", elf_file(needed=("libpython2.7.so.1.0",))
    ),
    "a module of a Python without its lock": built(
        "native-python-build", "python/_x.cpython-313t-x86_64-linux-gnu.so", elf_file()
    ),
    "a module of a Python for debugging": built(
        "native-python-build", "python/_x.cpython-313d-x86_64-linux-gnu.so", elf_file()
    ),
    "a module of PyPy": built(
        "native-python-build", "python/_x.pypy310-pp73-x86_64-linux-gnu.so", elf_file()
    ),
}


IMPOSTORS: Rejects = {
    "an empty module": built("native-content-missing", MODULE, b""),
    "a module of zeros": built("native-content-missing", MODULE, bytes(5_000)),
    "a web page for a module": built("native-content-missing", MODULE, b"<!doctype html>\n<html>"),
    "text for a module": built("native-content-missing", MODULE, b"GROUP(libx.so)"),
    "an empty addon": built("native-content-missing", "nodejs/node_modules/a/a.node", b""),
    "a library that was a link": built("native-content-missing", "lib/libx.so", b"libx.so.1"),
    "a module that stayed in git-lfs": built("git-lfs-pointer", MODULE, LFS_POINTER),
    "a library that stayed in git-lfs": built("git-lfs-pointer", "lib/libx.so.1", LFS_POINTER),
    "a program that stayed in git-lfs": built("git-lfs-pointer", "bin/tool", LFS_POINTER),
    "an empty extension": built("starts-nothing", "extensions/agent", b""),
    "an empty bootstrap": built("starts-nothing", "bootstrap", b""),
    "an extension in the line ends of Windows": built(
        "starts-nothing", "extensions/agent", b"#!/bin/sh\r\necho\r\n"
    ),
    "a bootstrap without an interpreter": built("starts-nothing", "bootstrap", b"echo\n"),
}

CONTRADICTIONS: Rejects = {
    "native code for one machine and for the other": Rejected(
        zipped(
            Member("python/a/x.so", elf_file("x86_64")), Member("python/a/y.so", elf_file("arm64"))
        ),
        (("native-architectures-mixed", "python/a/y.so"),),
    ),
    "a module in the folder of another Python": Rejected(
        zipped(
            Member(
                "python/lib/python3.12/site-packages/_x.cpython-313-x86_64-linux-gnu.so",
                elf_file(),
            )
        ),
        (
            (
                "python-abi-mismatch",
                "python/lib/python3.12/site-packages/_x.cpython-313-x86_64-linux-gnu.so",
            ),
        ),
    ),
    "modules of two Pythons": Rejected(
        zipped(
            Member("python/_x.cpython-312-x86_64-linux-gnu.so", elf_file()),
            Member("python/_y.cpython-313-x86_64-linux-gnu.so", elf_file()),
        ),
        (("python-abi-mixed", "python/_y.cpython-313-x86_64-linux-gnu.so"),),
    ),
    "a module of a Python that is gone": built(
        "runtime-unserved", "python/_x.cpython-36m-x86_64-linux-gnu.so", elf_file()
    ),
    "gems of a Ruby that is gone": Rejected(
        zipped(Member("ruby/gems/2.5.0/gems/rake-13.0.6/lib/rake.rb", TEXT)),
        (("runtime-unserved", "ruby/gems/2.5.0/gems/rake-13.0.6/lib/rake.rb"),),
    ),
}

DECLARED: Rejects = {
    "declared for another machine": promised(
        "architecture-disagrees", "bin/tool", "arm64", of=(Member("bin/tool", static_elf_file()),)
    ),
    "declared for both machines": promised(
        "architecture-disagrees", MODULE, *BOTH, of=(Member(MODULE, elf_file()),)
    ),
    "declared for a machine by another name": promised(
        "architecture-unknown", None, "amd64", of=(PY,)
    ),
    "declared for another Python": promised(
        "runtime-disagrees", MODULE, "python3.12", of=(Member(MODULE, elf_file()),)
    ),
    "declared for another language": promised("runtime-disagrees", None, "nodejs22.x", of=(PY,)),
    "declared for a runtime with a slip": promised("runtime-unknown", None, "python3.31", of=(PY,)),
    "declared for a Linux that is too old": promised(
        "runtime-disagrees",
        "python/a/x.so",
        "python3.11",
        of=(Member("python/a/x.so", elf_file(glibc=("2.34",))),),
    ),
    "a manifest that the layer does not keep": Rejected(
        zipped(
            Member("bin/tool", elf_file(interpreter=LOADERS["x86_64"]), mode=PROGRAM),
            Member("layerlift.yaml", b"architectures: [arm64]\n"),
        ),
        (("architecture-disagrees", "bin/tool"),),
    ),
}

_LOVES = b"a: &a [x, x, x]\nb: &b [*a, *a, *a]\nc: [*b, *b, *b]\n"

MANIFESTS: Rejects = {
    "a manifest of 65,537 bytes": _manifest("#" * 65_537, "manifest-too-large"),
    "a manifest that is no UTF-8": _manifest(b"runtimes: [\xff]\n", "manifest-malformed"),
    "a manifest that is no YAML": _manifest("runtimes: [python3.13\n", "manifest-malformed"),
    "a manifest that grows without end": _manifest(_LOVES, "manifest-malformed"),
    "a manifest nested without end": _manifest("[" * 5000, "manifest-malformed"),
    "a manifest with a tag": _manifest(
        "runtimes: !!python/object/apply:os.system [ls]\n", "manifest-malformed"
    ),
    "a manifest that says it twice": _manifest(
        "runtimes: []\nruntimes: []\n", "manifest-malformed"
    ),
    "a manifest with a null": _manifest("runtimes: [\0]\n", "manifest-malformed"),
    "a manifest with an unknown key": _manifest("runtime: [python3.13]\n", "manifest-invalid"),
    "a manifest with a name for a list": _manifest("runtimes: python3.13\n", "manifest-invalid"),
    "a manifest that is a list": _manifest("- python3.13\n", "manifest-invalid"),
    "a manifest for an unknown runtime": _manifest(
        "runtimes: [python4.0]\n", "runtime-unknown", None
    ),
    "a canary whose handler is not there": _manifest(
        "canary: {handler: no_such_module.check}\n", "canary-handler-missing", None
    ),
    "a canary whose command is not there": _manifest(
        "canary: {run: [bin/no-such-tool]}\n", "canary-command-missing", None
    ),
}
