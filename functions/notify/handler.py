"""Hand new entries of the audit trail to the event bus."""

import os
from typing import Any

from aws_lambda_powertools import Logger
from aws_lambda_powertools.utilities.typing import LambdaContext

from layerlift.adapters.console_links import HomeConsole
from layerlift.adapters.dynamodb_stream import read_events
from layerlift.adapters.eventbridge_bus import EventBridgeBus
from layerlift.bootstrap import CLIENTS, load_settings
from layerlift.releasing.notify import notify
from settings import Settings

logger = Logger()
settings = load_settings(Settings, os.environ)
bus = EventBridgeBus(CLIENTS, settings.bus_name)
console = HomeConsole(settings.partition, settings.home_region, settings.control_plane)


@logger.inject_lambda_context
def handler(event: dict[str, Any], context: LambdaContext) -> dict[str, Any]:
    """Take a batch of the table's stream; answer with the records that have to come again."""
    arrived = read_events(event)
    refused = notify([entry.event for entry in arrived], bus, console.links)
    for entry in arrived:
        detail = entry.event.detail.model_dump(mode="json", exclude_none=True)
        logger.info(entry.event.type.value, detail=detail)
    failures = [entry.sequence_number for entry in arrived if entry.event.detail.id in refused]
    return {"batchItemFailures": [{"itemIdentifier": number} for number in failures]}
