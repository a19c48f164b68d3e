"""What a policy may say, and what it is told when it may not."""

from typing import Any

import pytest
from pydantic import ValidationError

from layerlift.domain.errors import InvalidText
from layerlift.domain.gates.durations import parse_duration, parse_pause
from layerlift.domain.names import parse_layer_name, parse_stage_name
from layerlift.domain.policy import Policy

READER = "arn:aws:iam::111122223333:role/layerlift-reader"


def policy(**change: Any) -> dict[str, Any]:
    return {"version": 1, "stages": [{"name": "dev", "waves": [["eu-central-1"]]}]} | change


def stage(**change: Any) -> dict[str, Any]:
    return policy(stages=[{"name": "dev", "waves": [["eu-central-1"]]} | change])


@pytest.mark.parametrize(
    ("text", "seconds"),
    [
        ("1s", 1),
        ("90s", 90),
        ("30m", 1800),
        ("72h", 259_200),
        ("7d", 604_800),
        ("365d", 31_536_000),
    ],
)
def test_a_duration_is_a_number_and_a_unit(text: str, seconds: int) -> None:
    assert parse_duration(text) == seconds


@pytest.mark.parametrize(
    "text", ["", "0s", "h", "72", "72H", "-1h", "1.5h", "366d", "1h30m", "72h\n"]
)
def test_what_is_no_duration_says_what_to_use(text: str) -> None:
    with pytest.raises(InvalidText, match="use a number and s, m, h or d"):
        parse_duration(text)


def test_the_least_policy_has_the_defaults() -> None:
    least = Policy.model_validate(policy())
    assert least.layer_name == "{layer}-{stage}"
    assert (least.stages[0].approvals.required, least.stages[0].approvals.expires) == (0, "72h")
    assert not least.stages[0].alarms
    assert not least.stages[0].grants


def test_a_reader_of_an_account_in_the_organization_is_believed() -> None:
    grants = {"organization": "o-a1b2c3d4e5", "reader": READER}
    read = Policy.model_validate(stage(grants=grants)).stages[0].grants
    assert (bool(read), read.reader_account) == (True, "111122223333")


@pytest.mark.parametrize(
    ("document", "place", "says"),
    [
        (policy(version=2), ("version",), "Input should be 1"),
        (policy(stages=[]), ("stages",), "at least one is needed"),
        (policy(surprise=1), ("surprise",), "Extra inputs are not permitted"),
        (policy(layer_name="shared"), ("layer_name",), "all layers would share one name"),
        (policy(layer_name="{layer}.{stage}"), ("layer_name",), "is not a layer name"),
        (policy(layer_name="{layer}-{region}"), ("layer_name",), "is not a layer name"),
        (stage(name="Dev"), ("stages", 0, "name"), "is not a stage name"),
        (stage(waves=[]), ("stages", 0, "waves"), "at least one is needed"),
        (stage(waves=[[]]), ("stages", 0, "waves", 0), "at least one is needed"),
        (stage(waves=[["mars-1"]]), ("stages", 0, "waves"), "is not a region's code"),
        (
            stage(waves=[["eu-west-1"], ["eu-west-1"]]),
            ("stages", 0, "waves"),
            "'eu-west-1' is listed twice",
        ),
        (
            stage(approvals={"required": 11}),
            ("stages", 0, "approvals", "required"),
            "less than or equal to 10",
        ),
        (
            stage(approvals={"approvers": ["release-managers"]}),
            ("stages", 0, "approvals", "approvers", 0),
            "is not the ARN of principals",
        ),
        (
            stage(approvals={"approvers": ["arn:aws:iam::*:role/release-managers"]}),
            ("stages", 0, "approvals", "approvers", 0),
            "with the account's 12 digits",
        ),
        (
            stage(approvals={"approvers": ["arn:aws:iam::111122223333:role/team/managers"]}),
            ("stages", 0, "approvals", "approvers", 0),
            "which STS does not tell",
        ),
        (
            stage(approvals={"console": "allowed", "not_requester": True}),
            ("stages", 0, "approvals"),
            "lets somebody unknown decide",
        ),
        (
            stage(approvals={"expires": "soon"}),
            ("stages", 0, "approvals", "expires"),
            "is not a duration",
        ),
        (
            stage(grants={"accounts": [111122223333]}),
            ("stages", 0, "grants", "accounts", 0),
            "write the account in quotes",
        ),
        (
            stage(grants={"accounts": ["1111-2222-3333"]}),
            ("stages", 0, "grants", "accounts", 0),
            "use its 12 digits",
        ),
        (
            stage(grants={"accounts": ["111122223333"] * 2}),
            ("stages", 0, "grants"),
            "is listed twice",
        ),
        (
            stage(grants={"accounts": [f"{n:012}" for n in range(51)]}),
            ("stages", 0, "grants", "accounts"),
            "at most 50 items",
        ),
        (
            stage(grants={"organization": "mine"}),
            ("stages", 0, "grants", "organization"),
            "is not an organization's id",
        ),
        (
            stage(grants={"accounts": ["*"]}),
            ("stages", 0, "grants", "accounts", 0),
            "is not an account",
        ),
        (
            stage(grants={"accounts": ["111122223333"], "reader": "arn:aws:iam::1:role/a"}),
            ("stages", 0, "grants", "reader"),
            "a role whose name begins with layerlift-reader",
        ),
        (stage(grants={"reader": READER}), ("stages", 0, "grants"), "nobody who may read"),
        (
            stage(grants={"accounts": ["444455556666"], "reader": READER}),
            ("stages", 0, "grants"),
            "is of the account '111122223333', which is not listed",
        ),
        (stage(alarms={"prefixes": [""]}), ("stages", 0, "alarms", "prefixes", 0), "at least 1"),
        (
            policy(stages=policy()["stages"] * 2),
            (),
            "the stage 'dev' is listed twice",
        ),
    ],
)
def test_a_mistake_is_named_where_it_is(
    document: dict[str, Any], place: tuple[str | int, ...], says: str
) -> None:
    with pytest.raises(ValidationError) as caught:
        Policy.model_validate(document)
    (error,) = caught.value.errors()
    assert error["loc"] == place
    assert says in error["msg"]


