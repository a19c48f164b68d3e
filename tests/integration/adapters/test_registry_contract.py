"""What every registry does: the fake that the steps are tested with, and the real table."""

from collections.abc import Callable
from typing import Any

import pytest

from layerlift.adapters.clients import AwsClients
from layerlift.adapters.dynamodb_registry import INDEX_NAME, DynamoDbRegistry
from layerlift.domain.errors import Fault
from layerlift.ports.registry import Index, Key, Registry, Write
from tests.fakes.registry import MemoryRegistry

TABLE = "registry"


def make_table(aws: AwsClients) -> None:
    """As ``template.yaml`` makes it."""
    keys = [{"AttributeName": name, "AttributeType": "S"} for name in ("pk", "sk", "ipk", "isk")]
    index = [
        {"AttributeName": "ipk", "KeyType": "HASH"},
        {"AttributeName": "isk", "KeyType": "RANGE"},
    ]
    aws.client("dynamodb").create_table(
        TableName=TABLE,
        BillingMode="PAY_PER_REQUEST",
        AttributeDefinitions=keys,
        KeySchema=[
            {"AttributeName": "pk", "KeyType": "HASH"},
            {"AttributeName": "sk", "KeyType": "RANGE"},
        ],
        GlobalSecondaryIndexes=[
            {
                "IndexName": INDEX_NAME,
                "KeySchema": index,
                "Projection": {"ProjectionType": "ALL"},
            }
        ],
    )


def in_memory(_: AwsClients) -> Registry:
    return MemoryRegistry()


def in_dynamodb(aws: AwsClients) -> Registry:
    make_table(aws)
    return DynamoDbRegistry(aws, TABLE)


@pytest.fixture(params=[in_memory, in_dynamodb], ids=["fake", "dynamodb"])
def registry(request: pytest.FixtureRequest, aws: AwsClients) -> Registry:
    make: Callable[[AwsClients], Registry] = request.param
    return make(aws)


def key(sort: str = "a", partition: str = "P") -> Key:
    return Key(partition, sort)


def write(
    at: Key, body: dict[str, Any] | None = None, expected: int = 0, index: Index | None = None
) -> Write:
    return Write(at, body or {}, expected, "thing", index)


def sorts(found: Any) -> list[str]:
    return [stored.key.sort for stored in found]


def test_what_was_never_written_is_not_there(registry: Registry) -> None:
    assert registry.get(key()) is None
    assert list(registry.query("P")) == []
    assert list(registry.query_index("P", limit=5)) == []


@pytest.mark.parametrize(
    "body",
    [
        {},
        {"text": "", "number": 7, "negative": -1, "yes": True, "no": False, "nothing": None},
        {"list": [], "nested": [[{"a": [1, None]}], []], "map": {}, "ümläut": "größe"},
        {"large": 2**60},
    ],
)
def test_a_body_comes_back_as_it_was_written(registry: Registry, body: dict[str, Any]) -> None:
    assert registry.commit(write(key(), body))
    stored = registry.get(key())
    assert stored is not None
    assert (stored.key, stored.body, stored.revision) == (key(), body, 1)


def test_a_record_that_must_not_be_there_is_written_once(registry: Registry) -> None:
    assert registry.commit(write(key(), {"n": 1}))
    assert not registry.commit(write(key(), {"n": 2}))
    stored = registry.get(key())
    assert stored is not None
    assert stored.body == {"n": 1}


def test_a_write_needs_the_revision_that_was_read(registry: Registry) -> None:
    registry.commit(write(key(), {"n": 1}))
    assert registry.commit(write(key(), {"n": 2}, expected=1))
    assert not registry.commit(write(key(), {"n": 3}, expected=1))
    assert not registry.commit(write(key("other"), {"n": 3}, expected=1))
    stored = registry.get(key())
    assert stored is not None
    assert (stored.body, stored.revision) == ({"n": 2}, 2)
    assert registry.get(key("other")) is None


