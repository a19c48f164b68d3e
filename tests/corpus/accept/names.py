"""Names, modes and links that are unusual and fine."""

from tests.corpus.cases import Accepted, Accepts, python, zipped
from tests.corpus.writer import FOLDER, LINK, PROGRAM, Member, unicode_path

TEXT = b"x = 1\n"
_UMLAUT = "python/größe.py"
_DECOMPOSED = "python/gro\u0308ße.py"


def _libraries(*links: Member) -> Accepted:
    return Accepted(
        zipped(Member("lib/data/liba.txt", TEXT), Member("lib/data/", mode=FOLDER), *links),
        "binaries",
        (),
    )


def _chain(length: int) -> list[Member]:
    links = [Member(f"lib/l{at}", f"l{at + 1}".encode(), mode=LINK) for at in range(length - 1)]
    return [*links, Member(f"lib/l{length - 1}", b"data/liba.txt", mode=LINK)]


NAMES: Accepts = {
    "a name in UTF-8": python(Member(_UMLAUT, TEXT)),
    "a name in UTF-8, decomposed": python(Member(_DECOMPOSED, TEXT)),
    "a name beyond the basic plane": python(Member("python/\N{SNAKE}.txt", TEXT)),
    "a name in UTF-8 that does not say so": python(
        Member(_UMLAUT, TEXT, flags=0), findings=(("entry-name-unmarked", _UMLAUT),)
    ),
    "a plain name that says it is UTF-8": python(Member("python/a.py", TEXT, flags=1 << 11)),
    "a name that is spelled twice": python(
        Member(
            _UMLAUT,
            TEXT,
            extra=unicode_path(_UMLAUT.encode(), _UMLAUT.encode()),
            local_extra=unicode_path(_UMLAUT.encode(), _UMLAUT.encode()),
        )
    ),
    "names that differ by case": python(
        Member("python/A.py", TEXT),
        Member("python/a.py", TEXT),
        findings=(("entry-case-only", "python/a.py"),),
    ),
    "names that differ by case beyond ASCII": python(
        Member("python/Ä.py", TEXT),
        Member("python/ä.py", TEXT),
        findings=(("entry-case-only", "python/ä.py"),),
    ),
    "a name with needless dots and slashes": python(Member("./python//./a.py", TEXT)),
    "the folder itself": python(Member("./", mode=FOLDER), Member("./python/a.py", TEXT)),
    "names with blanks and signs": python(
        *(Member(f"python/{name}", TEXT) for name in ("a b.txt", "-x", "a+b@c,d=e~", "#[1]!"))
    ),
    "a name that ends with a dot": python(Member("python/a.", TEXT)),
    "a name of dots": python(Member("python/...", TEXT)),
    "hidden files": python(Member("python/.hidden", TEXT), Member("python/.a/b", TEXT)),
    "a part of 255 bytes": python(Member(f"python/{'a' * 255}", TEXT)),
    "a part of 254 bytes in 127 characters": python(Member(f"python/{'ä' * 127}", TEXT)),
    "a path of 4,090 bytes": python(Member("python" + f"/{'b' * 199}" * 20 + f"/{'c' * 83}", TEXT)),
    "folders of their own": python(
        Member("python/", mode=FOLDER), Member("python/a/", mode=FOLDER), Member("python/a/b.py")
    ),
    "a folder of zero bytes, deflated": python(
        Member("python/", mode=FOLDER, deflated=True), Member("python/a.py", TEXT)
    ),
    "a folder after what is in it": python(Member("python/a.py"), Member("python/", mode=FOLDER)),
    **{
        f"files of mode {mode:o}": python(Member("python/a.py", TEXT, mode=0o100000 | mode))
        for mode in (0o444, 0o555, 0o604, 0o666, 0o755, 0o777, 0o1644)
    },
    "a mode without a type": python(Member("python/a.py", TEXT, mode=0o644)),
    "a folder with a sticky bit": python(
        Member("python/", mode=0o041777), Member("python/a.py", TEXT)
    ),
    "a folder that hands its group down": python(
        Member("python/", mode=0o042755), Member("python/a.py", TEXT)
    ),
    "a link beside its target": _libraries(
        Member("lib/b", b"liba", mode=LINK), Member("lib/liba", b"data/liba.txt", mode=LINK)
    ),
    "a link up and down again": _libraries(Member("lib/x/b", b"../data/./liba.txt", mode=LINK)),
    "a link to a folder": _libraries(Member("lib/b", b"data", mode=LINK)),
    "a link to a folder with a slash": _libraries(Member("lib/b", b"data/", mode=LINK)),
    "a link to the folder it lies in": _libraries(Member("lib/data/here", b".", mode=LINK)),
    "a link through a link to a folder": _libraries(
        Member("lib/b", b"data", mode=LINK), Member("lib/c", b"b/liba.txt", mode=LINK)
    ),
    "a link, deflated": _libraries(Member("lib/b", b"data/liba.txt", deflated=True, mode=LINK)),
    "a link to the top of the layer": _libraries(Member("lib/b", b"..", mode=LINK)),
    "a link that only its owner may read": _libraries(
        Member("lib/b", b"data/liba.txt", mode=0o120700)
    ),
    "a chain of 40 links": _libraries(*_chain(40)),
    "links to bootstrap and an extension": Accepted(
        zipped(
            Member("bin/tool", b"#!/bin/sh\n", mode=PROGRAM),
            Member("extensions/agent", b"../bin/tool", mode=LINK),
        ),
        "extension+binaries",
        (),
    ),
}
