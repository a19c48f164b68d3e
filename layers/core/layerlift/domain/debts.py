"""What a stage owes a target: a release that could not be brought there while it was away."""

from datetime import datetime
from enum import StrEnum

from layerlift.domain.model import Value
from layerlift.domain.names import LayerName, StageName
from layerlift.domain.release import ReleaseRef
from layerlift.domain.targets import Target


class DebtState(StrEnum):
    """Where a debt is."""

    OPEN = "open"
    """The target is owed the release; the reconciler tries to pay."""
    PAID = "paid"
    """The target has the release."""
    DEFAULTED = "defaulted"
    """The release does not work in the target: a newer one has to."""
    STRUCK = "struck"
    """A newer release is there, or this one was taken back."""


class Debt(Value):
    """A release that a target of a stage is owed.

    ``since`` is when the target was first found out of reach, ``claimed_at`` the release's time:
    debts of a target are paid in that order. ``occasion`` tells this debt from an earlier one for
    the same release: it is empty for the promotion's own, and names what was taken back else.
    """

    release: ReleaseRef
    stage: StageName
    target: Target
    since: datetime
    claimed_at: datetime
    reason: str
    occasion: str = ""
    state: DebtState = DebtState.OPEN

    @property
    def layer(self) -> LayerName:
        """The layer of the release that is owed."""
        return self.release.layer

    @property
    def is_outstanding(self) -> bool:
        """Whether the target lacks the release."""
        return self.state in (DebtState.OPEN, DebtState.DEFAULTED)


class Bar(Value):
    """A release that was rolled back in a stage: it does not go there again without approval."""

    release: ReleaseRef
    stage: StageName
    actor: str
    reason: str
    at: datetime
