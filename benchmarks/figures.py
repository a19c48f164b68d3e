"""A figure, and how it is printed: one JSON line, for scripts and for people alike."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass


@dataclass(frozen=True)
class Figure:
    """One measured value beside its reference; ``ratio`` is value over reference."""

    id: str
    value: float
    unit: str
    reference: str
    reference_value: float

    def line(self) -> str:
        """Return the figure as one line of JSON."""
        rounded = {
            "value": round(self.value, 3),
            "reference_value": round(self.reference_value, 3),
            "ratio": round(self.value / self.reference_value, 3),
        }
        return json.dumps(asdict(self) | rounded)
