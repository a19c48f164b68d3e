"""What the pass over a layer does with the content of each entry."""

from dataclasses import replace

from layerlift.inspecting.archive.contents import CHUNK, Chunks
from layerlift.inspecting.archive.entries import Entry
from layerlift.inspecting.archive.links import MAX_TARGET_BYTES
from layerlift.inspecting.archive.reinflation import HeldContent, ReinflatedContent
from layerlift.inspecting.compatibility.manifest import MANIFEST, MAX_MANIFEST_BYTES
from layerlift.inspecting.finding_log import FindingLog
from layerlift.inspecting.native.files import BinaryFormat, NativeFile, read_native
from layerlift.inspecting.native.formats import recognise_file
from layerlift.inspecting.native.impostors import Impostor, unmask
from layerlift.inspecting.packages.metadata import (
    MAX_METADATA_BYTES,
    MetadataReader,
    PackageMetadata,
    reader_for,
    unread_metadata,
)
from layerlift.inspecting.secrets.ballast import holds_hash
from layerlift.inspecting.secrets.search import SecretSearch
from layerlift.ports.byte_source import ByteSource

_MAX_HELD_BYTES = 48 * 1024 * 1024
"""Native code up to this size is held in memory while it is read: the largest library seen in a
wheel has 25 MB. What is larger is inflated again for each part that is asked of it."""

_MAX_NATIVE_NAMES = 200_000
"""Names of libraries and symbol versions that are kept of all native code together: the files of
a large layer have some thousand. It bounds the memory that made-up ones could take."""

_MAX_LINKED_BYTES = 4 * 1024 * 1024
"""The same for the targets of links."""


class Examination:
    """Collects what the content of a layer tells, one entry at a time."""

    def __init__(self, source: ByteSource, log: FindingLog) -> None:
        self._source = source
        self._log = log
        self.native: list[NativeFile] = []
        self.impostors: list[Impostor] = []
        self.metadata: list[PackageMetadata] = []
        self.links: dict[str, bytes] = {}
        self.manifest: bytes | None = None
        self.hashed: set[str] = set()
        self._secrets = SecretSearch()
        log.expect(self._secrets.findings)
        self._native_names = 0
        self._linked_bytes = 0

    def examine(self, entry: Entry, data_offset: int, chunks: Chunks) -> None:
        """Take one entry. What is not read here, the pass reads to its end all the same."""
        first = next(chunks, b"")
        if entry.is_link:
            self._read_link(entry, first, chunks)
            return
        form = recognise_file(entry.path, first)
        if form is not None:
            self._read_native(entry, data_offset, form, first, chunks)
            return
        if not entry.is_directory and (impostor := unmask(entry, first)):
            self.impostors.append(impostor)
        if entry.path == MANIFEST:
            first = self.manifest = _bounded(first, chunks, MAX_MANIFEST_BYTES + 1)
        reader = reader_for(entry.path)
        if reader is None:
            self._scan(entry.path, first, chunks)
        else:
            self._read_metadata(entry, reader, first, chunks)

    def _read_link(self, entry: Entry, first: bytes, chunks: Chunks) -> None:
        self._linked_bytes += entry.size
        # What is over the limit is kept as a link to nothing, which is an error.
        is_kept = self._linked_bytes <= _MAX_LINKED_BYTES
        target = _bounded(first, chunks, MAX_TARGET_BYTES + 1)
        self.links[entry.path] = target if is_kept else b""

    def _read_native(
        self, entry: Entry, data_offset: int, form: BinaryFormat, first: bytes, chunks: Chunks
    ) -> None:
        content: HeldContent | ReinflatedContent
        if form is BinaryFormat.ELF and entry.size <= _MAX_HELD_BYTES:
            content = HeldContent(_whole(first, chunks))
        else:
            content = ReinflatedContent(self._source, entry, data_offset)
        self.native.append(self._counted(read_native(entry.path, content, form)))

    def _counted(self, file: NativeFile) -> NativeFile:
        if file.elf is not None:
            self._native_names += len(file.elf.needed) + len(file.elf.symbol_versions)
        if self._native_names <= _MAX_NATIVE_NAMES:
            return file
        problem = f"the layer's native code has more than {_MAX_NATIVE_NAMES:,} names together"
        return replace(file, elf=None, problem=problem)

    def _read_metadata(
        self, entry: Entry, reader: MetadataReader, first: bytes, chunks: Chunks
    ) -> None:
        if entry.size > MAX_METADATA_BYTES:
            self.metadata.append(unread_metadata(entry.path, entry.size))
            self._scan(entry.path, first, chunks)
            return
        content = bytes(_whole(first, chunks))
        read = reader(entry.path, content)
        if read is not None:
            self.metadata.append(read)
        parts = (content[at : at + CHUNK] for at in range(CHUNK, len(content), CHUNK))
        self._scan(entry.path, content[:CHUNK], parts)

    def _scan(self, path: str, first: bytes, chunks: Chunks) -> None:
        if holds_hash(path, first):
            self.hashed.add(path)
        if self._secrets.add(path, first, chunks):
            self._log.settle()


def _whole(first: bytes, chunks: Chunks) -> bytes | bytearray:
    second = next(chunks, b"")
    if not second:
        return first
    content = bytearray(first)
    content += second
    for chunk in chunks:
        content += chunk
    return content


def _bounded(first: bytes, chunks: Chunks, most: int) -> bytes:
    content = first
    for chunk in chunks:
        if len(content) >= most:
            break
        content += chunk
    return content[:most]
