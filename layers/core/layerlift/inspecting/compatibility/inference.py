"""Which runtimes and architectures a layer serves, and whether that agrees with what is declared.

Every file that narrows the choice is a proof; a layer serves the runtimes that no proof excludes.
"""

from dataclasses import dataclass
from itertools import chain

from layerlift.domain.report import Declaration, Finding
from layerlift.inspecting.compatibility.architectures import infer_architectures
from layerlift.inspecting.compatibility.declared import check_architectures, check_runtimes
from layerlift.inspecting.compatibility.families import Family, families_of
from layerlift.inspecting.compatibility.kinds import find_kinds
from layerlift.inspecting.compatibility.python import sites_of
from layerlift.inspecting.compatibility.runtimes import in_order, runtimes
from layerlift.inspecting.facts import LayerFacts
from layerlift.inspecting.native.checks import loadable_files


@dataclass(frozen=True, slots=True)
class Compatibility:
    """What was inferred, whatever is declared.

    ``kind`` is joined by ``+``. ``runtimes`` are AWS's names by family and version, empty for what
    serves every runtime; they may be more than PublishLayerVersion takes
    (``domain.limits.MAX_COMPATIBLE_RUNTIMES``). ``architectures`` are in the order x86_64, arm64.
    """

    kind: str
    runtimes: tuple[str, ...]
    architectures: tuple[str, ...]
    findings: tuple[Finding, ...]


def infer(facts: LayerFacts, declared: Declaration) -> Compatibility:
    """Conclude what a layer serves from its files, and compare it with what is declared.

    Runtimes on which functions can no longer be created are never inferred: no canary could run
    there. Declared ones are accepted with a warning, if the layer serves them.
    """
    loadable = loadable_files(facts.native)
    kinds = find_kinds(facts.entries)
    sites = sites_of(facts, loadable) if "python" in kinds else ()
    families = families_of(facts, kinds, sites, loadable, declared)
    architectures = infer_architectures(loadable)
    return Compatibility(
        kind="+".join(kinds),
        runtimes=_inferred(families),
        architectures=architectures.names,
        findings=(
            *architectures.findings,
            *chain.from_iterable(family.findings for family in families),
            *check_architectures(declared, architectures),
            *check_runtimes(declared, families, kinds),
        ),
    )


def _inferred(families: tuple[Family, ...]) -> tuple[str, ...]:
    creatable = {name for name, runtime in runtimes().items() if runtime.is_creatable}
    served = {name for family in families for name in family.serves} & creatable
    serves_all = any(family.name is None for family in families) and served == creatable
    return () if serves_all else in_order(served)
