"""What the tests of the console look at."""

import pytest

from tests.fakes.scenery import Scenery
from tests.fakes.scenes import busy


@pytest.fixture(scope="module")
def scene() -> Scenery:
    """Return a registry in which every state occurs."""
    return busy()
