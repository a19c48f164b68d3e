"""Layers put together from paths and facts, without a zip."""

import stat
from collections.abc import Iterable

from layerlift.domain.report import Declaration, Finding
from layerlift.inspecting.archive.entries import Entry
from layerlift.inspecting.compatibility.inference import Compatibility, infer
from layerlift.inspecting.compatibility.layout import check_layout
from layerlift.inspecting.facts import LayerFacts
from layerlift.inspecting.native.files import NativeFile, read_native
from layerlift.inspecting.native.formats import recognise
from layerlift.inspecting.packages.metadata import PackageMetadata, reader_for
from tests.corpus.elves import elf_file
from tests.unit.inspecting.native.content import Content

FILE, PROGRAM, LINK = stat.S_IFREG | 0o644, stat.S_IFREG | 0o755, stat.S_IFLNK | 0o777


def entry(path: str, mode: int | None = FILE) -> Entry:
    return Entry(
        path=path.rstrip("/"),
        size=1,
        packed_size=1,
        crc=0,
        is_deflated=True,
        flags=0,
        offset=0,
        mode=mode,
        is_directory=path.endswith("/"),
        raw_name=path.encode(errors="surrogatepass"),
    )


def layout(*paths: str, programs: Iterable[str] = (), links: Iterable[str] = ()) -> list[Finding]:
    entries = [entry(path) for path in paths]
    entries += [entry(path, PROGRAM) for path in programs]
    entries += [entry(path, LINK) for path in links]
    return list(check_layout(entries))


def said(findings: Iterable[Finding]) -> list[tuple[str, str]]:
    return [(finding.code, finding.severity.value) for finding in findings]


def native(path: str, machine: str = "x86_64", glibc: str = "2.17") -> NativeFile:
    content = elf_file(machine=machine, glibc=(glibc,))
    found = recognise(content)
    assert found is not None
    return read_native(path, Content(content), found)


def metadata(path: str, content: str) -> PackageMetadata:
    reader = reader_for(path)
    assert reader is not None, path
    read = reader(path, content.encode())
    assert read is not None, path
    return read


def distribution(name: str, requires: str, site: str = "python/") -> PackageMetadata:
    text = f"Metadata-Version: 2.1\nName: {name}\nVersion: 1.0\nRequires-Python: {requires}\n"
    return metadata(f"{site}{name}-1.0.dist-info/METADATA", text)


def wheel(name: str, *tags: str, site: str = "python/") -> PackageMetadata:
    lines = "".join(f"Tag: {tag}\n" for tag in tags)
    text = f"Wheel-Version: 1.0\nRoot-Is-Purelib: false\n{lines}"
    return metadata(f"{site}{name}-1.0.dist-info/WHEEL", text)


def node_package(name: str, engines: str, folder: str = "nodejs/node_modules") -> PackageMetadata:
    text = f'{{"name": "{name}", "version": "1.0.0", "engines": {{"node": "{engines}"}}}}'
    return metadata(f"{folder}/{name}/package.json", text)


def compatibility(
    *parts: str | NativeFile | PackageMetadata,
    runtimes: tuple[str, ...] = (),
    architectures: tuple[str, ...] = (),
) -> Compatibility:
    """Infer from paths, native files and metadata, which bring their own entries."""
    native_files = [part for part in parts if isinstance(part, NativeFile)]
    described = [part for part in parts if not isinstance(part, str | NativeFile)]
    paths = [part if isinstance(part, str) else part.path for part in parts]
    facts = LayerFacts([entry(path) for path in paths], native_files, described)
    return infer(facts, Declaration(runtimes=runtimes, architectures=architectures))