def test_a_record_is_replaced_whole(registry: Registry) -> None:
    registry.commit(write(key(), {"old": 1}, index=Index("I", "1")))
    registry.commit(write(key(), {"new": 2}, expected=1))
    stored = registry.get(key())
    assert stored is not None
    assert stored.body == {"new": 2}
    assert list(registry.query_index("I", limit=5)) == []


def test_all_records_of_a_commit_are_written_or_none(registry: Registry) -> None:
    registry.commit(write(key("a")))
    assert not registry.commit(write(key("b")), write(key("a")), write(key("c", "Q")))
    assert sorts(registry.query("P")) == ["a"]
    assert registry.commit(write(key("b")), write(key("a"), expected=1), write(key("c", "Q")))
    assert sorts(registry.query("P")) == ["a", "b"]


def test_the_same_record_twice_in_a_commit_is_a_mistake(registry: Registry) -> None:
    with pytest.raises(Fault):
        registry.commit(write(key(), {"n": 1}), write(key(), {"n": 2}))
    assert registry.get(key()) is None


def test_a_commit_repeated_after_its_answer_was_lost_is_refused(registry: Registry) -> None:
    writes = (write(key("a")), write(key("b")))
    assert registry.commit(*writes)
    assert not registry.commit(*writes)


def test_a_query_lists_a_partition_by_prefix_in_order(registry: Registry) -> None:
    for sort in ("RELEASE#2", "STAGE#1", "RELEASE#10", "RELEASE#1", "RELEASE"):
        registry.commit(write(key(sort)))
    registry.commit(write(key("RELEASE#0", "other")))
    assert sorts(registry.query("P", "RELEASE#")) == ["RELEASE#1", "RELEASE#10", "RELEASE#2"]
    assert sorts(registry.query("P")) == [
        "RELEASE",
        "RELEASE#1",
        "RELEASE#10",
        "RELEASE#2",
        "STAGE#1",
    ]


def test_a_query_lists_more_than_one_page(registry: Registry) -> None:
    # A page of DynamoDB's Query is 1 MB.
    large = {"text": "x" * 300_000}
    for number in range(5):
        registry.commit(write(key(str(number)), large))
    assert sorts(registry.query("P")) == ["0", "1", "2", "3", "4"]


def test_the_index_lists_the_highest_first_and_no_more_than_asked(registry: Registry) -> None:
    for number in range(4):
        registry.commit(write(key(str(number)), index=Index("I", f"2026-0{number + 1}")))
    registry.commit(write(key("x"), index=Index("J", "2026-09")))
    assert sorts(registry.query_index("I", limit=3)) == ["3", "2", "1"]


def test_the_index_is_read_page_by_page_from_its_lowest_sort_key(registry: Registry) -> None:
    for number in range(5):
        registry.commit(write(key(str(number)), index=Index("I", f"layer#{number}")))
    registry.commit(write(key("x"), index=Index("J", "layer#9")))
    assert sorts(registry.page_index("I", limit=2)) == ["0", "1"]
    assert sorts(registry.page_index("I", limit=9, beyond="layer#1")) == ["2", "3", "4"]
    assert sorts(registry.page_index("I", limit=9, beyond="layer#4")) == []


def test_a_page_of_the_index_is_as_long_as_asked_however_large_its_records(
    registry: Registry,
) -> None:
    large = {"text": "x" * 300_000}
    for number in range(5):
        registry.commit(write(key(str(number)), large, index=Index("I", str(number))))
    assert sorts(registry.page_index("I", limit=5)) == ["0", "1", "2", "3", "4"]


def test_a_record_moves_within_the_index(registry: Registry) -> None:
    registry.commit(write(key("a"), index=Index("I", "1")))
    registry.commit(write(key("b"), index=Index("I", "2")))
    registry.commit(write(key("a"), expected=1, index=Index("I", "3")))
    assert sorts(registry.query_index("I", limit=5)) == ["a", "b"]
