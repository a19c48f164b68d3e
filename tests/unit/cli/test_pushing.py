"""Layer and version come from the options, else from the file's name."""

from pathlib import Path

import pytest

from layerlift.domain.errors import InvalidText
from layerlift_cli.pushing import name_release


@pytest.mark.parametrize(
    ("file", "layer", "version", "named"),
    [
        ("http-client-1.4.0.zip", None, None, ("http-client", "1.4.0")),
        ("http-client-1.4.0-rc.1.zip", None, None, ("http-client", "1.4.0-rc.1")),
        ("layer2-1.0.0.zip", None, "2.0.0", ("layer2", "2.0.0")),
        ("layer2-1.0.0.zip", "other", None, ("other", "1.0.0")),
        ("build.zip", "other", "1.0.0", ("other", "1.0.0")),
    ],
)
def test_a_release_is_named(
    file: str, layer: str | None, version: str | None, named: tuple[str, str]
) -> None:
    assert name_release(Path(file), layer, version) == named


@pytest.mark.parametrize(
    ("file", "layer", "version"),
    [
        ("build.zip", None, None),
        ("build.zip", "other", None),
        ("http-client-1.4.0.tar", None, None),
        ("http client-1.4.0.zip", None, None),
        ("build.zip", "other", "1.0"),
        ("build.zip", "other", "1.0.0+local"),
    ],
)
def test_a_name_that_says_nothing_or_breaks_a_rule_is_refused(
    file: str, layer: str | None, version: str | None
) -> None:
    with pytest.raises(InvalidText):
        name_release(Path(file), layer, version)
