"""Findings that take their time come before those that are added meanwhile."""

from layerlift.domain.report import Finding, Severity
from layerlift.inspecting.finding_log import FindingLog
from layerlift.inspecting.inspection import inspect_zip
from tests.corpus.sources import MemoryBytes
from tests.corpus.writer import Member, archive
from tests.unit.inspecting.secrets.samples import RSA


def finding(message: str) -> Finding:
    return Finding(code="a", severity=Severity.ERROR, message=message, fix="")


def test_what_is_pending_comes_before_what_is_added() -> None:
    log, pending = FindingLog(), [finding("first")]
    log.expect(lambda: [pending.pop()] if pending else [])
    log.add(finding("second"))
    pending.append(finding("third"))
    log.settle()
    assert [each.message for each in log.findings()] == ["first", "second", "third"]


def test_the_findings_of_the_contents_are_in_the_order_of_the_files() -> None:
    wrong = {"crc": 1}
    names = [f"python/{at}.py" for at in range(9)]
    layer = archive(
        *(
            Member(name, b"x", deflated=True, local=wrong, central=wrong)
            if at % 3 == 1
            else Member(name, RSA.encode(), deflated=True)
            for at, name in enumerate(names)
        )
    )
    findings = inspect_zip(MemoryBytes(layer)).findings
    assert [each.entry for each in findings if each.severity is Severity.ERROR] == names
    assert {each.code for each in findings[:9]} == {"secret-private-key", "entry-damaged"}
