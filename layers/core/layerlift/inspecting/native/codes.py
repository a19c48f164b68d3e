"""What can be wrong with native code."""

from layerlift.domain.report import Severity
from layerlift.inspecting.findings import FindingKind

REBUILD = (
    "Build the layer on Linux, for instance in the container of sam build --use-container, or"
    " install with pip --platform manylinux_2_28_x86_64 (or _aarch64) --only-binary=:all:"
)
REINSTALL_NPM = (
    "Run npm ci on Linux, or npm install --os=linux --libc=glibc with --cpu=x64 or --cpu=arm64, in"
    " a folder without node_modules"
)
REINSTALL_GEMS = (
    "Run bundle install on Linux, for instance in the container of sam build --use-container"
)
REPLACE = "Replace it by its build for Linux on x86_64 or arm64, or leave it out"

MACHO = FindingKind(
    code="native-macho",
    severity=Severity.ERROR,
    meaning="A file of native code for macOS: the layer, or a part of it, was put together on a Mac"
    " and cannot be loaded on Lambda, which is Linux",
    example="'python/numpy/_core/_simd.so' is built for macOS (Mach-O), and 12 more",
    fix=REBUILD,
)
PE = FindingKind(
    code="native-pe",
    severity=Severity.ERROR,
    meaning="A file of native code for Windows: the layer, or a part of it, was put together on"
    " Windows and cannot be loaded on Lambda, which is Linux",
    example="'python/numpy/_core/_simd.pyd' is built for Windows (PE)",
    fix=REBUILD,
)
WINDOWS_PROGRAM = FindingKind(
    code="native-windows-program",
    severity=Severity.WARNING,
    meaning="A program for Windows inside of an npm package, as some bring it for all systems: it"
    " harms nothing as long as nothing tries to run it, and it cannot run on Lambda",
    example="'nodejs/node_modules/ssh2/util/pagent.exe' is a program for Windows (PE)",
    fix="If a function needs the program, install the package on Linux; otherwise it may stay",
)
ELF_MALFORMED = FindingKind(
    code="native-elf-malformed",
    severity=Severity.ERROR,
    meaning="A file begins like native code for Linux (ELF) but is cut off or contradicts itself:"
    " the loader would refuse it, or crash",
    example="'bin/jq' is a broken ELF file; it is cut off: a segment ends beyond the end of the"
    " file",
    fix="Build or copy the file again and compare its size and digest with the original",
)
WRONG_MACHINE = FindingKind(
    code="native-wrong-machine",
    severity=Severity.ERROR,
    meaning="Native code for a machine that Lambda does not offer: it has 64-bit x86_64 and arm64"
    " only",
    example="'lib/libz.so.1' is built for i386 (32 bits)",
    fix="Replace it by a build for x86_64 or arm64, or leave it out",
)
MUSL = FindingKind(
    code="native-musl",
    severity=Severity.ERROR,
    meaning="Native code that is linked with musl, the C library of Alpine Linux: Lambda's"
    " runtimes are Amazon Linux, whose C library is glibc",
    example="'python/orjson/orjson.cpython-313-x86_64-linux-musl.so' is built for musl (Alpine)",
    fix="Build on a distribution with glibc, such as Amazon Linux 2023, take the manylinux wheel"
    " instead of the musllinux one, or link statically",
)
GLIBC_TOO_NEW = FindingKind(
    code="native-glibc-too-new",
    severity=Severity.ERROR,
    meaning="Native code that needs a newer glibc than any Lambda runtime has (2.34, of Amazon"
    " Linux 2023): it was built on a newer distribution and fails when it is loaded",
    example="'bin/jq' needs GLIBC_2.38, and Lambda's newest glibc is 2.34",
    fix="Build on Amazon Linux 2023 or older, take a wheel tagged manylinux_2_34 or lower, or"
    " link statically",
)
NO_INTERPRETER = FindingKind(
    code="native-interpreter-missing",
    severity=Severity.ERROR,
    meaning="A program that names a dynamic loader which Lambda does not have, as those built by"
    " Nix or Homebrew do: starting it fails with 'No such file or directory'",
    example="'bin/jq' asks for the loader '/nix/store/abc-glibc/lib/ld-linux-x86-64.so.2'",
    fix="Build it on Amazon Linux 2023, or set its loader with patchelf --set-interpreter",
)
NAME_DISAGREES = FindingKind(
    code="native-name-disagrees",
    severity=Severity.ERROR,
    meaning="A file whose name or folder says another machine than its content is built for: two"
    " builds were mixed up, and whoever picks it by name gets the wrong one",
    example="'python/_x.cpython-313-aarch64-linux-gnu.so' is named for arm64 but built for x86_64",
    fix="Build the layer again in an empty folder, for one architecture after the other",
)
OTHER_SYSTEM = FindingKind(
    code="native-other-system",
    severity=Severity.ERROR,
    meaning="Native code for another system than Linux: an ELF file of, say, FreeBSD, which the"
    " loader refuses, or a Python extension module named for macOS or Windows, which Python on"
    " Linux does not look for",
    example="'python/_x.cpython-313-darwin.so' is named for macOS",
    fix=REBUILD,
)
PYTHON_BUILD = FindingKind(
    code="native-python-build",
    severity=Severity.ERROR,
    meaning="A Python extension module for a kind of Python that Lambda does not run: a"
    " free-threaded build (cp313t), a debug build (cp313d), PyPy or Python 2",
    example="'python/_x.cpython-313t-x86_64-linux-gnu.so' is built for free-threaded CPython 3.13",
    fix="Install for the regular CPython, for instance with pip --implementation cp --abi cp313",
)
FOREIGN_UNUSED = FindingKind(
    code="native-foreign-unused",
    severity=Severity.INFO,
    meaning="Native code for other systems beside that for Lambda, as packages bring it that"
    " support several: it harms nothing and takes space",
    example="3 files for other platforms, such as 'nodejs/node_modules/x/prebuilds/darwin-x64/x"
    ".node', are of no use on Lambda and take 1.2 MB",
    fix="Leave them out of the zip if the space matters",
)
CORE_DUMP = FindingKind(
    code="native-core-dump",
    severity=Severity.WARNING,
    meaning="The memory of a crashed process, written to a file: it takes space, and may hold"
    " whatever the process knew, passwords included",
    example="'python/core.4711' is a core dump",
    fix="Delete the file, and ulimit -c 0 before the build",
)
NOT_NATIVE = FindingKind(
    code="native-content-missing",
    severity=Severity.ERROR,
    meaning="A file is named as a Python extension module, a Node.js addon or a shared library and"
    " holds none: it is empty, or a web page or text was stored in its place, so that loading it"
    " fails with 'invalid ELF header' or 'file too short'",
    example="'python/_x.cpython-313-x86_64-linux-gnu.so' is named as native code but is empty",
    fix="Build or download the file again, and look at its size before the layer is put together",
)
LFS_POINTER = FindingKind(
    code="git-lfs-pointer",
    severity=Severity.ERROR,
    meaning="Code was checked out without git-lfs: in its place is a pointer, a few lines of text"
    " that say where the file is kept, and loading it fails",
    example="'lib/libz.so.1' is a pointer of git-lfs, not the file itself",
    fix="Run git lfs pull before the layer is put together; actions/checkout takes lfs: true",
)
LFS_POINTER_DATA = FindingKind(
    code="git-lfs-pointer-data",
    severity=Severity.WARNING,
    meaning="Data was checked out without git-lfs: in its place is a pointer, a few lines of text"
    " that say where the file is kept. Whatever reads the file gets those",
    example="'python/a/model.onnx' is a pointer of git-lfs, not the file itself",
    fix="Run git lfs pull before the layer is put together, or leave the file out",
)
STARTS_NOTHING = FindingKind(
    code="starts-nothing",
    severity=Severity.ERROR,
    meaning="Lambda starts bootstrap and each file in extensions/, and this one is neither a"
    " program nor a script that names an interpreter of Lambda's: the function fails with 'exec"
    " format error' or 'no such file or directory' before it runs (https://docs.aws.amazon.com/lambda/latest/dg/runtimes-extensions-api.html)",
    example="'extensions/agent' is empty: Lambda could not start it",
    fix="Put the program there, or begin the script with a line such as #!/bin/sh, in a file with"
    " Unix line ends; what is not to be started belongs in another folder",
)
