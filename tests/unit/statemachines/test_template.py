"""What the templates say fits the code they deploy."""

import json
import re
from collections.abc import Iterator
from fnmatch import fnmatch
from typing import Any

import pytest

from layerlift.domain.gates.canary import SHORTEST_WATCH
from layerlift.domain.limits import MAX_INLINE_MAP_CONCURRENCY
from layerlift.domain.live_canary import (
    COUNT_METRIC,
    METRICS_NAMESPACE,
    PLANE_DIMENSION,
    live_alarm,
)
from layerlift.domain.names import parse_layer_name, parse_stage_name
from layerlift.releasing.grant import PROPAGATION
from layerlift.releasing.publish import SETTLE
from layerlift.releasing.reserving import LEASE
from tests.unit.statemachines.machines import (
    MACHINES,
    ROOT,
    SUBSTITUTION,
    as_written,
    states,
    template,
    text,
)

RESOURCES = template()["Resources"]
FUNCTIONS = {
    name: resource["Properties"]
    for name, resource in RESOURCES.items()
    if resource["Type"] == "AWS::Serverless::Function"
}
STATE_MACHINES = {
    name: resource["Properties"]
    for name, resource in RESOURCES.items()
    if resource["Type"] == "AWS::Serverless::StateMachine"
}
# Resources that have no name, so that a wildcard is all there is; the template says why of each.
WILDCARDS = {
    "cloudwatch:DescribeAlarms",
    "cloudwatch:DeleteAlarms",
    "cloudwatch:PutMetricAlarm",
    "cloudwatch:PutMetricData",
    "lambda:ListFunctions",
    "lambda:ListLayers",
    "lambda:CreateFunction",
    "states:SendTaskSuccess",
    "tag:GetResources",
}


def folder(function: str) -> str:
    words = "".join(
        f"_{c.lower()}" if c.isupper() else c for c in function.removesuffix("Function")
    )
    return words.lstrip("_")


def statements(properties: dict[str, Any]) -> Iterator[dict[str, Any]]:
    for policy in properties["Policies"]:
        for statement in policy["Statement"]:
            branches = statement.get("Fn::If", [None, statement])[1:]
            yield from (branch for branch in branches if "Effect" in branch)


