"""A step does not read twice what a revision guards, and never builds on what others changed."""

from collections.abc import Callable

import pytest

from layerlift.domain.errors import Unavailable
from layerlift.ports.registry import Key, Stored, Write
from layerlift.releasing.recollection import Recollection
from tests.fakes.registry import MemoryRegistry

KEY, OTHER = Key("LAYER#a", "TARGET#1"), Key("LAYER#a", "TARGET#2")


def write(number: int, expected: int, key: Key = KEY) -> Write:
    return Write(key, {"number": number}, expected, "target")


def recalling() -> tuple[MemoryRegistry, Recollection]:
    """A registry with one record, which the step has read."""
    registry = MemoryRegistry()
    registry.commit(write(1, 0))
    recalled = Recollection(registry)
    assert recalled.get(KEY) == Stored(KEY, {"number": 1}, 1)
    registry.wire.forget()
    return registry, recalled


def reads(registry: MemoryRegistry) -> int:
    return [str(moment.when + moment.name) for moment in registry.wire.moments].count(
        "beforeregistry.get"
    )


def test_what_was_read_is_not_read_again_nor_is_what_was_found_missing() -> None:
    registry, recalled = recalling()
    assert recalled.get(OTHER) is None
    for _ in range(2):
        assert recalled.get(KEY) == Stored(KEY, {"number": 1}, 1)
        assert recalled.get(OTHER) is None
    assert reads(registry) == 1


def test_what_was_written_is_known_as_a_reader_would_find_it() -> None:
    registry, recalled = recalling()
    assert recalled.commit(write(2, 1), write(3, 0, OTHER))
    for key in (KEY, OTHER):
        assert recalled.get(key) == registry.get(key)
    assert recalled.commit(write(4, 2))


def overtake(registry: MemoryRegistry) -> None:
    registry.commit(write(7, 1))


def lose(registry: MemoryRegistry) -> None:
    registry.lose_answer()


@pytest.mark.parametrize(("trouble", "number"), [(overtake, 7), (lose, 2)])
def test_after_a_commit_that_was_refused_or_whose_answer_was_lost_all_is_read_anew(
    trouble: Callable[[MemoryRegistry], None], number: int
) -> None:
    registry, recalled = recalling()
    recalled.get(OTHER)
    trouble(registry)
    assert not recalled.commit(write(2, 1))
    registry.commit(write(8, 0, OTHER))
    assert recalled.get(KEY) == Stored(KEY, {"number": number}, 2)
    assert recalled.get(OTHER) == Stored(OTHER, {"number": 8}, 1)


def test_after_a_commit_that_raised_all_is_read_anew() -> None:
    registry, recalled = recalling()
    registry.fail_before()
    with pytest.raises(Unavailable):
        recalled.commit(write(2, 1))
    overtake(registry)
    assert recalled.get(KEY) == Stored(KEY, {"number": 7}, 2)


def test_lists_are_not_recalled() -> None:
    registry, recalled = recalling()
    for number in range(2):
        assert len(recalled.query(KEY.partition)) == number + 1
        registry.commit(write(5, 0, OTHER))
