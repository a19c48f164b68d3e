"""The registry in a DynamoDB table: one item a record, compare-and-swap on its revision."""

import math
from collections.abc import Mapping, Sequence
from typing import Any

from layerlift.adapters.clients import AwsClients, aws_errors, error_code, translate
from layerlift.domain.errors import Fault, Unavailable
from layerlift.ports.registry import Key, Stored, Write

INDEX_NAME = "by-index"


class DynamoDbRegistry:
    """A :class:`~layerlift.ports.registry.Registry` in one table.

    An item has ``pk``, ``sk``, ``rev`` (the revision), ``kind``, ``body`` (a map), if the record is
    indexed ``ipk`` and ``isk``, and if it expires ``expires_at`` in seconds since 1970, by which
    DynamoDB removes it
    (https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/TTL.html).
    """

    def __init__(self, clients: AwsClients, table: str) -> None:
        self._clients = clients
        self._table = table

    def get(self, key: Key) -> Stored | None:
        with aws_errors(f"reading {key.sort} of {key.partition} from the registry"):
            answer = self._dynamodb.get_item(
                TableName=self._table, Key=_item_key(key), ConsistentRead=True
            )
        item = answer.get("Item")
        return None if item is None else _stored(item)

    def query(self, partition: str, sort_prefix: str = "") -> Sequence[Stored]:
        condition = "pk = :pk AND begins_with(sk, :sk)" if sort_prefix else "pk = :pk"
        values = {":pk": {"S": partition}}
        if sort_prefix:
            values[":sk"] = {"S": sort_prefix}
        pages = self._dynamodb.get_paginator("query").paginate(
            TableName=self._table,
            KeyConditionExpression=condition,
            ExpressionAttributeValues=values,
            ConsistentRead=True,
        )
        with aws_errors(f"listing {partition} from the registry"):
            return tuple(_stored(item) for page in pages for item in page["Items"])

    def query_index(self, partition: str, *, limit: int) -> Sequence[Stored]:
        with aws_errors(f"listing {partition} from the registry"):
            # A page ends at a megabyte, so that a limit alone would leave some out unnoticed.
            pages = self._dynamodb.get_paginator("query").paginate(
                TableName=self._table,
                IndexName=INDEX_NAME,
                KeyConditionExpression="ipk = :pk",
                ExpressionAttributeValues={":pk": {"S": partition}},
                ScanIndexForward=False,
                PaginationConfig={"MaxItems": limit, "PageSize": limit},
            )
            return tuple(_stored(item) for page in pages for item in page["Items"])

    def page_index(self, partition: str, *, limit: int, beyond: str = "") -> Sequence[Stored]:
        condition, values = "ipk = :pk", {":pk": {"S": partition}}
        if beyond:
            condition, values = f"{condition} AND isk > :sk", values | {":sk": {"S": beyond}}
        # One answer holds a megabyte at most, so that a long page takes several.
        pages = self._dynamodb.get_paginator("query").paginate(
            TableName=self._table,
            IndexName=INDEX_NAME,
            KeyConditionExpression=condition,
            ExpressionAttributeValues=values,
            PaginationConfig={"MaxItems": limit, "PageSize": limit},
        )
        with aws_errors(f"listing {partition} from the registry"):
            return tuple(_stored(item) for page in pages for item in page["Items"])

    def commit(self, *writes: Write) -> bool:
        from botocore.exceptions import BotoCoreError, ClientError

        doing = f"writing {', '.join(write.kind for write in writes)} to the registry"
        with aws_errors(doing):
            client = self._dynamodb
        try:
            client.transact_write_items(
                TransactItems=[{"Put": self._put(write)} for write in writes]
            )
        except ClientError as problem:
            if error_code(problem) == "TransactionCanceledException":
                _raise_unless_overtaken(problem, doing)
                return False
            raise translate(problem, doing) from problem
        except BotoCoreError:
            # The answer was lost: the revisions tell the caller what became of it.
            return False
        return True

    def _put(self, write: Write) -> dict[str, Any]:
        item = _item_key(write.key) | {
            "rev": {"N": str(write.expected + 1)},
            "kind": {"S": write.kind},
            "body": _serialize(write.body),
        }
        if write.index is not None:
            item["ipk"] = {"S": write.index.partition}
            item["isk"] = {"S": write.index.sort}
        if write.expires_at is not None:
            item["expires_at"] = {"N": str(math.ceil(write.expires_at.timestamp()))}
        put: dict[str, Any] = {"TableName": self._table, "Item": item}
        if write.expected == 0:
            put["ConditionExpression"] = "attribute_not_exists(pk)"
        else:
            put["ConditionExpression"] = "rev = :expected"
            put["ExpressionAttributeValues"] = {":expected": {"N": str(write.expected)}}
        return put

    @property
    def _dynamodb(self) -> Any:
        return self._clients.client("dynamodb")


_OVERTAKEN = frozenset({"None", "ConditionalCheckFailed", "TransactionConflict"})
_THROTTLED = frozenset({"ThrottlingError", "ProvisionedThroughputExceeded"})


def _raise_unless_overtaken(problem: Any, doing: str) -> None:
    """Raise if a transaction was cancelled for another reason than others' writes.

    https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_TransactWriteItems.html
    """
    reasons = problem.response.get("CancellationReasons", ())
    codes = {str(reason.get("Code", "None")) for reason in reasons} - _OVERTAKEN
    if codes & _THROTTLED:
        raise Unavailable(f"{doing}: {problem}") from problem
    if codes:
        raise Fault(f"{doing}: {problem}") from problem


def _item_key(key: Key) -> dict[str, Any]:
    return {"pk": {"S": key.partition}, "sk": {"S": key.sort}}


def _serialize(body: Mapping[str, Any]) -> Any:
    from boto3.dynamodb.types import TypeSerializer

    return TypeSerializer().serialize(dict(body))


def _stored(item: Mapping[str, Any]) -> Stored:
    return Stored(
        key=Key(item["pk"]["S"], item["sk"]["S"]),
        body=body_of(item),
        revision=int(item["rev"]["N"]),
    )


def body_of(item: Mapping[str, Any]) -> dict[str, Any]:
    """Return the body of an item in DynamoDB's own JSON, as a table or its stream gives it."""
    return {name: _plain(value) for name, value in item["body"]["M"].items()}


def _plain(value: Mapping[str, Any]) -> Any:
    """Return one DynamoDB value as plain JSON; whole numbers only, since records have no other."""
    (kind, content), *_ = value.items()
    match kind:
        case "M":
            return {name: _plain(inner) for name, inner in content.items()}
        case "L":
            return [_plain(inner) for inner in content]
        case "N":
            return int(content)
        case "NULL":
            return None
        case _:
            return content
