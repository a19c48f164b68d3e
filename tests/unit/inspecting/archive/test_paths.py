"""Paths of all entries together, and names that take long to look at."""

import time

from layerlift.inspecting.inspection import inspect_zip
from tests.corpus.sources import MemoryBytes
from tests.corpus.writer import Member, archive


def seconds_for(*names: str) -> float:
    """Return how long the processor takes for a zip of these names, which it must refuse."""
    source = MemoryBytes(archive(*(Member(name, b"x") for name in names)))
    begin = time.process_time()
    assert not inspect_zip(source).accepted
    return time.process_time() - begin


def test_a_long_run_of_accents_is_not_put_in_order() -> None:
    accents = "\u0301\u0323" * 16_000
    assert seconds_for(*(f"python/{at}{accents}" for at in range(4))) < 3


def test_folders_in_folders_do_not_multiply() -> None:
    assert seconds_for(*(f"{at}/{'a/' * 1900}b" for at in range(400))) < 3


def test_a_hundred_folders_in_each_other_are_fine() -> None:
    content = archive(*(Member(f"python/{at}/{'a/' * 100}b", b"x") for at in range(100)))
    assert inspect_zip(MemoryBytes(content)).accepted
