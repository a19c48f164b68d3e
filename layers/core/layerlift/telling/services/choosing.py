"""Finds the service of a destination."""

from collections.abc import Callable

from pydantic import SecretStr

from layerlift.ports.chat import AnyService, Topic, Web
from layerlift.telling.destinations import (
    AmazonQDestination,
    Destination,
    DiscordDestination,
    OtherDestination,
    SlackDestination,
    TeamsDestination,
)
from layerlift.telling.services.amazon_q import AmazonQ
from layerlift.telling.services.discord import Discord
from layerlift.telling.services.other import Other
from layerlift.telling.services.service import Board, Service
from layerlift.telling.services.slack import SlackBot, SlackWebhook
from layerlift.telling.services.teams import Teams


def services(
    web: Web, topic: Topic, any_service: AnyService
) -> Callable[[Destination], Service | Board]:
    """Return what gives each destination its service."""

    def choose(destination: Destination) -> Service | Board:
        match destination:
            case SlackDestination(webhook=SecretStr() as webhook):
                return SlackWebhook(webhook, web)
            case SlackDestination(api=api, token=token, channel=channel):
                return SlackBot(api, token or SecretStr(""), channel or "", web)
            case TeamsDestination():
                return Teams(destination, web)
            case DiscordDestination():
                return Discord(destination, web)
            case AmazonQDestination():
                return AmazonQ(topic)
            case OtherDestination():
                return Other(destination, any_service)

    return choose