def test_regions_of_other_partitions_are_regions() -> None:
    regions = ["us-gov-west-1", "cn-north-1", "ap-southeast-2", "il-central-1"]
    assert Policy.model_validate(stage(waves=[regions])).regions == tuple(regions)


def test_regions_of_all_stages_are_listed_once() -> None:
    stages = [
        {"name": "dev", "waves": [["eu-west-1"]]},
        {"name": "prod", "waves": [["us-east-1"], ["eu-west-1"]]},
    ]
    assert Policy.model_validate(policy(stages=stages)).regions == ("eu-west-1", "us-east-1")


@pytest.mark.parametrize(
    ("template", "expected"),
    [("{layer}-{stage}", "http-client-dev"), ("acme_{layer}", "acme_http-client")],
)
def test_the_template_names_what_is_published(template: str, expected: str) -> None:
    named = Policy.model_validate(policy(layer_name=template))
    name = named.published_name(parse_layer_name("http-client"), parse_stage_name("dev"))
    assert name == expected


def test_a_bake_is_a_duration_or_none_at_all() -> None:
    baked = Policy.model_validate(stage(bake="30m")).stages[0]
    assert (baked.bake, Policy.model_validate(policy()).stages[0].bake) == ("30m", "0s")
    assert (parse_pause("30m"), parse_pause("0s")) == (1800, 0)
    with pytest.raises(ValidationError, match="is not a duration"):
        Policy.model_validate(stage(bake="half an hour"))


def test_alarms_of_a_region_are_looked_for_in_a_region() -> None:
    alarms = {"regions": {"us-east-1": {"names": ["cdn-errors"]}}}
    assert Policy.model_validate(stage(alarms=alarms)).stages[0].alarms
    with pytest.raises(ValidationError, match="'virginia' is not a region's code"):
        Policy.model_validate(stage(alarms={"regions": {"virginia": {"names": ["x"]}}}))


@pytest.mark.parametrize(
    "wrong",
    [
        {"missing": "ignore"},
        {"insufficient_data": "hold"},
        {"firing_before": "wait"},
        {"hold_for": "for ever"},
        {"prefixes": [""]},
    ],
)
def test_what_counts_as_quiet_is_said_in_words_that_are_known(wrong: dict[str, Any]) -> None:
    with pytest.raises(ValidationError):
        Policy.model_validate(stage(alarms={"names": ["errors"]} | wrong))


def test_a_policy_whose_plan_would_stop_every_release_is_refused() -> None:
    names = [f"team-{number:05}-errors" for number in range(10_000)]
    with pytest.raises(ValidationError, match="travel through the state machines"):
        Policy.model_validate(stage(alarms={"names": names}))
    Policy.model_validate(stage(alarms={"names": names[:1000]}))


def test_freezes_count_for_each_stage_that_has_them() -> None:
    freezes = [
        {"since": "2026-12-18T12:00", "until": "2027-01-04T08:00", "reason": f"{number:0500}"}
        for number in range(60)
    ]
    stages = [{"name": f"s{number}", "waves": [["eu-central-1"]]} for number in range(4)]
    Policy.model_validate(policy(freezes=freezes, stages=stages[:1]))
    with pytest.raises(ValidationError, match="travel through the state machines"):
        Policy.model_validate(policy(freezes=freezes, stages=stages))


def named(template: str, *stages: str) -> dict[str, Any]:
    return policy(
        layer_name=template, stages=[{"name": name, "waves": [["eu-west-1"]]} for name in stages]
    )


@pytest.mark.parametrize(
    ("template", "stages", "twin"),
    [
        ("{layer}-{stage}", ("prod", "eu-prod"), "x-eu"),
        ("acme-{layer}-{stage}-v", ("eu-prod", "prod"), "x-eu"),
        ("{layer}{stage}", ("prod", "preprod"), "xpre"),
        ("{stage}-{layer}", ("prod", "prod-eu"), "eu-x"),
    ],
)
def test_two_layers_cannot_be_published_under_one_name(
    template: str, stages: tuple[str, str], twin: str
) -> None:
    with pytest.raises(ValidationError, match=f"the layer '{twin}' in 'prod' and the layer 'x' in"):
        Policy.model_validate(named(template, *stages))
    other = next(name for name in stages if name != "prod")
    names = [
        template.replace("{layer}", layer).replace("{stage}", stage)
        for layer, stage in ((twin, "prod"), ("x", other))
    ]
    assert names[0] == names[1]


@pytest.mark.parametrize(
    ("template", "stages"),
    [
        ("{layer}-{stage}", ("dev", "staging", "prod", "preprod")),
        ("{layer}--{stage}", ("prod", "eu-prod")),
        ("{layer}", ("prod", "eu-prod")),
        ("{stage}-{layer}", ("prod", "eu-prod")),
    ],
)
def test_names_that_keep_layers_apart_are_taken(template: str, stages: tuple[str, ...]) -> None:
    assert Policy.model_validate(named(template, *stages)).layer_name == template
