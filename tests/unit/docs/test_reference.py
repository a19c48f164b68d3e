"""What the reference is made of is complete: nothing is left without words."""

import textwrap
from enum import StrEnum
from pathlib import Path
from typing import Any

import pytest

from layerlift.domain import outcomes, release
from layerlift.domain.outcomes import Outcome
from layerlift.domain.policy import Policy
from layerlift.domain.release import ReleaseState, StageState, TargetState
from tools.reference.cli import helps
from tools.reference.iam import Role, roles
from tools.reference.markdown import WIDTH, table
from tools.reference.policy import Entry, entries
from tools.reference.settings import declared, function_folders, given
from tools.reference.sources import ROOT, Template, fields, member_docs, text

TEMPLATE = Template.read(ROOT / "template.yaml")
MINIMAL: dict[str, Any] = {
    "version": 1,
    "stages": [{"name": "dev", "waves": [["eu-central-1", "us-east-1", "us-west-2"]]}],
}


@pytest.mark.parametrize("role", roles(), ids=lambda role: role.name)
def test_every_statement_says_why_and_allows_no_star(role: Role) -> None:
    for statement in role.statements:
        assert statement.why, f"{role.name} may {statement.actions}: why?"
        assert not [action for action in statement.actions if "*" in action]


def test_every_function_and_state_machine_is_in_the_table_of_permissions() -> None:
    acting = {
        name
        for name, node in TEMPLATE.section("Resources").items()
        if text(fields(node)["Type"])
        in ("AWS::Serverless::Function", "AWS::Serverless::StateMachine", "AWS::IAM::Role")
    }
    assert acting <= {role.name for role in roles()}


@pytest.mark.parametrize("folder", function_folders(), ids=lambda folder: folder.name)
def test_a_function_is_given_just_what_its_settings_name(folder: Path) -> None:
    meanings = declared(folder)
    assert set(meanings) == set(given(folder, TEMPLATE))
    assert all(meanings.values())


@pytest.mark.parametrize(
    ("module", "enum"),
    [
        (release, ReleaseState),
        (release, StageState),
        (release, TargetState),
        (outcomes, Outcome),
    ],
)
def test_every_state_and_outcome_says_what_it_means(module: Any, enum: type[StrEnum]) -> None:
    docs = member_docs(Path(module.__file__), enum.__name__)
    assert [name.lower() for name in docs] == [member.value for member in enum]
    assert all(docs.values())


@pytest.mark.parametrize("entry", list(entries()), ids=lambda entry: entry.path)
def test_every_field_of_the_policy_has_words_and_an_example_that_is_valid(entry: Entry) -> None:
    assert entry.info.description
    (example,) = entry.info.examples or ()
    # A reader alone is refused: there has to be somebody who may read.
    granting = _with(MINIMAL, "stages[].grants.accounts", ["111122223333"])
    Policy.model_validate(_with(granting, entry.path, example))


@pytest.mark.parametrize("section", ["Parameters", "Outputs"])
@pytest.mark.parametrize("name", ["template.yaml", "region.yaml"])
def test_parameters_and_outputs_say_what_they_are(name: str, section: str) -> None:
    for key, node in Template.read(ROOT / name).section(section).items():
        assert text(fields(node).get("Description")), f"{name}: {key}"


def test_the_help_of_every_command_is_plain_and_fits() -> None:
    known = dict(helps())
    assert {"layerlift push", "layerlift local up", "layerlift policy check"} <= set(known)
    for name, shown in known.items():
        assert "\x1b" not in shown, name
        assert max(len(line) for line in shown.splitlines()) < WIDTH, name


def test_a_table_that_is_too_wide_is_refused() -> None:
    with pytest.raises(ValueError, match="too wide"):
        table(("a", "b"), [("x" * WIDTH, "y")])


def test_a_comment_belongs_to_the_item_below_it_or_to_its_anchor(tmp_path: Path) -> None:
    path = tmp_path / "template.yaml"
    path.write_text(
        textwrap.dedent(
            """
            List:
              # Of two
              # lines.
              - a: 1
              - a: 2
              - &anchor
                # Below.
                a: 3
              - *anchor
            """
        )
    )
    template = Template.read(path)
    listed = fields(template.root)["List"].value
    assert [template.comment(node) for node in listed] == ["Of two lines.", "", "Below.", "Below."]


EXAMPLES = {entry.path: (entry.info.examples or [None])[0] for entry in entries()}


def _with(policy: Any, path: str, value: Any, outer: str = "") -> Any:
    """Return a policy with one field set.

    Where a list or a map is on the way, it is in the item that has the field, or in the first;
    where there is none yet, in the example of what is on the way.
    """
    name, _, rest = path.partition(".")
    plain, container = name.removesuffix("[]").removesuffix("{}"), name[-2:]
    if not rest:
        return policy | {plain: value}
    here = f"{outer}{name}."
    if container not in ("[]", "{}"):
        return policy | {plain: _with(policy.get(plain, {}), rest, value, here)}
    inner = policy.get(plain) or EXAMPLES[f"{outer}{plain}"]
    keys = list(inner) if isinstance(inner, dict) else range(len(inner))
    field = rest.partition(".")[0].removesuffix("[]").removesuffix("{}")
    chosen = next((key for key in keys if field in inner[key]), keys[0])
    changed = {key: inner[key] for key in keys} | {chosen: _with(inner[chosen], rest, value, here)}
    return policy | {plain: changed if isinstance(inner, dict) else list(changed.values())}
