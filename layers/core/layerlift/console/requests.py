"""What a widget may be asked for: a closed set of named actions, each with its own parameters."""

import hashlib
import re
from collections.abc import Mapping
from datetime import timedelta, timezone
from typing import Annotated, Any, Literal

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, ValidationError

from layerlift.domain.names import (
    Digest,
    LayerName,
    SemanticVersion,
    StageName,
    parse_digest,
    parse_layer_name,
    parse_stage_name,
    parse_version,
)
from layerlift.domain.outcomes import Outcome
from layerlift.domain.release import ReleaseState

_OFFSET = re.compile(r"([+-])(\d{2}):(\d{2})")
_MOST_PAGES = 10_000
_HOURS, _MINUTES = 24, 60


class _Params(BaseModel):
    """The base of all: an unknown parameter is an error, since it would be ignored in silence."""

    model_config = ConfigDict(frozen=True, extra="forbid", hide_input_in_errors=True)


def _or_empty(check: Any) -> AfterValidator:
    return AfterValidator(lambda text: check(text) if text else text)


Layer = Annotated[LayerName, AfterValidator(parse_layer_name)]
Version = Annotated[SemanticVersion, AfterValidator(parse_version)]
Stage = Annotated[StageName, AfterValidator(parse_stage_name)]
Sha256 = Annotated[Digest, AfterValidator(parse_digest)]
AnyLayer = Annotated[str, _or_empty(parse_layer_name)]
AnyStage = Annotated[str, _or_empty(parse_stage_name)]
Region = Annotated[str, Field(max_length=40, pattern=r"^[a-z0-9-]*$")]
Page = Annotated[int, Field(ge=1, le=_MOST_PAGES)]


class ShowReleases(_Params):
    """``releases``: what is on its way, and what happened last."""

    layer: AnyLayer = ""
    state: ReleaseState | Literal[""] = ""


class ShowApprovals(_Params):
    """``approvals``: what waits for a decision, of one layer if it is named."""

    layer: AnyLayer = ""


class Decide(_Params):
    """``approvals``, ``decide``: what somebody decided by a click."""

    layer: Layer
    version: Version
    stage: Stage
    digest: Sha256
    attempt: int
    outcome: Literal[Outcome.APPROVED, Outcome.DENIED]


class ShowMatrix(_Params):
    """``matrix``: what is live in a stage; ``after`` is the last layer of the page before."""

    stage: AnyStage = ""
    after: AnyLayer = ""


class ShowLayer(_Params):
    """``layer``: the history of a layer; ``stage`` and ``region`` say whose canaries to draw.

    ``display`` is where it is shown, so that what it leads to is shown there as well.
    """

    layer: AnyLayer = ""
    stage: AnyStage = ""
    region: Region = ""
    page: Page = 1
    display: Literal["widget", "popup"] = "widget"


class ShowRelease(_Params):
    """``release``: one release in all its targets, and its audit trail."""

    layer: Layer
    version: Version
    page: Page = 1


class ShowTarget(_Params):
    """``target``: what is known of a layer in one target."""

    layer: Layer
    stage: Stage
    account: Annotated[str, Field(pattern=r"^\d{12}$")]
    region: Region


class ShowPointers(_Params):
    """``pointers``: what the pointers of a layer say now, in all targets of a stage."""

    layer: Layer
    stage: Stage


class ShowReport(_Params):
    """``report``: what the inspection of a release found."""

    layer: Layer
    version: Version


Request = (
    ShowReleases
    | ShowApprovals
    | Decide
    | ShowMatrix
    | ShowLayer
    | ShowRelease
    | ShowTarget
    | ShowPointers
    | ShowReport
)

ACTIONS: Mapping[tuple[str, str], type[Request]] = {
    ("releases", "show"): ShowReleases,
    ("releases", "reset"): ShowReleases,
    ("approvals", "show"): ShowApprovals,
    ("approvals", "decide"): Decide,
    ("matrix", "show"): ShowMatrix,
    ("layer", "show"): ShowLayer,
    ("release", "show"): ShowRelease,
    ("target", "show"): ShowTarget,
    ("pointers", "show"): ShowPointers,
    ("report", "show"): ShowReport,
}
"""Everything that a widget can be asked for."""

FILTERS: Mapping[tuple[str, str], tuple[str, ...]] = {
    ("releases", "show"): ("layer", "state"),
    ("matrix", "show"): ("stage",),
    ("layer", "show"): ("layer", "stage", "region"),
}
"""The parameters that a form field takes the place of; it is called like ``matrix-stage``."""


