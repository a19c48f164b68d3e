"""The registry takes a release once."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from layerlift.domain.errors import Fault, Unavailable
from layerlift.domain.events import EventType
from layerlift.domain.outcomes import ClaimResult, InspectResult, Outcome
from layerlift.domain.release import Artifact, ReleaseRef, ReleaseState
from layerlift.domain.report import Declaration
from layerlift.releasing.claim import claim_inspected
from layerlift.releasing.record import record_release
from tests.fakes.interleaving import interleave
from tests.fakes.wire import Died, Moment
from tests.fakes.world import BUCKET, LAYER, World, execution, report_of


def end(world: World, ref: ReleaseRef, state: ReleaseState, run: str = "run-1") -> None:
    record_release(ref, state, "", registry=world.registry, clock=world.clock)
    world.promotions.running.discard(execution(run))


def moments_of_a_claim() -> list[Moment]:
    world = World()
    world.claim()
    return list(world.wire.moments)


MOMENTS = moments_of_a_claim()


def test_a_claim_makes_a_release_with_the_plan_of_the_policy_in_force() -> None:
    world = World()
    result = world.claim()
    assert result.outcome is Outcome.CLAIMED
    assert result.release == ReleaseRef(
        layer=LAYER, version="1.0.0", digest=report_of(b"zip").sha256, attempt=1
    )
    assert [(stage.name, stage.published_name) for stage in result.stages] == [
        ("dev", "http-client-dev"),
        ("prod", "http-client-prod"),
    ]
    assert [target.region for target in result.stages[1].targets] == [
        "eu-central-1",
        "us-east-1",
        "eu-west-1",
    ]
    assert result.stages[1].approvals.seconds == 7200
    (event,) = world.events()
    assert event.type is EventType.RELEASE_CLAIMED


def test_the_execution_that_claimed_gets_the_same_answer_again() -> None:
    world = World()
    artifact = world.drop()
    assert world.claim(artifact=artifact) == world.claim(artifact=artifact)
    assert len(world.events()) == 1


def test_an_event_delivered_twice_does_nothing() -> None:
    world = World()
    artifact = world.drop()
    world.claim(artifact=artifact, run="run-1")
    again = world.claim(artifact=artifact, run="run-2")
    assert again.outcome is Outcome.UNCHANGED
    assert again.release is None
    assert len(world.events()) == 1


@pytest.mark.parametrize("state", ["promoting", "succeeded"])
def test_the_same_bytes_dropped_again_do_nothing_and_say_so(state: str) -> None:
    world = World()
    ref = world.release()
    if state == "succeeded":
        end(world, ref, ReleaseState.SUCCEEDED)
    again = world.claim(run="run-2")
    assert again.outcome is Outcome.UNCHANGED
    assert again.reason == (
        f"These bytes are http-client 1.0.0 already ({state}); nothing was done."
    )


def test_other_bytes_under_the_same_version_are_refused() -> None:
    world = World()
    world.claim(b"zip")
    other = world.claim(b"other zip", run="run-2")
    assert other.outcome is Outcome.REJECTED
    assert "already released with other bytes" in other.reason
    assert "drop these bytes under the next version" in other.reason


def test_the_same_bytes_under_another_version_are_refused() -> None:
    world = World()
    world.claim(version="1.0.0")
    other = world.claim(version="1.0.1", run="run-2")
    assert other.outcome is Outcome.REJECTED
    assert "already released as http-client 1.0.0" in other.reason


@pytest.mark.parametrize("state", [ReleaseState.FAILED, ReleaseState.SUPERSEDED])
def test_bytes_that_ended_badly_are_tried_anew_when_dropped_once_more(state: ReleaseState) -> None:
    world = World()
    artifact = world.drop()
    first = world.claim(artifact=artifact).release
    assert first is not None
    end(world, first, state)
    same_drop = world.claim(artifact=artifact, run="run-2")
    assert same_drop.outcome is Outcome.UNCHANGED
    new_drop = world.claim(run="run-3")
    assert new_drop.outcome is Outcome.CLAIMED
    assert new_drop.release is not None
    assert new_drop.release.attempt == 2
    assert len(world.events(EventType.RELEASE_CLAIMED)) == 2


def test_the_claim_of_an_execution_that_died_is_taken_over() -> None:
    world = World()
    artifact = world.drop()
    world.claim(artifact=artifact)
    world.promotions.running.clear()
    taken = world.claim(artifact=artifact, run="run-2")
    assert taken.outcome is Outcome.CLAIMED
    assert taken.release is not None
    assert taken.release.attempt == 2
    assert world.stored_release(taken.release).execution == execution("run-2")


@pytest.mark.parametrize("moment", MOMENTS, ids=str)
def test_a_claim_that_dies_anywhere_is_made_once_when_repeated(moment: Moment) -> None:
    world = World()
    artifact = world.drop()
    world.wire.die(moment)
    with pytest.raises(Died):
        world.claim(artifact=artifact)
    assert world.claim(artifact=artifact).outcome is Outcome.CLAIMED
    assert len(world.events(EventType.RELEASE_CLAIMED)) == 1
    (release,) = world.registry.kinds("release")
    assert release["attempt"] == 1


@given(
    plan=st.lists(st.integers(0, 2), max_size=40),
    drops=st.lists(
        st.tuples(st.sampled_from([b"zip", b"other"]), st.sampled_from(["1.0.0", "1.0.1"])),
        min_size=3,
        max_size=3,
    ),
)
def test_of_claims_at_the_same_time_each_version_and_each_digest_has_one(
    plan: list[int], drops: list[tuple[bytes, str]]
) -> None:
    world = World()

    def claimant(number: int, content: bytes, version: str) -> ClaimResult:
        return world.claim(content, version, run=f"run-{number}")

    results: list[ClaimResult] = interleave(
        world.wire,
        plan,
        *(lambda n=n, d=d: claimant(n, *d) for n, d in enumerate(drops)),
    )
    claimed = [(d, r) for d, r in zip(drops, results, strict=True) if r.outcome == "claimed"]
    assert claimed
    assert len({content for (content, _), _ in claimed}) == len(claimed)
    assert len({version for (_, version), _ in claimed}) == len(claimed)
    assert len(world.events(EventType.RELEASE_CLAIMED)) == len(claimed)


def test_a_commit_whose_answer_was_lost_still_claims_once() -> None:
    world = World()
    world.registry.lose_answer()
    assert world.claim().outcome is Outcome.CLAIMED
    assert len(world.events(EventType.RELEASE_CLAIMED)) == 1


def test_a_claim_that_is_always_overtaken_says_unavailable() -> None:
    world = World()
    for _ in range(5):
        world.registry.fail_before()
    with pytest.raises(Unavailable):
        world.claim()


def test_without_a_policy_a_drop_is_rejected_with_what_to_do() -> None:
    result = World(policy=None).claim()
    assert result.outcome is Outcome.REJECTED
    assert "Run layerlift bootstrap" in result.reason


def test_a_release_keeps_the_plan_it_was_claimed_with() -> None:
    world = World()
    result = world.claim()
    policy = World(policy=None)
    assert policy.registry.kinds("policy") == []
    world.registry.records = {
        key: value for key, value in world.registry.records.items() if value[2] != "policy"
    }
    assert world.claim(artifact=world.drop()).stages == result.stages


def inspected(**change: object) -> InspectResult:
    fields: dict[str, object] = {
        "outcome": Outcome.ACCEPTED,
        "artifact": Artifact(bucket=BUCKET, key=f"incoming/{LAYER}/1.0.0.zip", version_id="v1"),
        "layer": LAYER,
        "version": "1.0.0",
        "digest": report_of(b"zip").sha256,
        "report_key": "reports/http-client/1.0.0/v1.json",
        "findings": (),
    }
    return InspectResult.model_validate(fields | change)


def test_what_an_inspection_accepted_is_claimed_from_its_report() -> None:
    world = World()
    inspection = inspected()
    world.artifacts.put_report(
        BUCKET, str(inspection.report_key), report_of(b"zip").model_dump_json()
    )
    result = claim_inspected(
        inspection,
        execution("run-1"),
        registry=world.registry,
        artifacts=world.artifacts,
        promotions=world.promotions,
        clock=world.clock,
    )
    assert result.release is not None
    assert [m.name for m in world.stored_release(result.release).modules] == ["httpx"]


@pytest.mark.parametrize("missing", ["layer", "version", "digest", "report_key"])
def test_what_no_inspection_accepted_is_not_claimed(missing: str) -> None:
    world = World()
    with pytest.raises(Fault, match="not one of an accepted zip"):
        claim_inspected(
            inspected(**{missing: None}),
            execution("run-1"),
            registry=world.registry,
            artifacts=world.artifacts,
            promotions=world.promotions,
            clock=world.clock,
        )


def declared(runtimes: tuple[str, ...], architectures: tuple[str, ...] = ()) -> Declaration:
    return Declaration(runtimes=runtimes, architectures=architectures)


INFERRED = {
    "runtimes": ("python3.12", "python3.13"),
    "architectures": ("x86_64", "arm64"),
}


@pytest.mark.parametrize(
    ("report", "runtimes", "architectures"),
    [
        (INFERRED, INFERRED["runtimes"], INFERRED["architectures"]),
        (
            INFERRED | {"declared": declared(("python3.13",), ("arm64",))},
            ("python3.13",),
            ("arm64",),
        ),
        (
            INFERRED | {"runtimes": tuple(f"python3.{n}" for n in range(16))},
            (),
            ("x86_64", "arm64"),
        ),
    ],
    ids=["inferred", "declared", "more than Lambda takes"],
)
def test_a_version_claims_what_was_declared_or_else_inferred(
    report: dict[str, Any], runtimes: tuple[str, ...], architectures: tuple[str, ...]
) -> None:
    found = report_of(b"zip").model_copy(update=report)
    assert found.published_runtimes == runtimes
    assert found.published_architectures == architectures
