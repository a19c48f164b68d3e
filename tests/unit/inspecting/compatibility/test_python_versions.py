"""A version fits a Requires-Python if any of its releases does."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from packaging.specifiers import SpecifierSet

from layerlift.inspecting.compatibility.python_versions import admits

VERSIONS = [(3, minor) for minor in range(8, 16)]


@pytest.mark.parametrize(
    ("specifier", "minors"),
    [
        (">=3.11", range(11, 16)),
        (">=3.11.4", range(11, 16)),
        (">= 3.9 , < 4", range(9, 16)),
        (">=3.8,<3.13", range(8, 13)),
        ("<3.13.1", range(8, 14)),
        ("<3.13.0", range(8, 13)),
        ("!=3.9.*,>=3.8", [8, *range(10, 16)]),
        ("!=3.9.7,>=3.9", range(9, 16)),
        (">=2.7, !=3.0.*, !=3.1.*", range(8, 16)),
        ("~=3.9", range(9, 16)),
        ("~=3.9.2", [9]),
        ("==3.12.*", [12]),
        ("==3.12.7", [12]),
        ("<=3.10", range(8, 11)),
        (">3.10", range(10, 16)),
        ("==2.7.*", []),
    ],
)
def test_the_versions_that_fit(specifier: str, minors: list[int]) -> None:
    fits = admits(specifier)
    assert fits is not None
    assert [minor for _, minor in filter(fits, VERSIONS)] == list(minors)


@pytest.mark.parametrize("text", ["", "three", ">=3.x", "=>3.9", ">=3.9;", ">=3." + "9" * 600])
def test_what_is_no_specifier_says_nothing(text: str) -> None:
    assert admits(text) is None or text == ""


CLAUSE = st.builds(
    "{}{}".format,
    st.sampled_from([">=", "<", "!=", "<=", ">", "=="]),
    st.sampled_from(["3", "3.9", "3.10", "3.12", "3.12.0", "3.12.4", "3.13"]),
) | st.sampled_from(["!=3.9.*", "==3.12.*", "~=3.10"])


@given(st.lists(CLAUSE, min_size=1, max_size=3, unique=True))
def test_a_version_that_fits_has_a_release_that_packaging_takes(clauses: list[str]) -> None:
    fits = admits(",".join(clauses))
    assert fits is not None
    allowed = SpecifierSet(",".join(clauses))
    for major, minor in VERSIONS:
        if any(allowed.contains(f"{major}.{minor}.{patch}") for patch in range(40)):
            assert fits((major, minor))


@given(st.text(max_size=40) | st.text(">=<!~.,*3 ", max_size=20))
def test_no_text_makes_it_fail(text: str) -> None:
    fits = admits(text)
    assert fits is None or fits((3, 13)) in (True, False)