class _TimeZone(BaseModel):
    label: str = "UTC"
    offset: str = Field(default="+00:00", alias="offsetISO")


class _Forms(BaseModel):
    all: dict[str, Any] = {}


class Context(BaseModel):
    """What CloudWatch tells of the dashboard; what this does not need is left out.

    https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/add_custom_widget_dashboard_about.html
    """

    model_config = ConfigDict(frozen=True)

    theme: str = "light"
    zone: _TimeZone = Field(default=_TimeZone(), alias="timezone")
    params: dict[str, Any] = {}
    forms: _Forms = _Forms()

    @property
    def is_dark(self) -> bool:
        """Whether to use light colours on dark."""
        return self.theme == "dark"

    @property
    def timezone(self) -> timezone:
        """The zone that times are shown in; UTC if it is not told in a way that is understood."""
        match = _OFFSET.fullmatch(self.zone.offset)
        if match is None or int(match[2]) >= _HOURS or int(match[3]) >= _MINUTES:
            return timezone(timedelta(0), "UTC")
        offset = timedelta(hours=int(match[2]), minutes=int(match[3]))
        signed = -offset if match[1] == "-" else offset
        return timezone(signed, "UTC" if not offset else f"UTC{self.zone.offset}")

    def field(self, name: str) -> str | None:
        """Return what a form field holds, None if there is none of that name."""
        value = self.forms.all.get(name)
        return value if isinstance(value, str) else None


class NotUnderstood(Exception):
    """A widget was asked for something that it does not do; the message says what."""


class Asked(BaseModel):
    """An event of a widget, understood."""

    model_config = ConfigDict(frozen=True)

    widget: str
    request: Request
    context: Context
    host: Literal["", "local"] = ""

    @property
    def is_local(self) -> bool:
        """Whether a host on the user's own machine shows the widget, which signs decisions."""
        return self.host == "local"


def understand(event: Mapping[str, Any]) -> Asked:
    """Return what a custom widget's event asks for.

    :raises NotUnderstood: if it is none of :data:`ACTIONS`, or its parameters are wrong.
    """
    params = {str(name): value for name, value in event.items()}
    context = read_context(params.pop("widgetContext", None))
    widget = params.pop("widget", None)
    action = params.pop("action", "show")
    host = params.pop("host", "")
    model = ACTIONS.get((str(widget), str(action)))
    if model is None:
        names = ", ".join(dict.fromkeys(name for name, _ in ACTIONS))
        raise NotUnderstood(
            f"There is no widget {widget!r} with an action {action!r}. The widgets are {names}."
        )
    if host not in ("", "local"):
        raise NotUnderstood(f"There is no host {host!r}: leave it out, or say local.")
    for name in FILTERS.get((str(widget), str(action)), ()):
        chosen = context.field(f"{widget}-{name}")
        params |= {} if chosen is None else {name: chosen.strip()}
    try:
        request = model.model_validate(_own(params, model, str(widget), context))
    except ValidationError as problem:
        raise NotUnderstood(_in_words(problem)) from problem
    return Asked.model_construct(widget=str(widget), request=request, context=context, host=host)


def _own(
    params: Mapping[str, Any], model: type[Request], widget: str, context: Context
) -> Mapping[str, Any]:
    """Leave out what the dashboard says of one widget where another is asked for.

    A list of releases with ``state: failed`` in its source leads to releases, of which none has a
    state to ask for. CloudWatch tells the source's parameters in the context, and documents nowhere
    that it leaves them out of what an action calls.
    """
    source = context.params
    if source.get("widget") == widget:
        return params
    strange = {name for name in source.keys() - model.model_fields.keys() if name in params}
    return {name: params[name] for name in params.keys() - strange}


def read_context(told: Any) -> Context:
    """Return the context, or the usual one where what is told cannot be read."""
    try:
        return Context.model_validate(told or {})
    except ValidationError:
        return Context()


def _in_words(problem: ValidationError) -> str:
    wrong = "; ".join(
        f"{'.'.join(str(part) for part in error['loc']) or 'the parameters'}: {error['msg']}"
        for error in problem.errors(include_input=False, include_url=False)
    )
    return f"The parameters of this widget are not understood. {wrong}."


def comment_field(layer: str, version: str, stage: str, attempt: int) -> str:
    """Return the name of the form field that holds the comment on a request for approval."""
    named = hashlib.sha256(f"{layer}\x1f{version}\x1f{stage}\x1f{attempt}".encode()).hexdigest()
    return f"comment-{named[:12]}"
