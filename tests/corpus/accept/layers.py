"""Layers of every kind, as people build them, with what has to be found in them."""

from layerlift.domain.report import Module, Package, Report
from layerlift.inspecting.inspection import Expectations
from tests.corpus.accept.archives import PY, TEXT
from tests.corpus.cases import BOTH, PYTHONS, Accepted, Accepts, creatable, declared, zipped
from tests.corpus.elves import java_class_file
from tests.corpus.writer import PROGRAM, Member, archive

SITE = "python/lib/python3.12/site-packages"
METADATA = "Metadata-Version: 2.1\nName: {}\nVersion: {}\nRequires-Python: {}\n"


def module(name: str, content: bytes = TEXT) -> Member:
    """Return a file that is deflated."""
    return Member(name, content, deflated=True)


def distribution(name: str, version: str, requires: str = ">=3.8") -> Member:
    """Return the metadata of an installed Python distribution."""
    content = METADATA.format(name, version, requires).encode()
    return module(f"python/{name}-{version}.dist-info/METADATA", content)


def layer(kind: str, *members: Member, **expected: object) -> Accepted:
    """Return a case of a layer of one kind."""
    families = {"python": ("python",), "nodejs": ("nodejs",), "java": ("java",)}.get(kind, ())
    serves = {"runtimes": creatable(*families)} | expected
    return Accepted(zipped(*members), kind, **serves)  # type: ignore[arg-type]


def _previous(version: str, size: int, *names: str) -> Expectations:
    packages = tuple(
        Package(name=name, version="1.0", ecosystem="pypi", path=f"python/{name}") for name in names
    )
    before = Report(
        accepted=True,
        layer="http-client",
        version=version,
        sha256=None,
        code_sha256=None,
        size=size,
        unzipped_size=size,
        entries=1,
        packages=packages,
        modules=tuple(Module(name=name, path=f"python/{name}.py") for name in names),
    )
    return Expectations(key="incoming/http-client/1.5.0.zip", previous=before)


PYTHON: Accepts = {
    "a package": layer(
        "python",
        module("python/httpx/__init__.py"),
        module("python/httpx/_a.py"),
        modules={"httpx": "python/httpx/__init__.py"},
    ),
    "a package whose submodule comes first": layer(
        "python",
        module("python/httpx/_a.py"),
        module("python/httpx/__init__.py"),
        modules={"httpx": "python/httpx/__init__.py"},
    ),
    "a single-file module": layer(
        "python", module("python/six.py"), modules={"six": "python/six.py"}
    ),
    "a namespace package": layer(
        "python",
        module("python/google/cloud/storage/__init__.py"),
        modules={"google": "python/google/"},
    ),
    "a single-file module beside a folder of its name": layer(
        "python",
        module("python/shop/templates/make.py"),
        module("python/shop.py"),
        modules={"shop": "python/shop.py"},
    ),
    "a package beside a module of its name": layer(
        "python",
        module("python/shop.py"),
        module("python/shop/__init__.py"),
        modules={"shop": "python/shop/__init__.py"},
    ),
    "a module in UTF-8": layer(
        "python", module("python/größe.py"), modules={"größe": "python/größe.py"}
    ),
    "versioned site-packages": layer(
        "python",
        module(f"{SITE}/yaml/__init__.py"),
        runtimes=("python3.12",),
        modules={"yaml": f"{SITE}/yaml/__init__.py"},
    ),
    "site-packages of two versions": layer(
        "python",
        module(f"{SITE}/a.py"),
        module(f"{SITE.replace('12', '13')}/b.py"),
        runtimes=("python3.12", "python3.13"),
        modules={"a": f"{SITE}/a.py", "b": f"{SITE.replace('12', '13')}/b.py"},
    ),
    "what is no module": layer(
        "python",
        module("python/six.py"),
        distribution("six", "1.16.0"),
        module("python/bin/tool.py"),
        module("python/__pycache__/six.cpython-313.pyc"),
        module("python/data/notes.txt"),
        module("python/__main__.py"),
        modules={"six": "python/six.py"},
    ),
    "a distribution for newer Pythons": layer(
        "python",
        module("python/six.py"),
        distribution("six", "1.16.0", ">=3.12"),
        runtimes=creatable("python", since=(3, 12)),
    ),
    "a distribution without a name": layer(
        "python",
        module("python/six.py"),
        module("python/six-1.0.dist-info/METADATA", b"Version: 1.0\n\n"),
        findings=(("package-metadata-unreadable", "python/six-1.0.dist-info/METADATA"),),
    ),
    "two versions of a distribution": layer(
        "python",
        module("python/six.py"),
        distribution("six", "1.16.0"),
        distribution("six", "1.17.0"),
        findings=(("package-twice", "python/six-1.16.0.dist-info/METADATA"),),
    ),
    "a virtual environment": layer(
        "python",
        module("python/six.py"),
        module("python/pyvenv.cfg"),
        findings=(("python-virtual-environment", "python/pyvenv.cfg"),),
    ),
    "declared for what it serves": layer(
        "python",
        PY,
        expectations=declared("python3.13", "arm64", "x86_64"),
    ),
    "declared for a Python that is gone": layer(
        "python",
        PY,
        findings=(("runtime-retired", None),),
        expectations=declared("python3.7"),
    ),
    "a manifest": layer(
        "python", PY, Member("layerlift.yaml", b"runtimes: [python3.13]\narchitectures: [arm64]\n")
    ),
    "a manifest with a mark of its byte order": layer(
        "python", PY, Member("layerlift.yaml", b"\xef\xbb\xbfruntimes: [python3.13]\n")
    ),
    "a manifest that is not read": layer(
        "python",
        PY,
        Member("layerlift.yml", b"runtimes: [python3.13]\n"),
        findings=(("manifest-misnamed", "layerlift.yml"),),
    ),
    "a manifest that says nothing": layer("python", PY, Member("layerlift.yaml", b"# later\n")),
    **{
        f"the key {key!r}": layer("python", PY, expectations=Expectations(key=key))
        for key in (
            "incoming/http-client/1.4.0.zip",
            "incoming/http-client-1.4.0.zip",
            "incoming/http_Client-2/1.4.0-rc.1.zip",
            f"incoming/{'a' * 140}/0.0.0.zip",
        )
    },
}

