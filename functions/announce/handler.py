"""Tell the chats what has happened."""

import os
from time import monotonic
from typing import Any

from aws_lambda_powertools import Logger
from aws_lambda_powertools.utilities.typing import LambdaContext

from layerlift.adapters.apprise_services import AppriseServices
from layerlift.adapters.console_links import HomeConsole
from layerlift.adapters.dynamodb_registry import DynamoDbRegistry
from layerlift.adapters.https_web import HttpsWeb
from layerlift.adapters.sns_topic import SnsTopic
from layerlift.adapters.sqs_events import SqsQueue, read_messages
from layerlift.adapters.ssm_chat_addresses import SsmChatAddresses
from layerlift.bootstrap import CLIENTS, load_settings, utc_now
from layerlift.telling.announce import Announcer, announce, longest_wait
from layerlift.telling.destinations import parse_destinations
from layerlift.telling.services.choosing import services
from settings import Settings

logger = Logger()
settings = load_settings(Settings, os.environ)
addresses = SsmChatAddresses(CLIENTS, settings.parameter_name, monotonic)
conversations = DynamoDbRegistry(CLIENTS, settings.table_name)
queue = SqsQueue(CLIENTS, settings.queue_url)
console = HomeConsole(settings.partition, settings.home_region, settings.control_plane).dashboard
choose = services(
    HttpsWeb(allows_loopback=settings.local_endpoint),
    SnsTopic(CLIENTS, settings.topic_arn),
    AppriseServices(),
)


@logger.inject_lambda_context
def handler(event: dict[str, Any], context: LambdaContext) -> dict[str, Any]:
    """Take a batch of the queue; answer with the messages that have to come again."""
    messages = read_messages(event)
    events = [message.event for message in messages if message.event is not None]
    destinations = parse_destinations(addresses.read())
    announcer = Announcer(choose, conversations, utc_now, console)
    postponed = announce(events, destinations, announcer)
    for one in postponed:
        logger.warning(f"{one.destination} was not told: {one.reason}", event_id=one.event_id)
    failures = queue.keep_back(messages, longest_wait(postponed))
    return {"batchItemFailures": [{"itemIdentifier": name} for name in failures]}
