"""Native code that Lambda can load, what comes along with it, and what only looks like secrets."""

from tests.corpus.accept.archives import PY
from tests.corpus.accept.layers import module
from tests.corpus.cases import BOTH, PYTHONS, Accepted, Accepts, creatable, declared, zipped
from tests.corpus.elves import (
    LFS_POINTER,
    LOADERS,
    elf_file,
    java_class_file,
    macho_file,
    pe_file,
    static_elf_file,
)
from tests.corpus.writer import PROGRAM, Member
from tests.unit.inspecting.secrets.samples import LETTERS, PROTECTED, RSA, drawn, pem

X86, ARM = ("x86_64",), ("arm64",)
SINCE_AL2023 = creatable("python", since=(3, 12))
_NAME = "_x.cpython-{}-{}-linux-gnu.so"


def code(name: str, content: bytes) -> Member:
    """Return a file of native code."""
    return Member(name, content, deflated=True, mode=PROGRAM)


def native(*members: Member, **expected: object) -> Accepted:
    """Return a case of Python with native code for x86_64."""
    usual: dict[str, object] = {"kind": "python", "runtimes": PYTHONS, "architectures": X86}
    return Accepted(zipped(PY, *members), **(usual | expected))  # type: ignore[arg-type]


NATIVE: Accepts = {
    "an extension module for x86_64": native(
        code(f"python/{_NAME.format(313, 'x86_64')}", elf_file()), runtimes=("python3.13",)
    ),
    "an extension module for arm64": native(
        code(f"python/{_NAME.format(313, 'aarch64')}", elf_file("arm64")),
        runtimes=("python3.13",),
        architectures=ARM,
    ),
    "an extension module for both": native(
        code(f"python/{_NAME.format(313, 'x86_64')}", elf_file()),
        code(f"python/{_NAME.format(313, 'aarch64')}", elf_file("arm64")),
        runtimes=("python3.13",),
        architectures=BOTH,
    ),
    "an extension module for three Pythons": native(
        *(code(f"python/{_NAME.format(each, 'x86_64')}", elf_file()) for each in (312, 313, 314)),
        runtimes=("python3.12", "python3.13", "python3.14"),
    ),
    "an extension module for the stable ABI": native(code("python/_x.abi3.so", elf_file())),
    "an extension module for a Python without its lock, beside the usual": native(
        code(f"python/{_NAME.format(313, 'x86_64')}", elf_file()),
        code("python/_x.cpython-313t-x86_64-linux-gnu.so", elf_file()),
        runtimes=("python3.13",),
        findings=(("native-foreign-unused", "python/_x.cpython-313t-x86_64-linux-gnu.so"),),
    ),
    "a library that needs the newest glibc": native(
        code("python/a/libx.so", elf_file(glibc=("2.2.5", "2.34"))), runtimes=SINCE_AL2023
    ),
    "a library that needs an old glibc": native(
        code("python/a/libx.so", elf_file(glibc=("2.17",)))
    ),
    "a program": Accepted(
        zipped(code("bin/tool", elf_file(interpreter=LOADERS["x86_64"]))), "binaries", (), X86
    ),
    "a program that needs nothing": Accepted(
        zipped(code("bin/tool", static_elf_file("arm64"))), "binaries", (), ARM
    ),
    "a program that is declared": Accepted(
        zipped(code("bin/tool", static_elf_file())),
        "binaries",
        (),
        X86,
        expectations=declared("x86_64", "provided.al2023"),
    ),
    "an extension of native code": Accepted(
        zipped(code("extensions/agent", static_elf_file())), "extension", (), X86
    ),
    "builds for both side by side": Accepted(
        zipped(
            code("bin/tool-linux-x64", static_elf_file()),
            code("bin/tool-linux-arm64", static_elf_file("arm64")),
        ),
        "binaries",
        (),
        BOTH,
    ),
    "a resource for the other machine": native(
        code("python/a/x.so", elf_file("arm64")),
        code("python/tool/attach_linux_amd64.so", elf_file()),
        architectures=ARM,
        findings=(("native-architecture-leftover", "python/tool/attach_linux_amd64.so"),),
    ),
    "builds for all systems side by side": Accepted(
        zipped(
            code("nodejs/node_modules/x/prebuilds/linux-x64/x.node", elf_file()),
            code("nodejs/node_modules/x/prebuilds/darwin-x64/x.node", macho_file()),
            code("nodejs/node_modules/x/prebuilds/win32-x64/x.node", pe_file()),
        ),
        "nodejs",
        creatable("nodejs"),
        X86,
        (("native-foreign-unused", "nodejs/node_modules/x/prebuilds/darwin-x64/x.node"),),
    ),
    "a Windows program of an npm package": Accepted(
        zipped(code("nodejs/node_modules/ssh2/util/pagent.exe", pe_file())),
        "nodejs",
        creatable("nodejs"),
        BOTH,
        (("native-windows-program", "nodejs/node_modules/ssh2/util/pagent.exe"),),
    ),
    "launchers that pip makes on Windows": native(
        code("python/bin/normalizer.exe", pe_file()),
        architectures=BOTH,
        findings=(("native-foreign-unused", "python/bin/normalizer.exe"),),
    ),
    "a script of the linker": native(
        Member("lib/libx.so", b"/* GNU ld script */\nINPUT(libx.so.1)\n"),
        code("lib/libx.so.1", elf_file()),
        kind="python+binaries",
    ),
    "data that stayed in git-lfs": native(
        Member("python/a/model.onnx", LFS_POINTER),
        architectures=BOTH,
        findings=(("git-lfs-pointer-data", "python/a/model.onnx"),),
    ),
    "magic numbers of native code": native(
        Member("python/a/elf.bin", b"\x7fELF"),
        Member("python/a/macho.bin", macho_file()[:4]),
        architectures=BOTH,
    ),
    "an assembly of .NET": native(code("python/a/x.dll", pe_file(clr=True)), architectures=BOTH),
    "a class of Java": native(code("python/a/X.class", java_class_file()), architectures=BOTH),
    "a core dump": native(
        code("python/core.4711", elf_file(type="CORE")),
        architectures=BOTH,
        findings=(("native-core-dump", "python/core.4711"),),
    ),
    "an object file": native(code("python/a/x.o", elf_file(type="REL")), architectures=BOTH),
    "a program of a device": native(
        code("python/a/probe.o", elf_file("bpf", type="REL")), architectures=BOTH
    ),
    "words that begin like native code": native(
        Member("python/a.txt", b"MZ is how it begins"),
        Member("python/b.txt", b"\xca\xfe\xba\xbe"),
        architectures=BOTH,
    ),
    "launchers of setuptools": native(
        code("python/setuptools/cli-64.exe", pe_file()),
        architectures=BOTH,
        findings=(("native-foreign-unused", "python/setuptools/cli-64.exe"),),
    ),
}

