"""A policy's mistakes are told with line and field."""

from pathlib import Path

import pytest

from layerlift_cli.errors import NotSetUp
from layerlift_cli.policy_file import InvalidPolicy, load_policy, parse_policy

PATH = Path("policy.yaml")
GOOD = """\
version: 1
stages:
  - name: dev
    waves:
      - [eu-central-1]
"""


def mistakes(text: str) -> list[tuple[int, str, str]]:
    with pytest.raises(InvalidPolicy) as caught:
        parse_policy(text, PATH)
    return [(m.line, m.field, m.message) for m in caught.value.mistakes]


def test_a_good_policy_is_read() -> None:
    assert parse_policy(GOOD, PATH).regions == ("eu-central-1",)


def test_the_policy_of_this_repository_is_one() -> None:
    policy = load_policy(Path(__file__).parents[3] / "policy.yaml")
    assert [len(stage.regions) for stage in policy.stages] == [1, 2, 6]
    assert [stage.approvals.required for stage in policy.stages] == [0, 0, 1]


@pytest.mark.parametrize(
    ("change", "line", "field", "part"),
    [
        (("eu-central-1", "europe"), 4, "stages[0].waves", "'europe' is not a region's code"),
        (("name: dev", "name: Dev"), 3, "stages[0].name", "'Dev' is not a stage name"),
        (("name: dev", "nam: dev"), 3, "stages[0].nam", "is no field of a policy"),
        (("version: 1", "version: 2"), 1, "version", "1"),
        (("version: 1\n", ""), 1, "version", "is missing"),
        (("[eu-central-1]", "[]"), 5, "stages[0].waves[0]", "at least one is needed"),
        (("[eu-central-1]", "[eu-central-1, eu-central-1]"), 4, "stages[0].waves", "listed twice"),
    ],
)
def test_a_mistake_is_told_with_its_line_and_field(
    change: tuple[str, str], line: int, field: str, part: str
) -> None:
    found = mistakes(GOOD.replace(*change))
    assert [(at, name) for at, name, message in found if part in message] == [(line, field)]


def test_every_mistake_is_told_at_once_in_the_order_of_the_lines() -> None:
    text = "version: 3\nlayer_name: x\nstages:\n  - name: A\n    waves: [[nowhere]]\n"
    assert [line for line, _, _ in mistakes(text)] == [1, 2, 4, 5]


def test_an_expiry_that_is_no_duration_is_told() -> None:
    text = GOOD + "    approvals: {required: 1, expires: soon}\n"
    assert mistakes(text)[0][:2] == (6, "stages[0].approvals.expires")


@pytest.mark.parametrize(
    ("field", "message"),
    [
        ("aprovals", "is no field of a policy: did you mean approvals?"),
        ("holdfor", "is no field of a policy: did you mean hold_for?"),
        ("zzz", "is no field of a policy"),
    ],
)
def test_a_field_that_is_misspelled_is_told_with_what_was_meant(field: str, message: str) -> None:
    assert mistakes(GOOD + f"    {field}: 1\n")[0][2] == message


def test_a_key_given_twice_does_not_win_in_silence() -> None:
    assert mistakes(GOOD + "version: 1\n") == [(6, "version", "is given twice, first in line 1")]


def test_a_stage_listed_twice_is_told() -> None:
    text = GOOD + "  - name: dev\n    waves: [[us-east-1]]\n"
    assert "the stage 'dev' is listed twice" in mistakes(text)[0][2]


def test_broken_yaml_is_told_with_its_line() -> None:
    line, field, message = mistakes("version: 1\nstages: [\n")[0]
    assert (line, field) == (3, "the file")
    assert "is no YAML" in message


def test_an_empty_file_is_told() -> None:
    assert mistakes("")[0][0] == 1


def test_a_missing_file_is_a_matter_of_usage(tmp_path: Path) -> None:
    with pytest.raises(NotSetUp, match="no policy to read"):
        load_policy(tmp_path / "policy.yaml")


def test_the_message_names_file_line_and_field() -> None:
    with pytest.raises(InvalidPolicy) as caught:
        parse_policy(GOOD.replace("name: dev", "name: Dev"), PATH)
    first, last, after = str(caught.value).splitlines()
    assert first.startswith("policy.yaml:3: stages[0].name: ")
    assert last == "1 mistake; nothing was changed."
    assert after == "Mend them and try again: layerlift policy check policy.yaml"
