"""What a look at a live layer has found, and under which names CloudWatch shows it."""

from datetime import datetime

from layerlift.domain.canary import CanaryResult
from layerlift.domain.model import Value
from layerlift.domain.names import LayerName, StageName
from layerlift.domain.release import ReleaseRef
from layerlift.domain.targets import Target

METRICS_NAMESPACE = "Layerlift"
"""Where all of the control plane's metrics are, in whichever region."""

PLANE_DIMENSION = "service"
"""Names the control plane; Powertools calls it so, too."""

FAILING_METRIC = "LiveCanaryFailing"
"""Of a layer in a stage: 1 if what is live does not work, 0 if it does."""

STARTUP_METRIC = "LiveCanaryStartup"
"""Of a layer in a stage: the median of loading what it brings, the slowest variant; ms."""

DURATION_METRIC = "LiveCanaryDuration"
"""Of a layer in a stage: the median of a warm invocation, the slowest variant; ms."""

COUNT_METRIC = "LiveCanariesFailing"
"""Of a region: how many layers, each counted in each stage, do not work there."""


class LivePlace(Value):
    """A layer in one target of a stage, whichever release is live there."""

    layer: LayerName
    stage: StageName
    target: Target

    def __str__(self) -> str:
        return f"{self.layer} in {self.stage}, {self.target}"


class LiveCanary(Value):
    """The last look at what is live in a place.

    ``release`` and ``layer_arn`` are what was looked at. ``failing_since`` is when a look first
    found that it does not work, None if it does. ``is_watched`` ends when nothing is live any more
    or the policy no longer asks for it.
    """

    place: LivePlace
    release: ReleaseRef
    layer_arn: str
    result: CanaryResult
    failing_since: datetime | None = None
    is_watched: bool = True


def live_alarm(control_plane: str, layer: LayerName, stage: StageName) -> str:
    """Return the name of a layer's own alarm, the same in each region in which it is watched.

    Neither stages nor layers have a point in their names, so no two of them share an alarm.
    """
    return f"{control_plane}-live-canary-{stage}.{layer}"
