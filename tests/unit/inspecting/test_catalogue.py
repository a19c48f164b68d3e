"""Every kind of finding can be told to people and matched by scripts."""

import re

import pytest

from layerlift.domain.report import Severity
from layerlift.inspecting import changes, findings
from layerlift.inspecting.catalogue import every_kind, kinds_by_area
from layerlift.inspecting.findings import FindingKind

KINDS = every_kind()


def test_every_area_has_its_kinds() -> None:
    assert {"archive", "changes", "compatibility", "native", "packages", "secrets"} <= set(
        kinds_by_area()
    )


def test_a_kind_belongs_to_where_it_is_declared() -> None:
    assert changes.MODULE_REMOVED in kinds_by_area()["changes"]


def test_codes_are_unique_and_sorted_within_their_area() -> None:
    codes = [kind.code for kind in KINDS]
    assert len(codes) == len(set(codes))
    for kinds in kinds_by_area().values():
        assert [kind.code for kind in kinds] == sorted(kind.code for kind in kinds)


def test_two_kinds_with_one_code_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    twin = FindingKind(KINDS[0].code, Severity.INFO, "another", "another", "another")
    monkeypatch.setattr(findings, "TWIN", twin, raising=False)
    with pytest.raises(ValueError, match=KINDS[0].code):
        every_kind()


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.code)
def test_a_code_is_kebab_case(kind: FindingKind) -> None:
    assert re.fullmatch(r"[a-z][a-z0-9]*(-[a-z0-9]+)*", kind.code)


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.code)
@pytest.mark.parametrize("part", ["meaning", "example", "fix"])
def test_a_sentence_is_shown_whole_as_it_is_and_without_its_full_stop(
    kind: FindingKind, part: str
) -> None:
    text = getattr(kind, part)
    assert text
    assert text == text.strip() == findings.printable(text)
    assert not text.endswith((".", "!", ",", ";"))