def listed(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [value]


def test_every_function_has_its_folder_and_every_folder_its_function() -> None:
    folders = {path.parent.name for path in ROOT.glob("functions/*/handler.py")}
    assert {folder(name) for name in FUNCTIONS} == folders


@pytest.mark.parametrize("function", FUNCTIONS)
def test_a_functions_environment_is_what_its_settings_ask_for(function: str) -> None:
    settings = ROOT / "functions" / folder(function) / "settings.py"
    asked = set()
    if settings.exists():
        lines = settings.read_text().splitlines()
        asked = {
            line.split(":")[0].strip().upper()
            for line in lines
            if line.startswith("    ") and ": " in line and '"""' not in line
        }
    given = set(FUNCTIONS[function].get("Environment", {}).get("Variables", {}))
    assert given == asked


@pytest.mark.parametrize("function", FUNCTIONS)
def test_no_role_may_do_everything(function: str) -> None:
    for statement in statements(FUNCTIONS[function]):
        for action in listed(statement["Action"]):
            assert "*" not in action
        assert "NotAction" not in statement
        if "*" in listed(statement["Resource"]) or "Fn::If" in str(statement["Resource"]):
            assert set(listed(statement["Action"])) <= WILDCARDS


@pytest.mark.parametrize("machine", STATE_MACHINES)
def test_no_machines_role_may_do_everything(machine: str) -> None:
    for statement in statements(STATE_MACHINES[machine]):
        for action in listed(statement["Action"]):
            assert "*" not in action
        if listed(statement["Resource"]) == ["*"]:
            assert all(action.startswith("logs:") for action in statement["Action"])


@pytest.mark.parametrize("machine", STATE_MACHINES)
def test_every_substitution_is_given_and_used(machine: str) -> None:
    properties = STATE_MACHINES[machine]
    name = properties["DefinitionUri"].split("/")[-1].split(".")[0]
    used = set(SUBSTITUTION.findall(text(name)))
    given = properties["DefinitionSubstitutions"]
    assert set(given) == used
    for key, value in given.items():
        if key.endswith("FunctionArn"):
            assert value == {"Fn::GetAtt": f"{key.removesuffix('Arn')}.Arn"}
            assert key.removesuffix("Arn") in FUNCTIONS


@pytest.mark.parametrize("machine", STATE_MACHINES)
def test_a_machine_may_invoke_the_functions_it_calls_and_no_other(machine: str) -> None:
    properties = STATE_MACHINES[machine]
    allowed = {
        resource["Fn::GetAtt"].removesuffix(".Arn")
        for statement in statements(properties)
        if "lambda:InvokeFunction" in listed(statement["Action"])
        for resource in listed(statement["Resource"])
    }
    called = {
        key.removesuffix("Arn")
        for key in properties["DefinitionSubstitutions"]
        if key.endswith("FunctionArn")
    }
    assert allowed == called


def test_every_machine_is_deployed() -> None:
    uris = {properties["DefinitionUri"] for properties in STATE_MACHINES.values()}
    assert uris == {f"statemachines/{path.name}" for path in MACHINES.values()}


def timeout_of(function: str) -> int:
    default = template()["Globals"]["Function"]["Timeout"]
    return int(FUNCTIONS[function].get("Timeout", default))


@pytest.mark.parametrize("machine", MACHINES)
def test_a_task_waits_longer_than_its_function_can_run(machine: str) -> None:
    for name, state in states(as_written(machine)):
        if state["Type"] == "Task" and state["Resource"].endswith("lambda:invoke"):
            called = SUBSTITUTION.findall(state["Arguments"]["FunctionName"])[0]
            assert state["TimeoutSeconds"] >= timeout_of(called.removesuffix("Arn")), name


def test_a_publish_settles_after_its_function_is_gone() -> None:
    assert SETTLE.total_seconds() > timeout_of("PublishFunction")


@pytest.mark.parametrize("function", ["RecoverFunction", "RollbackFunction", "ReconcileFunction"])
def test_a_lease_outlasts_the_function_that_holds_a_stage_by_it(function: str) -> None:
    assert LEASE.total_seconds() > timeout_of(function)


@pytest.mark.parametrize("function", ["ActivateFunction", "RestoreFunction"])
def test_a_pointer_on_the_move_is_left_alone_until_the_function_that_moves_it_is_gone(
    function: str,
) -> None:
    assert LEASE.total_seconds() > timeout_of(function)


def test_the_registry_removes_what_has_expired_by_the_attribute_that_says_so() -> None:
    table = RESOURCES["RegistryTable"]["Properties"]
    expected = {"AttributeName": "expires_at", "Enabled": True}
    assert table["TimeToLiveSpecification"] == expected


def test_an_alarm_is_on_the_metric_that_says_a_rollback_is_incomplete() -> None:
    alarm = RESOURCES["RollbackIncompleteAlarm"]["Properties"]
    (dimension,) = alarm["Dimensions"]
    assert dimension == {"Name": "service", "Value": {"Ref": "AWS::StackName"}}
    for folder_name in ("rollback", "reconcile"):
        handler = (ROOT / "functions" / folder_name / "handler.py").read_text()
        assert f'namespace="{alarm["Namespace"]}"' in handler
        assert f'add_metric("{alarm["MetricName"]}"' in handler


def test_the_alarm_of_a_region_is_on_the_metric_that_a_look_shows() -> None:
    alarm = template("region.yaml")["Resources"]["LiveCanariesAlarm"]["Properties"]
    (dimension,) = alarm["Dimensions"]
    assert (alarm["Namespace"], alarm["MetricName"]) == (METRICS_NAMESPACE, COUNT_METRIC)
    assert dimension == {"Name": PLANE_DIMENSION, "Value": {"Ref": "ControlPlane"}}


def test_a_look_may_touch_the_alarms_of_layers_and_no_other() -> None:
    allowed = next(
        s for s in statements(FUNCTIONS["WatchLiveFunction"]) if "PutMetricAlarm" in str(s)
    )
    pattern = allowed["Resource"]["Fn::Sub"].rpartition(":alarm:")[2]
    pattern = pattern.replace("${AWS::StackName}", "plane")
    assert fnmatch(live_alarm("plane", parse_layer_name("l"), parse_stage_name("dev")), pattern)
    regional = template("region.yaml")["Resources"]["LiveCanariesAlarm"]["Properties"]
    name = regional["AlarmName"]["Fn::Sub"].replace("${ControlPlane}", "plane")
    assert not fnmatch(name, pattern)


def test_what_is_due_is_looked_for_as_often_as_the_policy_may_ask() -> None:
    schedule = template()["Parameters"]["WatchSchedule"]["Default"]
    assert schedule == f"rate({SHORTEST_WATCH // 60} minutes)"


def test_the_patience_of_a_promotion_outlasts_a_publish_whose_answer_was_lost() -> None:
    choice = dict(states(as_written("promotion")))["Prove/Published?"]
    (tries,) = {int(part.split()[0]) for part in json.dumps(choice).split("$attempts < ")[1:]}
    assert 5 * 1 + (tries - 6) * 5 > SETTLE.total_seconds()


def test_the_patience_of_a_promotion_outlasts_a_grant_that_takes_its_time() -> None:
    choice = dict(states(as_written("promotion")))["GrantWave/Granted?"]
    (tries,) = {int(part.split()[0]) for part in json.dumps(choice).split("$attempts < ")[1:]}
    assert 4 * 1 + (tries - 5) * 5 > PROPAGATION.total_seconds()


def test_the_role_that_readers_are_told_to_trust_is_the_one_that_takes_them_on() -> None:
    assert template()["Outputs"]["GrantRoleArn"]["Value"] == {"Fn::GetAtt": "GrantFunctionRole.Arn"}
    taken_on = [
        resource["Fn::Sub"].split(":role/")[1]
        for statement in statements(FUNCTIONS["GrantFunction"])
        if statement["Action"] == "sts:AssumeRole"
        for resource in listed(statement["Resource"])
    ]
    assert taken_on == ["layerlift-reader*"]


def test_the_most_targets_at_a_time_are_what_an_inline_map_takes() -> None:
    parameter = template()["Parameters"]["MapConcurrency"]
    assert parameter["MaxValue"] == MAX_INLINE_MAP_CONCURRENCY


def test_the_outputs_that_others_rely_on_are_there() -> None:
    outputs = template()["Outputs"]
    expected = {
        "ArtifactBucketName",
        "RegistryTableName",
        "EventBusName",
        "ReleaseStateMachineArn",
    }
    assert expected <= set(outputs)


@pytest.mark.parametrize("name", ["template.yaml", "region.yaml"])
def test_buckets_are_versioned_encrypted_private_and_kept(name: str) -> None:
    buckets = [r for r in template(name)["Resources"].values() if r["Type"] == "AWS::S3::Bucket"]
    assert buckets
    for bucket in buckets:
        properties = bucket["Properties"]
        assert bucket["DeletionPolicy"] == "Retain"
        assert properties["VersioningConfiguration"] == {"Status": "Enabled"}
        assert properties["BucketEncryption"]
        assert set(properties["PublicAccessBlockConfiguration"].values()) == {True}


def test_a_canary_may_only_write_its_log() -> None:
    role = template("region.yaml")["Resources"]["CanaryRole"]["Properties"]
    (policy,) = role["Policies"]
    (statement,) = policy["PolicyDocument"]["Statement"]
    assert all(action.startswith("logs:") for action in statement["Action"])


@pytest.mark.parametrize(
    ("arn", "is_taken"),
    [
        ("", True),
        ("arn:aws:iam::111122223333:role/checkout", True),
        ("arn:aws-cn:iam::111122223333:role/team/checkout-*", True),
        ("*", False),
        ("arn:aws:iam::111122223333:role/*", False),
        ("arn:aws:iam::*:role/checkout", False),
        ("arn:aws:iam::111122223333:user/ada", False),
    ],
)
def test_clones_are_handed_named_roles_and_not_every_role(arn: str, is_taken: bool) -> None:
    pattern = template()["Parameters"]["ConsumerRoleArns"]["AllowedPattern"]
    assert (re.fullmatch(pattern, arn) is not None) is is_taken


CHAT = {
    name: resource for name, resource in RESOURCES.items() if resource.get("Condition") == "HasChat"
}


def test_chat_is_off_unless_somebody_deploys_it() -> None:
    assert template()["Parameters"]["Chat"]["Default"] == "off"
    assert template()["Conditions"]["HasChat"] == {"Fn::Equals": [{"Ref": "Chat"}, "on"]}


def test_with_chat_off_nothing_is_there_that_serves_it() -> None:
    costs = ("AWS::SQS::", "AWS::SNS::", "AWS::Events::Rule", "AWS::Lambda::EventSourceMapping")
    left = [
        name
        for name, resource in RESOURCES.items()
        if name not in CHAT and resource["Type"].startswith(costs)
    ]
    assert left == ["DeadLetterQueue", "DeadLetterQueuePolicy"]
    assert {"AnnounceFunction", "ChatLayer", "ConversationTable", "ChatDeadLettersAlarm"} <= set(
        CHAT
    )
    spoken_of = ("Chat", "Announce", "Conversation")
    assert [name for name in RESOURCES if name.startswith(spoken_of) and name not in CHAT] == []


def test_an_output_of_chat_is_there_only_with_it() -> None:
    outputs = template()["Outputs"]
    of_chat = {name for name, output in outputs.items() if "Chat" in str(output["Value"])}
    conditional = {name for name, output in outputs.items() if output.get("Condition") == "HasChat"}
    assert of_chat <= conditional == {name for name in outputs if name.startswith("Chat")}


def test_an_event_that_no_chat_takes_is_kept_aside_and_alarmed_on() -> None:
    policy = CHAT["ChatQueue"]["Properties"]["RedrivePolicy"]
    assert policy["deadLetterTargetArn"] == {"Fn::GetAtt": "ChatDeadLetterQueue.Arn"}
    aside = CHAT["ChatDeadLetterQueue"]["Properties"]["MessageRetentionPeriod"]
    # SQS counts from when a message was first sent, also after it has moved, see
    # https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-dead-letter-queues.html
    assert aside > CHAT["ChatQueue"]["Properties"]["MessageRetentionPeriod"]
    alarm = CHAT["ChatDeadLettersAlarm"]["Properties"]
    assert (alarm["Namespace"], alarm["MetricName"], alarm["Statistic"]) == (
        "AWS/SQS",
        "ApproximateNumberOfMessagesVisible",
        "Maximum",
    )
    name = {"Fn::GetAtt": "ChatDeadLetterQueue.QueueName"}
    assert alarm["Dimensions"] == [{"Name": "QueueName", "Value": name}]
    assert (alarm["Threshold"], alarm["ComparisonOperator"]) == (0, "GreaterThanThreshold")
