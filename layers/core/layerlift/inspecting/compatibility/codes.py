"""What can be wrong with what a layer serves, and with what its manifest says of that.

Where its files lie has codes of its own: see ``misplaced/codes.py``.
"""

from layerlift.domain.report import Severity
from layerlift.inspecting.findings import FindingKind

_ERROR, _WARNING = Severity.ERROR, Severity.WARNING

ARCHITECTURES_MIXED = FindingKind(
    code="native-architectures-mixed",
    severity=_ERROR,
    meaning="Some native code is built for one architecture only and some for the other only, so "
    "that on either of them something cannot be loaded",
    example="'python/a.cpython-313-x86_64-linux-gnu.so' is built for x86_64 only, "
    "'python/b.cpython-313-aarch64-linux-gnu.so' for arm64 only",
    fix="Build all for the same architecture, or each for both; mind caches and lock files that "
    "mix platforms",
)
ARCHITECTURE_LEFTOVER = FindingKind(
    code="native-architecture-leftover",
    severity=_WARNING,
    meaning="A resource that names its architecture is there for the other one only; packages "
    "bring such files for whoever needs them, and most never load them",
    example="'python/tool/attach_linux_amd64.so' is built for x86_64, the rest of the layer for "
    "arm64",
    fix="Nothing, if the functions do not use it; else add a build for the layer's architecture",
)
ARCHITECTURE_DISAGREES = FindingKind(
    code="architecture-disagrees",
    severity=_ERROR,
    meaning="The layer is declared for an architecture that its native code cannot run on",
    example="Declared for arm64, but 'bin/tool' is built for x86_64",
    fix="Build it for the declared architecture, or declare the one that it is built for",
)
ARCHITECTURE_UNKNOWN = FindingKind(
    code="architecture-unknown",
    severity=_ERROR,
    meaning="A declared architecture is none of Lambda's",
    example="'amd64' is no architecture of Lambda's; did you mean x86_64?",
    fix="Write x86_64 or arm64",
)
RUNTIME_UNKNOWN = FindingKind(
    code="runtime-unknown",
    severity=_ERROR,
    meaning="A declared runtime is none of Lambda's",
    example="'python3.31' is no runtime of Lambda's; did you mean python3.13?",
    fix="Write runtimes as Lambda does, such as python3.13 or nodejs22.x",
)
RUNTIME_RETIRED = FindingKind(
    code="runtime-retired",
    severity=_WARNING,
    meaning="Functions can no longer be created on a declared runtime, so that no canary can try "
    "the layer there; functions that exist can still use it",
    example="Functions can no longer be created on python3.7",
    fix="Leave it out, unless functions on it are still to get this layer",
)
RUNTIME_DISAGREES = FindingKind(
    code="runtime-disagrees",
    severity=_ERROR,
    meaning="The layer is declared for a runtime that it does not serve",
    example="Declared for python3.12, but 'python/x.cpython-313-x86_64-linux-gnu.so' is built for "
    "CPython 3.13",
    fix="Build it for the declared runtime, or declare those that it serves",
)
RUNTIME_UNSERVED = FindingKind(
    code="runtime-unserved",
    severity=_ERROR,
    meaning="No runtime on which functions can be created can use the layer: what it brings asks "
    "for a version that Lambda has not, or asks for several at once",
    example="'python/x.cpython-37m-x86_64-linux-gnu.so' is built for CPython 3.7, on which no "
    "function can be created",
    fix="Build the layer for a runtime that Lambda offers",
)
ENGINE_UNSERVED = FindingKind(
    code="node-engine-unserved",
    severity=_WARNING,
    meaning="A package says that it needs a newer Node.js than the others allow or Lambda has; npm "
    "only warns of that, and so does this",
    example="'nodejs/node_modules/a/package.json' asks for Node.js 30 or newer",
    fix="Install a version of the package that supports the runtime",
)
PYTHON_ABI_MISMATCH = FindingKind(
    code="python-abi-mismatch",
    severity=_ERROR,
    meaning="An extension module lies in the folder of a version of Python that cannot load it: "
    "Python finds extension modules by the version in their names (PEP 3149)",
    example="'python/lib/python3.12/site-packages/x.cpython-313-x86_64-linux-gnu.so' is built for "
    "CPython 3.13, but lies in a folder of Python 3.12",
    fix="Install the packages with the Python whose folder it is, or rename the folder",
)
PYTHON_ABI_MIXED = FindingKind(
    code="python-abi-mixed",
    severity=_ERROR,
    meaning="Extension modules are built for different versions of Python, so that each of them "
    "lacks something",
    example="'python/b.cpython-312-x86_64-linux-gnu.so' is built for CPython 3.12, but "
    "'python/a.cpython-313-x86_64-linux-gnu.so' is built for CPython 3.13",
    fix="Install all packages for one version of Python, into an empty folder",
)
MANIFEST_TOO_LARGE = FindingKind(
    code="manifest-too-large",
    severity=_ERROR,
    meaning="A manifest is a handful of lines; one of more than 64 KiB is not read",
    example="layerlift.yaml has 70,000 bytes, more than 65,536",
    fix="Keep only the keys runtimes, architectures and canary in it",
)
MANIFEST_MALFORMED = FindingKind(
    code="manifest-malformed",
    severity=_ERROR,
    meaning="The manifest is no plain YAML: not UTF-8, not well-formed, or with anchors, aliases, "
    "tags or a key given twice, which a manifest has no use for",
    example="layerlift.yaml, line 3: the key 'runtimes' is given twice",
    fix="Write two lists, such as runtimes: [python3.13] and architectures: [arm64]",
)
MANIFEST_INVALID = FindingKind(
    code="manifest-invalid",
    severity=_ERROR,
    meaning="The manifest says something that it cannot say: an unknown key, or a value of the "
    "wrong kind",
    example="layerlift.yaml, line 2: unknown key 'runtime'",
    fix="Write two lists, such as runtimes: [python3.13] and architectures: [arm64]",
)
CANARY_HANDLER_MISSING = FindingKind(
    code="canary-handler-missing",
    severity=_ERROR,
    meaning="The manifest asks the canary to call a handler that is in no module or package of the "
    "layer",
    example="The canary's handler 'shop.check' is not in the layer: it brings neither a Python "
    "module nor a Node.js package 'shop'",
    fix="Write module.function of a module that the layer brings, such as http_client.self_check",
)
CANARY_COMMAND_MISSING = FindingKind(
    code="canary-command-missing",
    severity=_ERROR,
    meaning="The manifest asks the canary to run a command that the layer does not bring, or that "
    "is not executable",
    example="The canary's command 'bin/tool' is no executable file of the layer",
    fix="Write the path of an executable file as it is in the zip, such as bin/tool --version",
)
