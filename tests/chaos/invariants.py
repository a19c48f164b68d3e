"""What has to hold after every round, whatever went wrong in it."""

from __future__ import annotations

import re
from base64 import b64encode
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass

from layerlift.domain.debts import DebtState
from layerlift.domain.events import Event, EventType
from layerlift.domain.names import LayerName, StageName
from layerlift.domain.outcomes import Outcome
from layerlift.domain.release import Release, ReleaseState, StageState
from tests.chaos.sight import Place, Sight

_LAST_WORDS = {
    ReleaseState.SUCCEEDED: (EventType.RELEASE_SUCCEEDED,),
    ReleaseState.FAILED: (EventType.RELEASE_FAILED,),
    ReleaseState.SUPERSEDED: (EventType.RELEASE_SUPERSEDED,),
    ReleaseState.ROLLED_BACK: (EventType.ROLLBACK_SUCCEEDED, EventType.ROLLBACK_FAILED),
}
_LAST_EVENTS = {kind for kinds in _LAST_WORDS.values() for kind in kinds}
_STAGE_IS_OVER = (
    StageState.ACTIVE,
    StageState.FAILED,
    StageState.SUPERSEDED,
    StageState.ROLLED_BACK,
)
_SIGNED = re.compile(r"Signature=[0-9a-f]{64}")


@dataclass(frozen=True)
class Broken:
    """An invariant that does not hold, and where."""

    invariant: str
    about: str
    """The release, stage or target that it is about."""
    what: str


Check = Callable[[Sight], Iterator[tuple[str, str]]]


def one_version_per_digest(sight: Sight) -> Iterator[tuple[str, str]]:
    """The same bytes were published once in each target, however often it was tried."""
    found = Counter((p.name, p.target, p.code_sha256) for p in sight.publications)
    for (name, target, digest), count in found.items():
        if count > 1:
            yield f"{name} in {target}", f"{count} versions have the same bytes, {digest}"


def same_bytes_everywhere(sight: Sight) -> Iterator[tuple[str, str]]:
    """Every version has the bytes of a zip that was dropped, and each pointer those it names."""
    digests = {_base64(digest): layer for (layer, _), digest in sight.dropped.items()}
    for publication in sight.publications:
        if publication.code_sha256 not in digests:
            yield publication.arn, f"nobody dropped a zip with {publication.code_sha256}"
    by_arn = {publication.arn: publication for publication in sight.publications}
    for place, pointer in sight.pointers.items():
        if pointer is None:
            continue
        published = by_arn.get(pointer.arn)
        version = f"{place.layer} {pointer.version}"
        wanted = {f"{k[0]} {k[1]}": _base64(digest) for k, digest in sight.dropped.items()}
        if published is None or published.code_sha256 != wanted.get(version):
            yield _where(place), f"says {pointer.version}, and {pointer.arn} has other bytes"


def pointers_old_or_new(sight: Sight) -> Iterator[tuple[str, str]]:
    """The pointers of a stage name its newest active release, but for what is owed or moves."""
    for place, pointer in sight.pointers.items():
        wanted = _newest_active(sight, place.layer, place.stage)
        version = None if pointer is None else pointer.version
        if sight.owed(place) or sight.on_the_move(place):
            continue
        if version != (None if wanted is None else wanted.version):
            expected = "nothing" if wanted is None else wanted.version
            yield _where(place), f"says {version or 'nothing'}, and the stage has {expected}"


def registry_knows_the_pointers(sight: Sight) -> Iterator[tuple[str, str]]:
    """The registry says of each pointer what consumers read there."""
    for place, pointer in sight.pointers.items():
        known = sight.live.get(place)
        if known != pointer and not sight.on_the_move(place):
            yield _where(place), f"the registry says {known}, and the pointer {pointer}"


def releases_have_ended(sight: Sight) -> Iterator[tuple[str, str]]:
    """Every release is in a final state, and so is each stage that it came to."""
    known = {(release.layer, release.version) for release in sight.releases}
    for layer, version in sight.dropped:
        answer = sight.answers.get((layer, version))
        if answer is None:
            yield f"{layer} {version}", "was dropped, and the drop has no answer"
        elif answer != Outcome.REJECTED and (layer, version) not in known:
            yield f"{layer} {version}", f"was {answer}, and is no release"
    for release in sight.releases:
        if release.state not in _LAST_WORDS:
            yield _name(release), f"is still {release.state}"
        for plan in release.stages:
            state = sight.state(release, plan.name)
            if state is not None and state not in _STAGE_IS_OVER:
                yield _name(release), f"is still {state} in {plan.name}"


