"""How sizes are told to people, in every place alike."""

import pytest

from layerlift.domain.sizes import shown_size


@pytest.mark.parametrize(
    ("size", "text"),
    [
        (0, "0 bytes"),
        (1, "1 byte"),
        (1023, "1023 bytes"),
        (1024, "1 KB"),
        (2048, "2 KB"),
        (1024 * 1024, "1.0 MB"),
        (1_500_000, "1.4 MB"),
        (99 * 1024 * 1024, "99.0 MB"),
        (262_144_000, "250 MB"),
    ],
)
def test_a_size_is_told_in_the_units_of_the_limits(size: int, text: str) -> None:
    assert shown_size(size) == text