HARMLESS: Accepts = {
    "keys that a manual prints": native(
        module("python/a.py", b'KEY = "AKIAIOSFODNN7EXAMPLE"\n'),
        module("python/b.py", b"secret = wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY\n"),
        module("python/c.py", b'TOKEN = "ghp_xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx"\n'),
        module(
            "python/d.py", b"-----BEGIN RSA PRIVATE KEY-----\n...\n-----END RSA PRIVATE KEY-----"
        ),
        architectures=BOTH,
    ),
    "a public key": native(
        module("python/a.pem", RSA.replace("PRIVATE", "PUBLIC").encode()), architectures=BOTH
    ),
    "a key that needs a passphrase": native(
        module("python/a.pem", pem("ENCRYPTED ", PROTECTED["ENCRYPTED "]).encode()),
        architectures=BOTH,
        findings=(("secret-private-key", "python/a.pem"),),
    ),
    "a key among the tests of a package": native(
        module("python/a/tests/a.pem", RSA.encode()),
        architectures=BOTH,
        findings=(("secret-private-key", "python/a/tests/a.pem"),),
    ),
    "a key in the sources of an npm package": Accepted(
        zipped(module("nodejs/node_modules/a/lib/probe.js", RSA.encode())),
        "nodejs",
        creatable("nodejs"),
        BOTH,
        (("secret-private-key", "nodejs/node_modules/a/lib/probe.js"),),
    ),
    "a signature in an address": native(
        module(
            "python/a.py",
            f"https://a.test/b?sv=2024-11-04&sr=b&sig={drawn(LETTERS, 44)}".encode(),
        ),
        architectures=BOTH,
        findings=(("secret-azure-sas", "python/a.py"),),
    ),
    "a secret of an installed app": native(
        module("python/a.py", f"'GOCSPX-{drawn(LETTERS, 28)}'".encode()),
        architectures=BOTH,
        findings=(("secret-google-client-secret", "python/a.py"),),
    ),
}

_BALLAST = {
    "bytecode": "python/a/__pycache__/b.cpython-313.pyc",
    "tests": "python/a/tests/data.csv",
    "static-libraries": "python/a/libb.a",
    "native-sources": "python/a/b.pyx",
    "source-maps": "nodejs/node_modules/a/b.js.map",
    "type-stubs": "python/a/b.pyi",
    "typescript": "nodejs/node_modules/a/c.d.ts",
    "manuals": "nodejs/node_modules/a/README.md",
    "installers": "python/pip/_internal/x.py",
    "aws-sdk": "python/botocore/data/x.json",
    "tools": "python/.mypy_cache/3.13/a.data.json",
}

BALLAST: Accepts = {
    f"a megabyte of {name}": Accepted(
        zipped(Member(path, bytes(1_500_000), deflated=True)),
        path.partition("/")[0],
        creatable(path.partition("/")[0]),
        findings=((f"ballast-{name}", None),),
    )
    for name, path in _BALLAST.items()
}
