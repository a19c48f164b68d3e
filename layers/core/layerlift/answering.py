"""What every function does around its step: it answers in JSON, and logs what it answered."""

from collections.abc import Callable
from typing import Any

from aws_lambda_powertools import Logger

from layerlift.domain.errors import Unavailable
from layerlift.domain.model import Value
from layerlift.domain.outcomes import Outcome, StepResult

_NAMED = ("layer", "version", "attempt", "release", "stage", "target", "wave", "bucket", "key")
"""The fields that say what a command is about. Proofs, tokens and payloads are never logged."""

_logger = Logger()


def answer(about: Value, step: Callable[[], StepResult]) -> dict[str, Any]:
    """Return what a step answers as JSON, and log it in one line with what it was ``about``.

    What may work later is an answer, too (``unavailable``): the state machine waits and asks
    again, and its history shows why.
    """
    try:
        result = step()
    except Unavailable as problem:
        result = StepResult(outcome=Outcome.UNAVAILABLE, reason=str(problem))
    named = about.model_dump(mode="json", include=set(_NAMED))
    _logger.info(result.outcome.value, reason=result.reason, about=named)
    return result.model_dump(mode="json")
