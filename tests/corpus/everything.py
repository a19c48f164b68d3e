"""All cases of the corpus, by the area they belong to and what they are."""

from collections.abc import Mapping
from typing import TypeVar

from tests.corpus.accept import archives as sound
from tests.corpus.accept import layers, names, native
from tests.corpus.cases import Accepted, Rejected
from tests.corpus.reject import archives as unsound
from tests.corpus.reject import headers, layout, secrets
from tests.corpus.reject import names as misnamed
from tests.corpus.reject import native as unloadable

_Case = TypeVar("_Case")


def _joined(**areas: Mapping[str, _Case]) -> dict[str, _Case]:
    return {
        f"{area.replace('_', ' ')}: {name}": case
        for area, cases in areas.items()
        for name, case in cases.items()
    }


ACCEPT: dict[str, Accepted] = _joined(
    archive=sound.ARCHIVES,
    names=names.NAMES,
    python=layers.PYTHON,
    layers=layers.OTHERS,
    changes=layers.CHANGES,
    native=native.NATIVE,
    harmless=native.HARMLESS,
    ballast=native.BALLAST,
)

REJECT: dict[str, Rejected] = _joined(
    no_zip=unsound.NO_ZIPS,
    end=unsound.ENDS,
    zip64=unsound.ZIP64_ENDS,
    limits=unsound.LIMITS,
    headers=headers.DISAGREEING,
    descriptor=headers.DESCRIPTORS,
    content=headers.CONTENT,
    features=headers.FEATURES,
    unsafe=misnamed.UNSAFE,
    encoding=misnamed.ENCODINGS,
    length=misnamed.LENGTHS,
    together=misnamed.TOGETHER,
    modes=misnamed.MODES,
    links=misnamed.LINKS,
    python=layout.PYTHON,
    nodejs=layout.NODE,
    elsewhere=layout.ELSEWHERE,
    leftovers=layout.LEFTOVERS,
    native=unloadable.NATIVE,
    impostors=unloadable.IMPOSTORS,
    contradictions=unloadable.CONTRADICTIONS,
    declared=unloadable.DECLARED,
    manifest=unloadable.MANIFESTS,
    secrets=secrets.SECRETS,
    key=secrets.KEYS,
)