def last_word_matches(sight: Sight) -> Iterator[tuple[str, str]]:
    """The last that the bus said of a release is how it is."""
    for release in sight.releases:
        last = _last_word(sight.heard, release)
        if last is None or last.type not in _LAST_WORDS.get(release.state, ()):
            said = "nothing" if last is None else last.type
            yield _name(release), f"is {release.state}, and the last notification says {said}"


def every_event_is_heard(sight: Sight) -> Iterator[tuple[str, str]]:
    """What the audit trail has was on the bus, and nothing else was."""
    kept = {event.detail.id: event for event in sight.trail}
    heard = {event.detail.id: event for event in sight.heard}
    for lost in kept.keys() - heard.keys():
        yield _of(kept[lost]), f"{kept[lost].type} is in the audit trail and was not on the bus"
    for extra in heard.keys() - kept.keys():
        yield _of(heard[extra]), f"{heard[extra].type} was on the bus and is not in the trail"


def debts_are_paid(sight: Sight) -> Iterator[tuple[str, str]]:
    """No target is owed anything any more, once all is calm for long enough."""
    for debt in sight.debts:
        if sight.in_the_end and debt.state is DebtState.OPEN:
            about = f"{debt.layer} {debt.release.version}"
            yield about, f"is owed to {debt.target} in {debt.stage} for ever"


def nothing_is_left_behind(sight: Sight) -> Iterator[tuple[str, str]]:
    """No canary function, lock, open request for approval, or move outlives its release."""
    for leftover in sight.leftovers:
        yield leftover, "is a canary that no sweep has removed"
    for place in sight.moves if sight.in_the_end else ():
        yield _where(place), "is still written down as on the move"
    for lock in sight.locks:
        if lock.owner is not None:
            yield f"{lock.layer} in {lock.stage}", f"is still locked by {lock.owner}"
    for approval in sight.approvals:
        # One whose promotion was stopped is listed nowhere any more.
        if approval.decision is None and sight.waits(approval):
            about = f"{approval.layer} {approval.version}"
            yield about, f"still waits for an approval in {approval.stage}"


def nothing_secret_is_shown(sight: Sight) -> Iterator[tuple[str, str]]:
    """No task token, secret key, session token or proof is in a log, an event or a record."""
    for where, text in sight.shown:
        found = sum(secret in text for secret in sight.secrets)
        if found:
            yield where, f"shows {found} secrets"
        elif _SIGNED.search(text):
            yield where, "shows a signature"


INVARIANTS: Mapping[str, Check] = {
    "one version per digest and target": one_version_per_digest,
    "the same bytes everywhere": same_bytes_everywhere,
    "pointers all old or all new": pointers_old_or_new,
    "the registry knows the pointers": registry_knows_the_pointers,
    "every release in a final state": releases_have_ended,
    "the last notification matches": last_word_matches,
    "every event is heard": every_event_is_heard,
    "debts are paid in the end": debts_are_paid,
    "nothing is left behind": nothing_is_left_behind,
    "no secret is shown": nothing_secret_is_shown,
}


def broken_in(sight: Sight) -> tuple[Broken, ...]:
    """Return every invariant that does not hold."""
    return tuple(
        Broken(invariant, about, what)
        for invariant, check in INVARIANTS.items()
        for about, what in check(sight)
    )


def _newest_active(sight: Sight, layer: LayerName, stage: StageName) -> Release | None:
    active = [
        release
        for release in sight.releases
        if release.layer == layer and sight.state(release, stage) is StageState.ACTIVE
    ]
    return max(active, key=lambda release: release.claimed_at, default=None)


def _last_word(heard: tuple[Event, ...], release: Release) -> Event | None:
    of_it = [
        event
        for event in heard
        if (event.detail.layer, event.detail.version) == (release.layer, release.version)
        and event.detail.attempt == release.attempt
        and event.type in _LAST_EVENTS
    ]
    return max(of_it, key=lambda event: event.detail.time, default=None)


def _base64(digest: str) -> str:
    return b64encode(bytes.fromhex(digest)).decode()


def _name(release: Release) -> str:
    return f"{release.layer} {release.version}"


def _where(place: Place) -> str:
    return f"the pointer of {place.layer} in {place.stage}, {place.target}"


def _of(event: Event) -> str:
    return f"{event.detail.layer} {event.detail.version}"
