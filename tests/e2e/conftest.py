"""One emulator with the deployed application for the whole run, IAM enforcement on."""

from collections.abc import Iterator

import pytest

from layerlift_cli.local.checkout import this_checkout
from layerlift_cli.local.lifecycle import deployed
from layerlift_cli.progress import Silent
from tests.e2e.application import Application


@pytest.fixture(scope="session")
def application(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Application]:
    state_dir = tmp_path_factory.mktemp("emulator")
    with deployed(this_checkout(), state_dir, Silent()):
        yield Application(state_dir)
