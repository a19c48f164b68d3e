"""Looks for credentials in the files of one layer, within a budget for all of them."""

from bisect import bisect_right
from collections.abc import Iterable, Iterator
from io import BytesIO

from layerlift.domain.report import Finding
from layerlift.inspecting.secrets.codes import NOT_SEARCHED
from layerlift.inspecting.secrets.scanner import OVERLAP, Budget, Hits, hits_in, secrets_at

_SMALL = 32 * 1024
"""Bytes: to begin a search takes as long as to search some 4 KB, so that what is smaller than this
is worth to be put together."""

_BATCH_BYTES = 256 * 1024
"""As much is put together: a processor's cache holds it."""

_SEPARATOR = b"\0"
"""In no literal, so that none is found where one file ends and the next begins."""


class SecretSearch:
    """One layer's search. Each file is looked through once, whatever its size.

    Small files are put together, so that what is in them is found later than they are added,
    though in their order.
    """

    def __init__(self) -> None:
        self._budget = Budget()
        self._batch = _Batch()
        self._found: list[Finding] = []
        self._path = ""
        self._seen: set[tuple[str, str]] = set()

    def add(self, path: str, first: bytes, chunks: Iterable[bytes]) -> bool:
        """Look through the file at ``path``, and return whether anything is found by now.

        ``first`` and each of ``chunks`` are as long as :data:`OVERLAP` at least, but for the last.
        Nothing behind the end of the layer's budget is looked at.
        """
        if first:
            self._add(path, first)
        before = first
        for chunk in chunks:
            if self._budget.is_spent():
                break
            self._add(path, before[-OVERLAP:] + chunk)
            before = chunk
        return bool(self._found)

    def findings(self) -> list[Finding]:
        """Return, once, what looks like a credential in the files so far: each kind once a file.

        Where the budget of the layer ends, one finding says so.
        """
        self._search_batch()
        found, self._found = self._found, []
        return found

    def _add(self, path: str, window: bytes) -> None:
        if len(window) < _SMALL:
            if self._batch.add(path, window) >= _BATCH_BYTES:
                self._search_batch()
        else:
            self._search_batch()
            self._judge(path, window, hits_in(window))

    def _search_batch(self) -> None:
        if self._batch.paths:
            for path, window, hits in self._batch.sightings():
                self._judge(path, window, hits)
            self._batch.clear()

    def _judge(self, path: str, window: bytes, hits: Hits) -> None:
        if not hits or self._budget.is_spent():
            return
        if path != self._path:
            self._path = path
            self._seen.clear()
        for finding in secrets_at(path, window, hits, self._budget):
            if (finding.code, finding.severity) not in self._seen:
                self._seen.add((finding.code, finding.severity))
                self._found.append(finding)
        if self._budget.is_spent():
            message = f"From {path} on, the layer was not searched for secrets"
            self._found.append(NOT_SEARCHED.found(message, path))


class _Batch:
    """Files that are searched through together."""

    def __init__(self) -> None:
        self._text = BytesIO()
        self._begins: list[int] = []
        self.paths: list[str] = []

    def add(self, path: str, content: bytes) -> int:
        """Put a file behind the others, and return how many bytes that are."""
        self.paths.append(path)
        self._begins.append(self._text.tell())
        self._text.write(content)
        self._text.write(_SEPARATOR)
        return self._text.tell()

    def clear(self) -> None:
        """Take all files out."""
        self._text.seek(0)
        self._begins.clear()
        self.paths.clear()

    def sightings(self) -> Iterator[tuple[str, bytes, Hits]]:
        """Yield the path and content of each file with hits, and these as counted in there."""
        with self._text.getbuffer() as buffer, buffer[: self._text.tell()] as text:
            inside = self._by_file(hits_in(text))
            ends = [*self._begins[1:], len(text)]
            for index in sorted(inside):
                content = text[self._begins[index] : ends[index] - len(_SEPARATOR)]
                yield self.paths[index], bytes(content), inside[index]

    def _by_file(self, hits: Hits) -> dict[int, Hits]:
        inside: dict[int, Hits] = {}
        for literal, start, end in hits:
            index = bisect_right(self._begins, start) - 1
            begin = self._begins[index]
            inside.setdefault(index, []).append((literal, start - begin, end - begin))
        return inside
