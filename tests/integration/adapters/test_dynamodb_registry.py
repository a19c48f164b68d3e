"""The registry's table: what DynamoDB answers, and what the steps are told."""

from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest
from botocore.exceptions import ConnectionClosedError, EndpointConnectionError

from layerlift.adapters.dynamodb_registry import DynamoDbRegistry
from layerlift.adapters.dynamodb_stream import read_events
from layerlift.domain.errors import AccessRefused, Fault, Unavailable
from layerlift.ports.registry import Key, Write
from layerlift.releasing.trail import audit_entry
from tests.fakes.world import World

WRITE = Write(Key("P", "a"), {"n": 1}, 0, "thing")


def cancelled(*codes: str) -> dict[str, Any]:
    return {"CancellationReasons": [{"Code": code} for code in codes]}


@pytest.mark.parametrize("codes", [("ConditionalCheckFailed",), ("None", "TransactionConflict")])
def test_a_transaction_that_others_overtook_is_not_put(
    stubbed: Any, codes: tuple[str, ...]
) -> None:
    clients, stubber = stubbed("dynamodb")
    stubber.add_client_error(
        "transact_write_items", "TransactionCanceledException", modeled_fields=cancelled(*codes)
    )
    assert not DynamoDbRegistry(clients, "t").commit(WRITE)


@pytest.mark.parametrize(
    ("code", "error"),
    [
        ("ThrottlingError", Unavailable),
        ("ProvisionedThroughputExceeded", Unavailable),
        ("ValidationError", Fault),
        ("ItemCollectionSizeLimitExceeded", Fault),
    ],
)
def test_a_transaction_that_was_cancelled_for_another_reason_is_not_taken_for_overtaken(
    stubbed: Any, code: str, error: type[Fault]
) -> None:
    clients, stubber = stubbed("dynamodb")
    stubber.add_client_error(
        "transact_write_items",
        "TransactionCanceledException",
        modeled_fields=cancelled("None", code),
    )
    with pytest.raises(Fault) as caught:
        DynamoDbRegistry(clients, "t").commit(WRITE)
    assert type(caught.value) is error


@pytest.mark.parametrize(
    ("code", "status", "error"),
    [
        ("AccessDeniedException", 400, AccessRefused),
        ("ThrottlingException", 400, Unavailable),
        ("InternalServerError", 500, Unavailable),
        ("ValidationException", 400, Fault),
        ("ResourceNotFoundException", 400, Fault),
    ],
)
@pytest.mark.parametrize("operation", ["get_item", "query", "transact_write_items"])
def test_what_dynamodb_refuses_is_told_apart(
    stubbed: Any, operation: str, code: str, status: int, error: type[Fault]
) -> None:
    clients, stubber = stubbed("dynamodb")
    stubber.add_client_error(operation, code, http_status_code=status)
    registry = DynamoDbRegistry(clients, "t")
    calls = {
        "get_item": lambda: registry.get(Key("P", "a")),
        "query": lambda: registry.query("P"),
        "transact_write_items": lambda: registry.commit(WRITE),
    }
    with pytest.raises(Fault) as caught:
        calls[operation]()
    assert type(caught.value) is error


@pytest.mark.parametrize("problem", [ConnectionClosedError, EndpointConnectionError])
def test_a_commit_whose_answer_was_lost_is_not_put_as_far_as_one_knows(problem: Any) -> None:
    class Lost:
        def transact_write_items(self, **_: Any) -> None:
            raise problem(endpoint_url="https://dynamodb")

    class Clients:
        def client(self, *_: Any, **__: Any) -> Any:
            return Lost()

    assert not DynamoDbRegistry(Clients(), "t").commit(WRITE)  # type: ignore[arg-type]


def stream_record(name: str, kind: str, number: str, body: dict[str, Any]) -> dict[str, Any]:
    from boto3.dynamodb.types import TypeSerializer

    image = {"kind": {"S": kind}, "body": TypeSerializer().serialize(body)}
    return {"eventName": name, "dynamodb": {"NewImage": image, "SequenceNumber": number}}


def expired_record(number: str) -> dict[str, Any]:
    """A record that DynamoDB has removed because its time had passed, which leaves no new image.

    https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/time-to-live-ttl-streams.html
    """
    return {
        "eventName": "REMOVE",
        "userIdentity": {"type": "Service", "principalId": "dynamodb.amazonaws.com"},
        "dynamodb": {
            "Keys": {"pk": {"S": "PROOF#ab"}, "sk": {"S": "used"}},
            "SequenceNumber": number,
        },
    }


def test_the_stream_gives_new_entries_of_the_trail_and_nothing_else() -> None:
    world = World()
    world.release()
    (event,) = world.events()
    body = dict(audit_entry(event).body)
    batch = {
        "Records": [
            stream_record("INSERT", "release", "1", {}),
            stream_record("INSERT", "audit", "2", body),
            stream_record("MODIFY", "audit", "3", body),
            expired_record("4"),
        ]
    }
    (arrival,) = read_events(batch)
    assert (arrival.event, arrival.sequence_number) == (event, "2")


def test_only_a_record_that_says_so_expires_and_not_before_its_time(stubbed: Any) -> None:
    clients, stubber = stubbed("dynamodb")
    at = datetime(2026, 11, 24, 9, 10, 0, 1, tzinfo=UTC)
    written: list[dict[str, Any]] = []
    stubber.client.meta.events.register(
        "provide-client-params.dynamodb.TransactWriteItems",
        lambda params, **_: written.append(params["TransactItems"][0]["Put"]["Item"]),
    )
    for write in (WRITE, replace(WRITE, expires_at=at)):
        stubber.add_response("transact_write_items", {})
        assert DynamoDbRegistry(clients, "t").commit(write)
    keeps, expires = written
    assert "expires_at" not in keeps
    assert expires["expires_at"] == {"N": str(int(at.timestamp()) + 1)}


def test_a_list_goes_on_after_the_megabyte_that_a_page_ends_at(stubbed: Any) -> None:
    clients, stubber = stubbed("dynamodb")
    asked = {
        "TableName": "t",
        "IndexName": "by-index",
        "KeyConditionExpression": "ipk = :pk",
        "ExpressionAttributeValues": {":pk": {"S": "LIVE#prod"}},
        "ScanIndexForward": False,
        "Limit": 3,
    }
    last = {"pk": {"S": "P"}, "sk": {"S": "b"}}
    first = {"Items": [_item("a"), _item("b")], "LastEvaluatedKey": last}
    second = {"Items": [_item("c"), _item("d")]}
    stubber.add_response("query", first, asked)
    stubber.add_response("query", second, asked | {"ExclusiveStartKey": last})
    found = DynamoDbRegistry(clients, "t").query_index("LIVE#prod", limit=3)
    assert [stored.key.sort for stored in found] == ["a", "b", "c"]


def _item(sort: str) -> dict[str, Any]:
    return {"pk": {"S": "P"}, "sk": {"S": sort}, "rev": {"N": "1"}, "body": {"M": {}}}
