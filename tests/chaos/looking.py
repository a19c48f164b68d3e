"""Looks at what a round has left behind: in AWS, in the registry, on the bus and in the logs."""

from __future__ import annotations

import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from layerlift.adapters.lambda_canaries import LambdaCanaries
from layerlift.bootstrap import CLIENTS, utc_now
from layerlift.domain.approval import Approval
from layerlift.domain.debts import Debt
from layerlift.domain.events import Event
from layerlift.domain.names import LayerName, SemanticVersion, StageName
from layerlift.domain.policy import Policy
from layerlift.domain.release import (
    Artifact,
    Drop,
    LivePointer,
    PromotionLock,
    Release,
    StageProgress,
    TargetProgress,
    TargetState,
)
from layerlift.domain.targets import Target
from layerlift.releasing.records import drop_key, layer_partition, load, load_all
from layerlift.releasing.sweep import KEPT, sweep_canaries
from layerlift.releasing.trail import read_trail, release_trail
from layerlift_cli.local.environment import STACK
from tests.chaos.bus import Ear
from tests.chaos.killing import Functions
from tests.chaos.sight import Place, Publication, Sight
from tests.e2e.application import Application

_HEARD_SECONDS = 30.0
"""How long the stream, a function and a rule may take to carry an event, tries after faults too."""

Zip = tuple[LayerName, SemanticVersion]


@dataclass(frozen=True)
class Dropped:
    """A zip that was dropped: its digest, and the object versions that it was dropped as."""

    digest: str
    artifacts: tuple[Artifact, ...]


