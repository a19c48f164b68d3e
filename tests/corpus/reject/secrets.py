"""Layers that hold a credential, and object keys that name no release."""

from functools import partial

from layerlift.inspecting.inspection import Expectations
from layerlift.inspecting.secrets.codes import AZURE_SAS, GOOGLE_CLIENT_SECRET
from tests.corpus.accept.archives import PY
from tests.corpus.cases import Rejected, Rejects, zipped
from tests.corpus.streams import bomb
from tests.corpus.writer import Member, archive
from tests.unit.inspecting.secrets.samples import RSA, SAMPLES

_WARNINGS = {kind.code for kind in (AZURE_SAS, GOOGLE_CLIENT_SECRET)}
_WINDOW = 256 * 1024


def held(code: str, content: bytes, *, deflated: bool = True) -> Rejected:
    """Return a case of a file with a credential in it."""
    return Rejected(
        zipped(Member("python/settings.py", content, deflated=deflated)),
        ((code, "python/settings.py"),),
    )


SECRETS: Rejects = {
    **{
        f"a file with one of {code}": held(f"secret-{code}", text.encode())
        for code, text, _ in reversed(SAMPLES)
        if f"secret-{code}" not in _WARNINGS
    },
    **{
        f"a key {bytes_before:,} bytes into a file": held(
            "secret-private-key", b"\n" * bytes_before + RSA.encode(), deflated=deflated
        )
        for bytes_before, deflated in (
            (_WINDOW - 1, True),
            (_WINDOW - 30, True),
            (_WINDOW - 800, True),
            (_WINDOW - 800, False),
            (5 * _WINDOW + 7, True),
        )
    },
    "more decoys than are looked at": held("secrets-not-searched", b"AKIA " * 300_000),
    "a key behind decoys": held("secret-private-key", b"AKIA " * 20_000 + RSA.encode()),
    "a key in another file than the decoys": Rejected(
        zipped(Member("python/a.txt", b"AKIA " * 2000), Member("python/b.txt", RSA.encode())),
        (("secret-private-key", "python/b.txt"),),
    ),
    "a key in the metadata of a package": Rejected(
        zipped(
            PY,
            Member(
                "python/six-1.0.dist-info/METADATA",
                f"Metadata-Version: 2.1\nName: six\nVersion: 1.0\n\n{RSA}".encode(),
            ),
        ),
        (("secret-private-key", "python/six-1.0.dist-info/METADATA"),),
    ),
    "a key in a file that is a manifest": Rejected(
        zipped(
            PY,
            Member("layerlift.yaml", f"key: |\n  {RSA.replace(chr(10), chr(10) + '  ')}".encode()),
        ),
        (("secret-private-key", "layerlift.yaml"), ("manifest-invalid", "layerlift.yaml")),
    ),
}

KEYS: Rejects = {
    f"the key {key!r}": Rejected(
        partial(archive, PY),
        (("key-unrecognised", None),),
        expectations=Expectations(key=key),
        by_directory=not key.endswith(".zip"),
    )
    for key in (
        "notes.txt",
        "incoming/http-client.zip",
        "incoming/http-client/1.0.zip",
        "incoming/http-client/v1.0.0.zip",
        "incoming/http-client/01.0.0.zip",
        "incoming/http-client/1.0.0+build.zip",
        "incoming/http-client-1.0.0+build.zip",
        "incoming/http client/1.0.0.zip",
        "incoming/a/b/1.0.0.zip",
        "incoming/größe/1.0.0.zip",
        f"incoming/{'a' * 141}/1.0.0.zip",
        "incoming//1.0.0.zip",
        "outgoing/http-client/1.0.0.zip",
        "incoming/http-client/1.0.0.ZIP",
        "incoming/http-client/1.0.0.tar.gz",
    )
} | {
    "a key and a zip that are both wrong": Rejected(
        partial(bomb, 262_144_001),
        (("key-unrecognised", None), ("unzipped-too-large", None)),
        (("nothing-on-a-search-path", "data/zeros"),),
        expectations=Expectations(key="incoming/http-client.zip"),
        by_directory=True,
    )
}
