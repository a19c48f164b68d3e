"""What the console does in AWS: it invokes the console function, and signs decisions."""

from __future__ import annotations

import html
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from threading import Lock
from typing import TYPE_CHECKING, Any, Protocol

from layerlift.domain.names import parse_layer_name, parse_stage_name, parse_version
from layerlift.domain.outcomes import Outcome, StepResult
from layerlift.domain.release import Release
from layerlift.releasing.foresight import foresee
from layerlift.releasing.records import load, release_key
from layerlift_cli.approvals import decide_on, find_request
from layerlift_cli.console.messages import Decide, Foresee
from layerlift_cli.errors import AnswerIsNo, OutOfReach

if TYPE_CHECKING:
    import boto3

    from layerlift_cli.control_plane import ControlPlane

_OUTPUT = "ConsoleFunctionName"


@dataclass(frozen=True, slots=True)
class About:
    """Whose control plane it is, and who looks at it."""

    stack: str
    region: str
    account: str
    identity: str
    endpoint: str
    """The ARN of the console function, the only one that actions may name."""


class Backstage(Protocol):
    """What the page is served from."""

    def about(self) -> About:
        """Return whose it is."""

    def show(self, event: Mapping[str, Any]) -> str:
        """Return the HTML that the console function answers an event with.

        :raises CommandError: if there is no answer.
        """

    def foresee(self, wanted: Foresee) -> tuple[str, ...]:
        """Return what follows from a decision, read here and not taken from a widget.

        :raises CommandError: if nothing waits.
        :raises InvalidText: if a name is none.
        """

    def decide(self, wanted: Decide) -> StepResult:
        """Hand in a decision, signed by whoever runs the console.

        :raises CommandError: if it cannot be handed in, or something else waits than was shown.
        :raises InvalidText: if a name is none.
        """


@dataclass
class AwsBackstage:
    """The control plane as it is deployed, in AWS or in the emulator."""

    plane: ControlPlane
    session: boto3.Session
    endpoint: str
    _about: About | None = None
    # Threads share the clients, which is safe; what makes them is not
    # (https://docs.aws.amazon.com/boto3/latest/guide/clients.html#multithreading-or-multiprocessing-with-clients).
    _lock: Lock = field(default_factory=Lock)

    def __post_init__(self) -> None:
        self._lambda = self.session.client("lambda")

    def about(self) -> About:
        """Return whose it is; who looks at it is asked of STS once."""
        with self._lock:
            if self._about is None:
                self._about = About(
                    stack=self.plane.stack,
                    region=str(self.session.region_name),
                    account=self.plane.name.account,
                    identity=self.session.client("sts").get_caller_identity()["Arn"],
                    endpoint=self.endpoint,
                )
            return self._about

    def show(self, event: Mapping[str, Any]) -> str:
        """Invoke the console function."""
        answer = self._lambda.invoke(FunctionName=self.endpoint, Payload=json.dumps(event).encode())
        body = json.loads(answer["Payload"].read())
        if answer.get("FunctionError"):
            said = body.get("errorMessage", body) if isinstance(body, dict) else body
            raise OutOfReach(f"The console function failed: {said} Its log says more.")
        if isinstance(body, str):
            return body
        return f"<pre>{html.escape(json.dumps(body, indent=2))}</pre>"  # as CloudWatch shows JSON

    def foresee(self, wanted: Foresee) -> tuple[str, ...]:
        """Read the request and the release's plan, and tell what follows."""
        layer, version = parse_layer_name(wanted.layer), parse_version(wanted.version)
        request = find_request(self.plane, layer, version, parse_stage_name(wanted.stage))
        held = load(self.plane.registry, Release, release_key(layer, version))
        if held is None:
            return ()
        return foresee(request, held.value.stage(request.stage), wanted.outcome)

    def decide(self, wanted: Decide) -> StepResult:
        """Sign and hand in a decision, by the door of `layerlift approve` and `reject`."""
        layer, version = parse_layer_name(wanted.layer), parse_version(wanted.version)
        stage = parse_stage_name(wanted.stage)
        with self._lock:
            request = find_request(self.plane, layer, version, stage)
            if (request.digest, request.attempt) != (wanted.digest, wanted.attempt):
                raise AnswerIsNo(
                    f"Nothing was decided: {layer} {version} waits in {stage} with another attempt "
                    "than was shown. Look at it again."
                )
            return decide_on(
                self.plane,
                self.session,
                request,
                approve=wanted.outcome is Outcome.APPROVED,
                comment=wanted.comment,
            )


def find_backstage(plane: ControlPlane, session: boto3.Session) -> AwsBackstage:
    """Return what a control plane's widgets come from.

    :raises OutOfReach: if its stack has no console.
    """
    from layerlift_cli.stacks import describe, outputs

    found = describe(session.client("cloudformation"), plane.stack)
    name = outputs(found).get(_OUTPUT) if found is not None else None
    if found is None or name is None:
        raise OutOfReach(
            f"The stack {plane.stack!r} has no output {_OUTPUT}: it is of an older Layerlift. "
            "Deploy this one: sam deploy"
        )
    partition, region = found["StackId"].split(":")[1], session.region_name
    endpoint = f"arn:{partition}:lambda:{region}:{plane.name.account}:function:{name}"
    return AwsBackstage(plane, session, endpoint)
