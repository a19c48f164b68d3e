"""What one message says of a whole release: where each stage stands, brought up to date."""

from collections.abc import Iterable
from datetime import datetime

from layerlift.domain.events import Event, EventType
from layerlift.domain.model import Value
from layerlift.telling.message import Fact, Message, Severity, listed
from layerlift.telling.telling import (
    links_to,
    release_name,
    tell,
    thread_of,
    wording_of,
)
from layerlift.telling.wordings import WORDINGS

_LIVE = WORDINGS[EventType.PROMOTION_SUCCEEDED].standing


class StageSummary(Value):
    """How a stage stands since ``since``, and the regions where the release is live."""

    stage: str
    standing: str = ""
    since: datetime
    live: tuple[str, ...] = ()

    def after(self, event: Event) -> "StageSummary":
        """Return the stage after an event of its own; events come in any order, and repeated."""
        stage = self._moved(event)
        standing = wording_of(event).standing
        if not standing or event.detail.time < self.since:
            return stage
        return stage.model_copy(update={"standing": standing, "since": event.detail.time})

    def _moved(self, event: Event) -> "StageSummary":
        if event.detail.target is None:
            return self
        live = dict.fromkeys(self.live)
        if event.type is EventType.POINTER_ACTIVATED:
            live[event.detail.target.region] = None
        if event.type is EventType.POINTER_RESTORED:
            live.pop(event.detail.target.region, None)
        return self.model_copy(update={"live": tuple(live)})

    @property
    def text(self) -> str:
        """The stage in some words."""
        if not self.live:
            return self.standing or "not there yet"
        regions = "1 region" if len(self.live) == 1 else f"{len(self.live)} regions"
        # Whatever else is said of the stage, pointers say the release there.
        before = "" if self.standing == _LIVE else f"{self.standing}; " if self.standing else ""
        return f"{before}live in {regions}: {listed(self.live)}"


class Summary(Value):
    """A release as its message shows it. Nothing is in it that cannot be told anew from events."""

    release: str
    thread: str
    standing: str = "on its way"
    why: str = ""
    next_step: str = ""
    severity: Severity = Severity.INFO
    since: datetime
    stages: tuple[StageSummary, ...] = ()
    report: str | None = None
    report_page: str | None = None

    def after(self, events: Iterable[Event]) -> "Summary":
        """Return the summary after some events; one that was counted already changes nothing."""
        summary = self
        for event in sorted(events, key=lambda event: event.detail.time):
            summary = summary._after(event)
        return summary

    def _after(self, event: Event) -> "Summary":
        changes: dict[str, object] = {"stages": self._stages_after(event)}
        if event.detail.report_url is not None:
            changes["report"] = event.detail.report_url
            links = event.detail.links
            changes["report_page"] = None if links is None else links.report
        wording = wording_of(event)
        if wording.standing and event.detail.time >= self.since and not self._is_beside(event):
            message = tell([event])
            place = "" if event.detail.stage is None else f" in {event.detail.stage}"
            changes |= {
                "standing": wording.standing + place,
                "why": message.why,
                "next_step": message.next_step,
                "severity": wording.severity,
                "since": event.detail.time,
            }
        return self.model_copy(update=changes)

    def _is_beside(self, event: Event) -> bool:
        """Say whether an event is of a drop that failed to become what this release is."""
        return event.type is EventType.RELEASE_REJECTED and bool(self.stages)

    def _stages_after(self, event: Event) -> tuple[StageSummary, ...]:
        name = event.detail.stage
        if name is None:
            return self.stages
        stages = {stage.stage: stage for stage in self.stages}
        before = stages.get(name, StageSummary(stage=name, since=event.detail.time))
        return tuple({**stages, name: before.after(event)}.values())

    def message(self, console: str = "") -> Message:
        """Return the message that sums the release up, with a link to the console if it has one."""
        facts = [Fact(stage.stage, stage.text) for stage in self.stages]
        if self.report is not None and self.report_page is None:
            facts.append(Fact("Report", self.report))
        return Message(
            headline=f"{self.release}: {self.standing}",
            what="Where the release stands, stage by stage.",
            why=self.why,
            next_step=self.next_step,
            severity=self.severity,
            thread=self.thread,
            time=self.since,
            facts=tuple(facts),
            links=links_to(console, self.report_page),
        )


def new_summary(event: Event) -> Summary:
    """Return the summary of a release of which nothing but one event is known."""
    return Summary(release=release_name(event), thread=thread_of(event), since=event.detail.time)