OTHERS: Accepts = {
    "node modules": layer("nodejs", module("nodejs/node_modules/a/index.js")),
    "node modules of one version": layer(
        "nodejs", module("nodejs/node22/node_modules/a/index.js"), runtimes=("nodejs22.x",)
    ),
    "node modules for newer versions": layer(
        "nodejs",
        module(
            "nodejs/node_modules/a/package.json",
            b'{"name": "a", "version": "1.0.0", "engines": {"node": ">=22"}}',
        ),
        runtimes=creatable("nodejs", since=(22,)),
    ),
    "node modules for a version that is yet to come": layer(
        "nodejs",
        module(
            "nodejs/node_modules/a/package.json",
            b'{"name": "a", "version": "1.0.0", "engines": {"node": ">=99"}}',
        ),
        findings=(("node-engine-unserved", "nodejs/node_modules/a/package.json"),),
    ),
    "java": layer("java", module("java/lib/a.jar", archive(Member("A.txt", TEXT)))),
    "java of a version": layer(
        "java",
        module("java/lib/a.jar", archive(Member("A.class", java_class_file(61)))),
        runtimes=creatable("java", since=(17,)),
    ),
    "a jar that is none": layer(
        "java",
        module("java/lib/a.jar"),
        findings=(("package-metadata-unreadable", "java/lib/a.jar"),),
    ),
    "ruby": layer(
        "ruby",
        module("ruby/gems/3.4.0/gems/rake-13.0.6/lib/rake.rb"),
        runtimes=("ruby3.4",),
    ),
    "an extension": layer("extension", Member("extensions/agent", b"#!/bin/sh\n", mode=PROGRAM)),
    "a custom runtime": layer(
        "custom-runtime",
        Member("bootstrap", b"#!/bin/sh\n", mode=PROGRAM),
        runtimes=creatable("provided"),
    ),
    "a script": layer("binaries", Member("bin/tool", b"#!/bin/sh\n", mode=PROGRAM)),
    "several kinds": layer(
        "python+nodejs",
        module("python/six.py"),
        module("nodejs/node_modules/a/index.js"),
        runtimes=creatable("nodejs") + PYTHONS,
    ),
    "data only": layer(
        "data",
        module("models/a.bin"),
        findings=(("nothing-on-a-search-path", "models/a.bin"),),
    ),
    "data in an archive": layer(
        "data",
        module("models.tar.gz"),
        findings=(
            ("archive-in-archive", "models.tar.gz"),
            ("nothing-on-a-search-path", "models.tar.gz"),
        ),
    ),
    "what a desktop leaves": layer(
        "python",
        PY,
        module("__MACOSX/python/._six.py"),
        findings=(("desktop-leftovers", "__MACOSX/python/._six.py"),),
    ),
    "a part in a folder": layer(
        "python",
        PY,
        module("layer/python/six.py"),
        findings=(("layer-in-a-folder", "layer/python/six.py"),),
    ),
    "packages of an image beside a layer": layer(
        "python",
        PY,
        module("usr/local/lib/python3.12/site-packages/requests.py"),
        findings=(
            (
                "python-site-packages-misplaced",
                "usr/local/lib/python3.12/site-packages/requests.py",
            ),
        ),
    ),
    "the settings of npm": layer(
        "nodejs",
        module("nodejs/node_modules/a/index.js"),
        module("nodejs/.npmrc", b"fund=false\n"),
        findings=(("leftover-private-file", "nodejs/.npmrc"),),
    ),
    "an environment file that npm unpacked": layer(
        "nodejs",
        module("nodejs/node_modules/a/.env"),
        findings=(("leftover-environment-file", "nodejs/node_modules/a/.env"),),
    ),
}

CHANGES: Accepts = {
    "a module that disappeared without a major version": layer(
        "python",
        PY,
        findings=(("module-removed", None), ("package-removed", None)),
        expectations=_previous("1.4.0", 480, "six", "requests"),
    ),
    "a module that disappeared with a major version": layer(
        "python",
        PY,
        findings=(("package-removed", None),),
        expectations=_previous("0.9.0", 480, "six", "requests"),
    ),
    "much growth": Accepted(
        zipped(PY, Member("python/data.bin", bytes(6_000_000), deflated=True)),
        "python",
        PYTHONS,
        BOTH,
        (("size-grew", None),),
        _previous("1.4.0", 480),
    ),
}
