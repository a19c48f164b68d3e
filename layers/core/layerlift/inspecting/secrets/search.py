"""Looks for credentials in the files of one layer, within a budget for all of them."""

from collections.abc import Iterable, Iterator

from layerlift.domain.report import Finding
from layerlift.inspecting.secrets.codes import NOT_SEARCHED
from layerlift.inspecting.secrets.scanner import MAX_HITS, OVERLAP, hits_in, secrets_at

_MAX_CROWDED = 20
"""Windows with more than :data:`MAX_HITS` hits that a layer may have: to list those of one takes
some 30 ms. Real packages have none."""


class SecretSearch:
    """One layer's search. Each file is looked through once, whatever its size."""

    def __init__(self) -> None:
        self._crowded = 0

    def find(self, path: str, chunks: Iterable[bytes]) -> Iterator[Finding]:
        """Yield what looks like a credential in the file at ``path``, each kind once.

        Chunks are as long as :data:`OVERLAP` at least, but for the last one.
        """
        seen: set[tuple[str, str]] = set()
        for window in _windows(chunks):
            if self._crowded > _MAX_CROWDED:
                return
            hits = hits_in(window)
            for finding in secrets_at(path, window, hits):
                if (finding.code, finding.severity) not in seen:
                    seen.add((finding.code, finding.severity))
                    yield finding
            if len(hits) > MAX_HITS:
                yield from self._count_crowded(path)

    def _count_crowded(self, path: str) -> Iterator[Finding]:
        self._crowded += 1
        if self._crowded > _MAX_CROWDED:
            message = f"From {path} on, the layer was not searched for secrets"
            yield NOT_SEARCHED.found(message, path)


def _windows(chunks: Iterable[bytes]) -> Iterator[bytes]:
    before = b""
    for chunk in chunks:
        yield before[-OVERLAP:] + chunk if before else chunk
        before = chunk
