"""What all tiers share: a test's tier is the folder it lies in."""

from pathlib import Path

import pytest

TESTS = Path(__file__).parent
TIERS = ("unit", "integration", "real", "browser", "e2e")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        tier = item.path.relative_to(TESTS).parts[0]
        if tier in TIERS:
            item.add_marker(tier)
