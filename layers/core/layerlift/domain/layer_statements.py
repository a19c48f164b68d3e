"""What the policy of a layer version says, statement by statement."""

from layerlift.domain.gates.grants import Grants
from layerlift.domain.model import Value
from layerlift.domain.names import StageName

READ = "lambda:GetLayerVersion"
"""The only action that a layer version's policy can allow."""


class LayerStatement(Value):
    """One statement: who may read the version.

    Either an ``account`` or an ``organization``. A statement that says something else, which only
    somebody else can have written, has neither.
    """

    sid: str
    account: str | None = None
    organization: str | None = None


def is_ours(sid: str, stage: StageName) -> bool:
    """Say whether a statement's id is one that this stage gives.

    Where the published name does not name the stage, several stages share a version, and each
    keeps its own statements. No stage's name has a ``_``, so none is the beginning of another.
    """
    return sid.startswith(_prefix(stage))


def wanted_statements(stage: StageName, grants: Grants) -> tuple[LayerStatement, ...]:
    """Return the statements that say what a stage grants, under ids that are always the same."""
    prefix = _prefix(stage)
    accounts = (LayerStatement(sid=f"{prefix}{a}", account=a) for a in grants.accounts)
    if grants.organization is None:
        return tuple(accounts)
    organization = grants.organization
    return (*accounts, LayerStatement(sid=f"{prefix}{organization}", organization=organization))


def _prefix(stage: StageName) -> str:
    return f"layerlift_{stage}_"
