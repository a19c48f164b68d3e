"""Any other service, as plain text."""

from layerlift.ports.chat import AnyService
from layerlift.telling.destinations import OtherDestination
from layerlift.telling.fitting import fitted
from layerlift.telling.message import Message
from layerlift.telling.receipts import Fate, Receipt
from layerlift.telling.services.plain import without_markup

MAX_TITLE, MAX_BODY = 250, 4000
"""Ours: Apprise cuts or splits at the limits of each service itself."""


class Other:
    """A :class:`~layerlift.telling.services.service.Service` by its address in Apprise."""

    def __init__(self, destination: OtherDestination, any_service: AnyService) -> None:
        self._address = destination.address.get_secret_value()
        self._any_service = any_service

    def post(self, message: Message, /) -> Receipt:
        title = fitted(message.headline, MAX_TITLE, without_markup)
        body = fitted(plain_body(message), MAX_BODY, without_markup)
        if self._any_service.notify(self._address, title, body, message.severity.value):
            return Receipt(Fate.DELIVERED)
        # Apprise says no more than that; whether to mend or to wait, the retries will show.
        return Receipt(Fate.LATER, reason="the service did not take it")


def plain_body(message: Message) -> str:
    """Return all but the headline, a line each."""
    lines = [
        message.what,
        *([f"Why: {message.why}"] if message.why else []),
        *([f"Next: {message.next_step}"] if message.next_step else []),
        *(f"{fact.name}: {fact.value}" for fact in message.facts),
        *(f"{link.text}: {link.url}" for link in message.links),
    ]
    return "\n".join(lines)
