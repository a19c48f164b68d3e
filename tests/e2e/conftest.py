"""One emulator with the deployed application for the whole run, IAM enforcement on."""

from collections.abc import Iterator

import pytest

from layerlift_cli.local.checkout import this_checkout
from layerlift_cli.local.lifecycle import deployed
from layerlift_cli.progress import Silent
from tests.chaos.proxy import FaultProxy
from tests.e2e.application import Application
from tests.e2e.people import People
from tests.e2e.switching import chat_parts, deploy_chat
from tests.e2e.weather import Weather
from tests.fakes.chats import Chats


@pytest.fixture(scope="session")
def weather(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Weather]:
    """The application, and the proxy that its functions speak through: no faults unless asked."""
    state_dir = tmp_path_factory.mktemp("emulator")
    proxy = FaultProxy()
    with (
        proxy.running() as endpoint,
        deployed(
            this_checkout(), state_dir, Silent(), extra={"AWS_ENDPOINT_URL": endpoint}
        ) as state,
    ):
        proxy.upstream = state.endpoint
        yield Weather(Application(state_dir), proxy)


@pytest.fixture(scope="session")
def application(weather: Weather) -> Application:
    return weather.application


@pytest.fixture(scope="session")
def people(application: Application) -> People:
    return People(application)


@pytest.fixture(scope="module")
def chats() -> Iterator[Chats]:
    with Chats().running() as running:
        yield running


@pytest.fixture(scope="module")
def with_chat(application: Application) -> Iterator[Application]:
    """The application as somebody deploys it who wants to be told; off again afterwards."""
    assert chat_parts(application) == {}
    switched_on = deploy_chat(application, "on")
    yield switched_on
    ssm = application.session.client("ssm")
    ssm.delete_parameters(Names=[switched_on.outputs["ChatParameterName"]])
    if chat_parts(application):
        deploy_chat(application, "off")
