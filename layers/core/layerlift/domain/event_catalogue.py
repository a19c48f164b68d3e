"""What each event on the bus says, and which fields of its ``detail`` it says it with.

One :class:`~layerlift.domain.events.Detail` serves all events, and each type uses a part of it.
Which part is written down here, once: the published schemas (``events/schemas``) and the
reference (``docs/reference/events.md``) are generated from it, and tests hold what the steps
produce against those schemas.
"""

from collections.abc import Mapping

from layerlift.domain.catalogue import endings, gates, targets
from layerlift.domain.catalogue.shape import EventShape
from layerlift.domain.events import EventType

CATALOGUE: Mapping[EventType, EventShape] = {**gates.SHAPES, **targets.SHAPES, **endings.SHAPES}
"""Every event, in the order of a release's way."""
