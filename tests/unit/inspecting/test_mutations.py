"""A changed archive is rejected, or everybody reads the same from it as before."""

from collections.abc import Sequence
from random import Random

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from layerlift.domain.report import Report
from layerlift.inspecting.inspection import inspect_zip
from tests.corpus.elves import elf_file
from tests.corpus.extraction import extracted, seen
from tests.corpus.mutations import BLIND, KNOWING, Mutation, fields_in
from tests.corpus.sources import MemoryBytes
from tests.corpus.writer import FOLDER, LINK, PROGRAM, Ending, Member, archive, unicode_path

TEXT = b"import this\n" * 30
MORE = bytes(range(256)) * 3
_NAME = "python/größe.py"

GOOD: dict[str, bytes] = {
    "stored": archive(Member("python/a.py", TEXT), Member("python/b.bin", MORE)),
    "deflated": archive(
        Member("python/", mode=FOLDER),
        Member("python/a.py", TEXT, deflated=True),
        Member("python/b.bin", MORE, deflated=True),
        ending=Ending(comment=b"by hand"),
    ),
    **{
        f"{form} descriptors": archive(
            *(
                Member(f"python/{name}.py", TEXT, True, descriptor=form, local_zip64="64" in form)
                for name in "ab"
            )
        )
        for form in ("plain", "signed", "plain zip64", "signed zip64")
    },
    "ZIP64": archive(
        *(Member(f"python/{name}.py", TEXT, True, zip64=True, local_zip64=True) for name in "ab"),
        ending=Ending(zip64=True),
    ),
    "links": archive(
        Member("lib/a.txt", TEXT),
        Member("lib/b", b"a.txt", mode=LINK),
        Member("lib/c", b"../lib/b", mode=LINK, deflated=True),
    ),
    "native code": archive(
        Member("bin/tool", elf_file(), deflated=True, mode=PROGRAM),
        Member("python/x.so", elf_file(glibc=("2.17",))),
    ),
    "names and comments": archive(
        Member(_NAME, TEXT, extra=unicode_path(_NAME.encode(), _NAME.encode()), comment=b"PK\3\4"),
        Member("python/./a.py", TEXT),
        ending=Ending(directory=(1, 0)),
    ),
    "an archive within": archive(Member("python/a.bin", archive(Member("python/b.py", TEXT)))),
}

thorough = settings(
    max_examples=150, derandomize=True, suppress_health_check=[HealthCheck.too_slow]
)


def inspected(content: bytes) -> Report:
    """Return the report of an archive that comes in pieces, which is the same if it does not.

    Only of what is damaged more may be seen then, before the damage is.
    """
    report, other = (inspect_zip(MemoryBytes(content, cut)) for cut in ((97, 1), (1 << 20,)))
    assert report == other or not (report.accepted or other.accepted)
    assert report.accepted == (not report.reason)
    assert Report.model_validate_json(report.model_dump_json()) == report
    return report


def mutated(random: Random, content: bytes, kinds: Sequence[Mutation], times: int) -> bytes:
    for _ in range(times):
        content = random.choice(kinds)(random, content, tuple(GOOD.values()))
    return content


@pytest.mark.parametrize("name", GOOD)
def test_what_is_mutated_is_good(name: str) -> None:
    assert inspected(GOOD[name]).accepted
    assert seen(GOOD[name]) == extracted(GOOD[name])


@pytest.mark.parametrize("name", GOOD)
@thorough
@given(random=st.randoms(use_true_random=False), times=st.integers(1, 3))
def test_after_a_blind_change_everybody_reads_what_was_there(
    name: str, random: Random, times: int
) -> None:
    content = mutated(random, GOOD[name], BLIND, times)
    if inspected(content).accepted:
        assert seen(content) == extracted(content)
        assert extracted(content) in [extracted(good) for good in GOOD.values()]


@pytest.mark.parametrize("name", GOOD)
@thorough
@given(random=st.randoms(use_true_random=False), times=st.integers(1, 2))
def test_after_a_knowing_change_everybody_reads_the_same(
    name: str, random: Random, times: int
) -> None:
    content = mutated(random, GOOD[name], KNOWING, times)
    if inspected(content).accepted:
        assert seen(content) == extracted(content)


@pytest.mark.parametrize("name", GOOD)
def test_each_field_at_each_bound_is_refused_or_agreed_on(name: str) -> None:
    good = GOOD[name]
    for field in fields_in(good):
        most = (1 << 8 * field.width) - 1
        now = int.from_bytes(good[field.at : field.at + field.width], "little")
        for value in {0, 1, 8, 64, now + 1 & most, now - 1 & most, most, most >> 1, most - 1}:
            changed = bytearray(good)
            changed[field.at : field.at + field.width] = value.to_bytes(field.width, "little")
            content = bytes(changed)
            if inspected(content).accepted:
                assert seen(content) == extracted(content) == extracted(good), (field, value)


@pytest.mark.parametrize("name", GOOD)
def test_each_byte_that_is_missing_or_too_many_is_noticed(name: str) -> None:
    good = GOOD[name]
    for at in range(len(good)):
        for content in (good[:at] + good[at + 1 :], good[:at] + b"\0" + good[at:]):
            assert not inspected(content).accepted, at


@pytest.mark.parametrize("name", GOOD)
def test_each_bit_that_matters_is_noticed(name: str) -> None:
    good = GOOD[name]
    for at in range(len(good)):
        content = good[:at] + bytes([good[at] ^ 1 << at % 8]) + good[at + 1 :]
        if inspected(content).accepted:
            assert seen(content) == extracted(content) == extracted(good), at


@settings(derandomize=True)
@given(st.binary(max_size=200), st.sampled_from((b"", b"PK\3\4", b"PK\5\6", b"PK\5\6" + bytes(18))))
def test_no_bytes_make_a_layer(content: bytes, prefix: bytes) -> None:
    assert not inspected(prefix + content).accepted
