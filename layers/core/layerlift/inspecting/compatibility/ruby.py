"""Which versions of Ruby the folders of a layer leave possible."""

from collections.abc import Iterator

from layerlift.inspecting.compatibility.misplaced.ruby import GEMS
from layerlift.inspecting.compatibility.proofs import Evidence, Proof, names_of
from layerlift.inspecting.compatibility.runtimes import family_of
from layerlift.inspecting.facts import LayerFacts


def prove_ruby(facts: LayerFacts) -> Iterator[Proof]:
    """Yield what ``ruby/gems/X.Y.0`` proves: each Ruby looks in the folder of its ABI only."""
    found: dict[tuple[int, int], str] = {}
    for entry in facts.entries:
        match = GEMS.match(entry.path) if entry.path.startswith("ruby/gems/") else None
        if match and not entry.is_directory:
            found.setdefault((int(match[1]), int(match[2])), entry.path)
    if found:
        listed = " and ".join(f"{major}.{minor}" for major, minor in sorted(found))
        serves = names_of(r for r in family_of("ruby") if r.version in found)
        where = "lies in a folder" if len(found) == 1 else "and others lie in folders"
        says = f"{where} for Ruby {listed} alone"
        yield Proof(next(iter(found.values())), says, serves, Evidence.FOLDER)
