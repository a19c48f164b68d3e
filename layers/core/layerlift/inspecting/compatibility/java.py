"""Which versions of Java the classes of a layer leave possible."""

from collections.abc import Iterator

from layerlift.inspecting.compatibility.misplaced.java import is_reached
from layerlift.inspecting.compatibility.proofs import Evidence, Proof, names_of
from layerlift.inspecting.compatibility.runtimes import family_of
from layerlift.inspecting.facts import LayerFacts
from layerlift.inspecting.packages.metadata import JavaArchive

_CLASS_VERSION_OF_JAVA_0 = 44
"""Java 8 writes major version 52, each later one more (JVMS 4.1, table 4.1-A)."""


def prove_java(facts: LayerFacts) -> Iterator[Proof]:
    """Yield what each version of class files proves: a Java loads no newer ones (JVMS 4.1)."""
    newest: dict[int, str] = {}
    for archive in facts.metadata:
        if isinstance(archive, JavaArchive) and archive.class_version and is_reached(archive.path):
            newest.setdefault(archive.class_version, archive.path)
    for class_version, path in newest.items():
        java = class_version - _CLASS_VERSION_OF_JAVA_0
        serves = names_of(r for r in family_of("java") if r.version >= (java,))
        yield Proof(path, f"has classes of Java {java}", serves, Evidence.ABI)
