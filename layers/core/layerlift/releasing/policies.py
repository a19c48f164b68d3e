"""The policy in force, and what it means for a release."""

from layerlift.domain.errors import InvalidText
from layerlift.domain.names import LayerName, parse_stage_name
from layerlift.domain.policy import Policy, Stage
from layerlift.domain.release import StagePlan
from layerlift.domain.targets import Target
from layerlift.ports.registry import Registry, Write
from layerlift.releasing.records import POLICY_KEY, load, revision


def read_policy(registry: Registry) -> Policy | None:
    """Return the policy in force, None if none has been applied yet."""
    held = load(registry, Policy, POLICY_KEY)
    return None if held is None else held.value


def apply_policy(registry: Registry, policy: Policy) -> bool:
    """Put ``policy`` in force for the releases claimed from now on; False if it is already.

    Releases on their way keep the plan they were claimed with.
    """
    while True:
        held = load(registry, Policy, POLICY_KEY)
        if held is not None and held.value == policy:
            return False
        write = Write(POLICY_KEY, policy.model_dump(mode="json"), revision(held), "policy")
        if registry.commit(write):
            return True


def plan_stages(policy: Policy, layer: LayerName, account: str) -> tuple[StagePlan, ...]:
    """Return what the policy means for a release of ``layer``, stage by stage.

    :raises InvalidText: if a published name gets longer than Lambda allows, or a reader is of the
        account that owns the layers.
    """
    return tuple(_plan(policy, stage, layer, account) for stage in policy.stages)


def _plan(policy: Policy, stage: Stage, layer: LayerName, account: str) -> StagePlan:
    name = parse_stage_name(stage.name)
    if stage.grants.reader_account == account:
        raise InvalidText(
            f"the reader of the stage {name!r} is of the account {account!r}, which owns the "
            "layers and can always read them: name a role of another account in the policy"
        )
    return StagePlan(
        name=name,
        published_name=policy.published_name(layer, name),
        waves=tuple(
            tuple(Target(account=account, region=region) for region in wave) for wave in stage.waves
        ),
        approvals=stage.approvals,
        alarms=stage.alarms.about(layer, name),
        bake=stage.bake,
        freezes=(*policy.freezes, *stage.freezes),
        grants=stage.grants,
        canary=stage.canary,
        debts=stage.debts,
    )
