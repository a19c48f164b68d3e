"""Collects findings: many of one kind become a few and a number."""

from collections import Counter
from collections.abc import Callable, Iterable

from layerlift.domain.report import Finding, Severity

_SHOWN_OF_A_KIND = 100
"""A broken archive can have the same thing wrong with each of 100,000 entries."""

_WEIGHT = {Severity.ERROR: 0, Severity.WARNING: 1, Severity.INFO: 2}


class FindingLog:
    """Findings in the order they were made, no more than a hundred of a code."""

    def __init__(self) -> None:
        self._kept: list[Finding] = []
        self._seen: Counter[str] = Counter()
        self._pending: Callable[[], Iterable[Finding]] = tuple
        self.error_codes: set[str] = set()

    def expect(self, pending: Callable[[], Iterable[Finding]]) -> None:
        """Ask ``pending``, from now on, for what is to come before anything that is added.

        That are findings which take their time, so that others overtake them.
        """
        self._pending = pending

    def settle(self) -> None:
        """Keep what is pending by now."""
        for finding in self._pending():
            self._keep(finding)

    def add(self, finding: Finding) -> None:
        """Keep a finding, or only count it."""
        self.settle()
        self._keep(finding)

    def _keep(self, finding: Finding) -> None:
        if finding.severity is Severity.ERROR:
            self.error_codes.add(finding.code)
        self._seen[finding.code] += 1
        if self._seen[finding.code] <= _SHOWN_OF_A_KIND:
            self._kept.append(finding)

    def extend(self, findings: Iterable[Finding]) -> None:
        """Keep several."""
        for finding in findings:
            self.add(finding)

    @property
    def has_errors(self) -> bool:
        """Whether any finding rejects the zip."""
        return bool(self.error_codes)

    def findings(self) -> tuple[Finding, ...]:
        """Return them, errors first; each code that was cut ends with how many more there are."""
        kept = [*self._kept, *self._cut()]
        return tuple(sorted(kept, key=lambda finding: _WEIGHT[finding.severity]))

    def _cut(self) -> Iterable[Finding]:
        last = {finding.code: finding for finding in self._kept}
        for code, count in self._seen.items():
            if count > _SHOWN_OF_A_KIND:
                message = f"{count - _SHOWN_OF_A_KIND:,} more of {code}"
                yield last[code].model_copy(update={"entry": None, "message": message})
