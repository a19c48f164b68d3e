"""Puts the steps together: settings from the environment, adapters from the settings.

The core never reads the environment; a function's ``settings.py`` names what it needs, and
:func:`load_settings` checks it once, when the function starts.
"""

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import TypeVar

from pydantic import BaseModel, ConfigDict

from layerlift.adapters.clients import AwsClients

S = TypeVar("S", bound="Settings")


class Settings(BaseModel):
    """The base of a function's settings: frozen, one field for each environment variable."""

    model_config = ConfigDict(frozen=True)


def load_settings(model: type[S], environ: Mapping[str, str]) -> S:
    """Return the settings that ``environ`` holds; a field ``bus_name`` is read from ``BUS_NAME``.

    :raises pydantic.ValidationError: if one is missing or wrong.
    """
    named = {name: environ.get(name.upper()) for name in model.model_fields}
    return model.model_validate({name: v for name, v in named.items() if v is not None})


def utc_now() -> datetime:
    """Return the time, in UTC."""
    return datetime.now(UTC)


CLIENTS = AwsClients()
"""One set of clients a process, shared by all adapters."""
