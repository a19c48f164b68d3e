"""What goes wrong ends where it should, and puts back what it has moved."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager

from layerlift.domain.policy import Policy
from tests.e2e.application import DEV_ONLY, Application, python_layer

MENDS_OLD_LINES = DEV_ONLY.model_copy(update={"hotfixes": True})
TWO_WAVES = Policy.model_validate(
    {
        "version": 1,
        "stages": [
            {"name": "prod", "waves": [["eu-central-1", "us-east-1"], ["eu-west-1", "us-west-2"]]}
        ],
    }
)
ASKS_FIRST = Policy.model_validate(
    {
        "version": 1,
        "stages": [{"name": "prod", "waves": [["eu-central-1"]], "approvals": {"required": 1}}],
    }
)


def test_a_layer_that_cannot_be_imported_ends_in_dev(application: Application) -> None:
    broken = python_layer({"broken.py": "raise RuntimeError('no such luck')\n"})
    status = application.released("broken", "1.0.0", broken)
    assert (status.state, [stage.state for stage in status.stages]) == (
        "failed",
        ["failed", "pending", "pending"],
    )
    assert "broken: RuntimeError: no such luck" in status.reason
    assert application.pointer("broken", "dev", "eu-central-1") is None
    failed = [application.ended(arn) for arn in application.executions("FAILED")]
    causes = [execution["cause"] for execution in failed if "broken 1.0.0" in execution["cause"]]
    assert causes == [f"broken 1.0.0 failed. {status.reason}"]


def test_a_wave_that_fails_puts_every_pointer_of_the_stage_back(application: Application) -> None:
    good = python_layer({"module.py": "X = 1\n"})
    bad_in_one_region = python_layer(
        {"module.py": "import os\nassert os.environ['AWS_REGION'] != 'us-west-2', 'not here'\n"}
    )
    with application.policy(TWO_WAVES):
        first = application.released("waves", "1.0.0", good)
        assert first.state == "succeeded"
        second = application.released("waves", "2.0.0", bad_in_one_region)
    assert second.state == "failed"
    assert "us-west-2" in second.reason
    states = {target.region: target.state for target in second.stages[0].targets}
    assert states == {
        "eu-central-1": "inactive",
        "us-east-1": "inactive",
        "eu-west-1": "canaried",
        "us-west-2": "failed",
    }
    for target in first.stages[0].targets:
        pointer = application.pointer("waves", "prod", target.region)
        assert pointer is not None
        assert (pointer.version, pointer.arn) == ("1.0.0", target.layer_arn)
    assert {t.state for t in application.release("waves", "1.0.0").stages[0].targets} == {"active"}


def test_a_failed_release_can_be_dropped_again(application: Application) -> None:
    with application.policy(DEV_ONLY), _without_permission(application, "Publish"):
        content = python_layer({"retried.py": "X = 1\n"})
        assert application.released("retried", "1.0.0", content).state == "failed"
    with application.policy(DEV_ONLY):
        assert application.released("retried", "1.0.0", content).state == "succeeded"
    assert application.versions("retried-dev", "eu-central-1") == [1]


def test_a_permission_taken_away_fails_that_step_as_designed(application: Application) -> None:
    content = python_layer({"refused.py": "X = 1\n"})
    with application.policy(DEV_ONLY), _without_permission(application, "Activate"):
        status = application.released("permission", "1.0.0", content)
    assert status.state == "failed"
    assert "Moving the pointer in eu-central-1 could not be done" in status.reason
    assert "AccessDenied" in status.reason
    assert application.pointer("permission", "dev", "eu-central-1") is None


def test_a_rejected_approval_ends_the_release_and_moves_nothing(application: Application) -> None:
    content = python_layer({"denied.py": "X = 1\n"})
    with application.policy(ASKS_FIRST):
        application.answer(application.drop("incoming/denied/1.0.0.zip", content))
        application.wait_for_approval("denied", "1.0.0")
        said = application.command("reject", "denied", "1.0.0", "prod", "--comment", "not today")
        status = application.wait_for_end("denied", "1.0.0")
    assert said.returncode == 0, said.stderr
    assert (status.state, status.stages[0].state) == ("failed", "failed")
    assert "not today" in status.reason
    assert application.pointer("denied", "prod", "eu-central-1") is None
    late = application.command("approve", "denied", "1.0.0", "prod")
    assert late.returncode == 1
    assert "already rejected" in late.stdout


def test_a_newer_release_supersedes_one_that_waits(application: Application) -> None:
    with application.policy(ASKS_FIRST):
        for version in ("1.0.0", "1.1.0"):
            content = python_layer({"overtaken.py": f"X = '{version}'\n"})
            drop = application.drop(f"incoming/overtaken/{version}.zip", content)
            assert application.answer(drop).outcome == "claimed"
            application.wait_for_approval("overtaken", version)
        older = application.wait_for_end("overtaken", "1.0.0")
        assert application.command("approve", "overtaken", "1.1.0", "prod").returncode == 0
        newer = application.wait_for_end("overtaken", "1.1.0")
    assert (older.state, newer.state) == ("superseded", "succeeded")


def test_a_request_that_nobody_decides_on_ends_by_itself(application: Application) -> None:
    gate = ASKS_FIRST.stages[0].approvals.model_copy(update={"expires": "5s"})
    stage = ASKS_FIRST.stages[0].model_copy(update={"approvals": gate})
    content = python_layer({"forgotten.py": "X = 1\n"})
    with application.policy(ASKS_FIRST.model_copy(update={"stages": (stage,)})):
        application.answer(application.drop("incoming/forgotten/1.0.0.zip", content))
        status = application.wait_for_end("forgotten", "1.0.0")
    assert (status.state, status.stages[0].state) == ("failed", "failed")
    assert "Expired: nobody decided until" in status.reason
    assert application.pointer("forgotten", "prod", "eu-central-1") is None
    late = application.command("approve", "forgotten", "1.0.0", "prod")
    assert (late.returncode, "no longer waits in prod" in late.stdout) == (1, True), late.stdout


def test_a_hotfix_to_an_older_line_goes_where_the_policy_lets_it(application: Application) -> None:
    def zipped(version: str) -> bytes:
        return python_layer({"line.py": f"X = {version!r}\n"})

    def live() -> str:
        pointer = application.pointer("older-line", "dev", "eu-central-1")
        return "" if pointer is None else pointer.version

    with application.policy(DEV_ONLY):
        for version in ("1.0.0", "2.0.0"):
            assert application.released("older-line", version, zipped(version)).state == "succeeded"
        refused = application.answer(
            application.drop("incoming/older-line/1.0.1.zip", zipped("1.0.1"))
        )
    assert (refused.outcome, live()) == ("rejected", "2.0.0")
    assert "2.0.0 is live" in refused.reason
    with application.policy(MENDS_OLD_LINES):
        assert application.released("older-line", "1.0.1", zipped("1.0.1")).state == "succeeded"
    assert live() == "1.0.1"


@contextmanager
def _without_permission(application: Application, step: str) -> Iterator[None]:
    """Take every permission of a step's role away for a while."""
    iam = application.session.client("iam")
    configuration = application.session.client("lambda").get_function_configuration(
        FunctionName=application.function(step)
    )
    role = configuration["Role"].rsplit("/", 1)[-1]
    names = iam.list_role_policies(RoleName=role)["PolicyNames"]
    kept = {
        name: iam.get_role_policy(RoleName=role, PolicyName=name)["PolicyDocument"]
        for name in names
    }
    registry_only = {
        "Version": "2012-10-17",
        "Statement": [
            {"Effect": "Allow", "Action": "dynamodb:*", "Resource": "*"},
        ],
    }
    for name in names:
        iam.put_role_policy(
            RoleName=role, PolicyName=name, PolicyDocument=json.dumps(registry_only)
        )
    try:
        yield
    finally:
        for name, document in kept.items():
            iam.put_role_policy(RoleName=role, PolicyName=name, PolicyDocument=json.dumps(document))
