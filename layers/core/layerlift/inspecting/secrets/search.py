"""Looks for credentials in the files of one layer, within a budget for all of them."""

from collections.abc import Iterable, Iterator

from layerlift.domain.report import Finding
from layerlift.inspecting.secrets.codes import NOT_SEARCHED
from layerlift.inspecting.secrets.scanner import OVERLAP, Budget, hits_in, secrets_at


class SecretSearch:
    """One layer's search. Each file is looked through once, whatever its size."""

    def __init__(self) -> None:
        self._budget = Budget()

    def find(self, path: str, chunks: Iterable[bytes]) -> Iterator[Finding]:
        """Yield what looks like a credential in the file at ``path``, each kind once.

        Chunks are as long as :data:`OVERLAP` at least, but for the last one. Where the budget of
        the layer ends, one finding says so, and nothing behind is looked at.
        """
        seen: set[tuple[str, str]] = set()
        for window in _windows(chunks):
            if self._budget.is_spent():
                return
            for finding in secrets_at(path, window, hits_in(window), self._budget):
                if (finding.code, finding.severity) not in seen:
                    seen.add((finding.code, finding.severity))
                    yield finding
            if self._budget.is_spent():
                message = f"From {path} on, the layer was not searched for secrets"
                yield NOT_SEARCHED.found(message, path)


def _windows(chunks: Iterable[bytes]) -> Iterator[bytes]:
    before = b""
    for chunk in chunks:
        yield before[-OVERLAP:] + chunk if before else chunk
        before = chunk
