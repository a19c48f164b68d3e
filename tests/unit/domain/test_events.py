"""Events have ids that repeat when the step does, and differ when anything else does."""

import itertools

from hypothesis import given
from hypothesis import strategies as st

from layerlift.domain.events import Event, EventType, event_id
from layerlift.domain.names import parse_digest, parse_layer_name, parse_stage_name, parse_version
from layerlift.domain.release import ReleaseRef
from layerlift.domain.targets import Target
from layerlift.releasing.trail import audit_entry, read_trail, release_event
from tests.fakes.clock import Clock
from tests.fakes.registry import MemoryRegistry

REF = ReleaseRef(
    layer=parse_layer_name("http-client"),
    version=parse_version("1.0.0"),
    digest=parse_digest("ab" * 32),
    attempt=1,
)
DEV = parse_stage_name("dev")
TARGET = Target(account="111122223333", region="eu-central-1")


def test_an_id_is_the_same_tomorrow() -> None:
    # Fixed: consumers have stored these.
    assert event_id("a", 1, None) == "4d4c921084b03999dc84498d0cde9be4"


@given(st.lists(st.text(alphabet="ab", max_size=3), min_size=1, max_size=4))
def test_parts_do_not_run_into_each_other(parts: list[str]) -> None:
    assert event_id(*parts) == event_id(*parts)
    assert event_id(*parts) != event_id(*parts, "")
    if len(parts) > 1:
        assert event_id(*parts) != event_id("".join(parts))


def test_the_same_step_repeated_later_has_the_same_id() -> None:
    clock = Clock()
    first = release_event(EventType.VERSION_PUBLISHED, REF, clock(), stage=DEV, target=TARGET)
    clock.advance(hours=1)
    later = release_event(
        EventType.VERSION_PUBLISHED, REF, clock(), stage=DEV, target=TARGET, reason="again"
    )
    assert first.detail.id == later.detail.id
    assert first.detail.time != later.detail.time


def test_whatever_else_differs_has_another_id() -> None:
    now = Clock()()
    other = Target(account="111122223333", region="us-east-1")
    events = [
        release_event(EventType.VERSION_PUBLISHED, REF, now),
        release_event(EventType.CANARY_PASSED, REF, now),
        release_event(EventType.VERSION_PUBLISHED, REF, now, stage=DEV),
        release_event(EventType.VERSION_PUBLISHED, REF, now, stage=DEV, target=TARGET),
        release_event(EventType.VERSION_PUBLISHED, REF, now, stage=DEV, target=other),
        release_event(EventType.VERSION_PUBLISHED, REF, now, occasion="x"),
    ]
    for change in ({"attempt": 2}, {"version": "1.0.1"}, {"digest": "cd" * 32}, {"layer": "b"}):
        changed = REF.model_copy(update=change)
        events.append(release_event(EventType.VERSION_PUBLISHED, changed, now))
    for one, another in itertools.combinations(events, 2):
        assert one.detail.id != another.detail.id


def test_an_event_survives_the_trail() -> None:
    clock, registry = Clock(), MemoryRegistry()
    later = release_event(EventType.CANARY_PASSED, REF, clock(), target=TARGET)
    clock.advance(seconds=-5)
    earlier = release_event(EventType.VERSION_PUBLISHED, REF, clock(), target=TARGET)
    for event in (later, earlier):
        assert registry.commit(audit_entry(event))
    assert read_trail(registry, "AUDIT#http-client#1.0.0") == (earlier, later)


def test_every_type_is_in_plain_words_and_unique() -> None:
    words = [event_type.value for event_type in EventType]
    assert len(set(words)) == len(words)
    assert all(word.startswith("Layer ") and word == word.title() for word in words)


def test_a_field_without_meaning_is_absent() -> None:
    event = release_event(EventType.RELEASE_CLAIMED, REF, Clock()())
    body = audit_entry(event).body
    assert set(body["detail"]) == {
        "schema_version",
        "id",
        "time",
        "layer",
        "version",
        "digest",
        "attempt",
    }
    assert Event.model_validate(body) == event
