"""`layerlift open` knows where the console shows the dashboard and each release."""

import pytest

from layerlift.domain.names import parse_version
from layerlift_cli.errors import AnswerIsNo
from layerlift_cli.open_command import addresses, find_release
from tests.fakes.world import LAYER, World


def test_the_dashboard_is_that_of_the_home_region_and_its_partition() -> None:
    assert addresses("aws-cn", "cn-north-1", "layers", None) == {
        "dashboard": "https://console.amazonaws.cn/cloudwatch/home?region=cn-north-1"
        "#dashboards/dashboard/Layerlift-layers",
        "release": None,
    }


def test_the_newest_release_of_a_layer_is_its_execution() -> None:
    world = World()
    world.release(b"one", "1.0.0", "run-1")
    world.clock.advance(seconds=60)
    world.release(b"two", "1.1.0", "run-2")
    release = find_release(world.registry, LAYER, None)
    assert release.version == "1.1.0"
    link = addresses("aws", "eu-central-1", "layerlift", release)["release"]
    assert link == (
        "https://console.aws.amazon.com/states/home?region=eu-central-1"
        f"#/v2/executions/details/{release.execution}"
    )
    assert release.execution.endswith("run-2")


def test_a_version_that_is_named_is_found() -> None:
    world = World()
    world.release(b"one", "1.0.0", "run-1")
    world.clock.advance(seconds=60)
    world.release(b"two", "1.1.0", "run-2")
    assert find_release(world.registry, LAYER, parse_version("1.0.0")).version == "1.0.0"


def test_a_release_that_is_not_there_is_a_no_with_what_next() -> None:
    with pytest.raises(AnswerIsNo, match=r"There is no release of http-client\. See those"):
        find_release(World().registry, LAYER, None)
    with pytest.raises(AnswerIsNo, match=r"There is no release http-client 9\.9\.9\."):
        find_release(World().registry, LAYER, parse_version("9.9.9"))