@dataclass
class Onlooker:
    """Sees all that the invariants are about."""

    application: Application
    ear: Ear
    functions: Functions
    _logs_since: int = 0

    def __post_init__(self) -> None:
        self.account = self.application.plane.name.account

    def look(self, dropped: Mapping[Zip, Dropped], policy: Policy, *, in_the_end: bool) -> Sight:
        """Return what is to be seen of the layers of some drops."""
        layers = tuple(dict.fromkeys(layer for layer, _ in dropped))
        releases = self._all(Release, layers, "RELEASE#")
        trail = tuple(
            event
            for layer, version in dropped
            for event in read_trail(self.application.registry, release_trail(layer, version))
        )
        self._listen_for(trail)
        heard = tuple(e for e in self.ear.heard.values() if e.detail.layer in layers)
        live = self._all(LivePointer, layers, "LIVE#")
        told = (*self.ear.texts, *self._logged(), *self._recorded(layers))
        self.ear.texts.clear()
        return Sight(
            dropped={key: drop.digest for key, drop in dropped.items()},
            answers=dict(self._answers(dropped)),
            releases=releases,
            progress=self._all(StageProgress, layers, "STAGE#"),
            publications=tuple(self._publications(layers, policy)),
            pointers={p: self._pointer(p) for p in self._places(layers, policy)},
            live={Place(one.layer, one.stage, one.target): one.pointer for one in live},
            moves=frozenset(self._moves(layers)),
            debts=self._all(Debt, layers, "DEBT#"),
            locks=self._all(PromotionLock, layers, "LOCK#"),
            approvals=self._all(Approval, layers, "APPROVAL#"),
            leftovers=tuple(self._leftovers(policy)),
            trail=trail,
            heard=heard,
            shown=told,
            secrets=self.functions.secrets() | frozenset(self._tokens()),
            in_the_end=in_the_end,
        )

    def _listen_for(self, trail: tuple[Event, ...]) -> None:
        """Listen until the bus has carried the trail, or has had its time."""
        wanted = {event.detail.id for event in trail}
        deadline = time.monotonic() + _HEARD_SECONDS
        self.ear.listen()
        while not wanted <= self.ear.heard.keys() and time.monotonic() < deadline:
            time.sleep(0.5)
            self.ear.listen()

    def _all(self, model: Any, layers: tuple[LayerName, ...], prefix: str) -> Any:
        registry = self.application.registry
        return tuple(
            record
            for layer in layers
            for record in load_all(registry, model, layer_partition(layer), prefix)
        )

    def _answers(self, dropped: Mapping[Zip, Dropped]) -> Iterator[tuple[Zip, str]]:
        for key, drop in dropped.items():
            found = (self.answer(artifact) for artifact in drop.artifacts)
            outcomes = [answer.outcome for answer in found if answer is not None]
            if outcomes:
                yield key, "claimed" if "claimed" in outcomes else outcomes[0]

    def answer(self, artifact: Artifact) -> Drop | None:
        """Return what the control plane made of a drop, None if nothing yet."""
        key = drop_key(artifact.key, artifact.version_id)
        held = load(self.application.registry, Drop, key)
        return None if held is None else held.value

    def _moves(self, layers: tuple[LayerName, ...]) -> Iterator[Place]:
        for one in self._all(TargetProgress, layers, "TARGET#"):
            if one.moving_until is not None and one.state is not TargetState.ACTIVE:
                yield Place(one.layer, one.stage, one.target)

    def _places(self, layers: tuple[LayerName, ...], policy: Policy) -> Iterator[Place]:
        for layer in layers:
            for stage in policy.stages:
                for region in stage.regions:
                    yield Place(layer, StageName(stage.name), self._target(region))

    def _target(self, region: str) -> Target:
        return Target(account=self.account, region=region)

    def _pointer(self, place: Place) -> Any:
        return self.application.pointer(place.layer, place.stage, place.target.region)

    def _publications(self, layers: tuple[LayerName, ...], policy: Policy) -> Iterator[Publication]:
        for place in self._places(layers, policy):
            name = policy.published_name(place.layer, place.stage)
            client = CLIENTS.client("lambda", place.target)
            for number in self.application.versions(name, place.target.region):
                found = client.get_layer_version(LayerName=name, VersionNumber=number)
                yield Publication(
                    name=name,
                    target=place.target,
                    number=number,
                    arn=found["LayerVersionArn"],
                    code_sha256=found["Content"]["CodeSha256"],
                )

    def _leftovers(self, policy: Policy) -> Iterator[str]:
        """Sweep as the schedule does, an hour ahead of time, and say what is there still."""
        canaries = LambdaCanaries(CLIENTS, STACK, "aws")
        for region in policy.regions:
            target = self._target(region)
            sweep_canaries(
                target, canaries=canaries, clock=lambda: utc_now() + KEPT + timedelta(minutes=1)
            )
            pages = CLIENTS.client("lambda", target).get_paginator("list_functions").paginate()
            for function in (each for page in pages for each in page["Functions"]):
                if function["FunctionName"].startswith(f"{STACK}-canary-"):
                    yield f"{function['FunctionName']} in {target}"

    def _tokens(self) -> Iterator[str]:
        """Return every task token that is kept."""
        table = self.application.resource("TaskTokenTable")
        client = self.application.session.client("dynamodb")
        for page in client.get_paginator("scan").paginate(TableName=table):
            for item in page["Items"]:
                yield item["body"]["M"]["token"]["S"]

    def _logged(self) -> Iterator[tuple[str, str]]:
        """Return what was logged since the last look."""
        client = self.application.session.client("logs")
        newest = self._logs_since
        for group in client.describe_log_groups()["logGroups"]:
            pages = client.get_paginator("filter_log_events").paginate(
                logGroupName=group["logGroupName"], startTime=self._logs_since
            )
            for line in (event for page in pages for event in page["events"]):
                newest = max(newest, line["timestamp"])
                yield f"the log {group['logGroupName']}", line["message"]
        self._logs_since = newest

    def _recorded(self, layers: tuple[LayerName, ...]) -> Iterator[tuple[str, str]]:
        for layer in layers:
            for stored in self.application.registry.query(layer_partition(layer)):
                yield f"the record {stored.key.sort} of {layer}", str(stored.body)
