"""Names, modes and links that must not be: each with the exact errors and the entries they name."""

import struct

from tests.corpus.accept.archives import STORED, TEXT
from tests.corpus.cases import Found, Rejected, Rejects, zipped
from tests.corpus.writer import DOS, FOLDER, LINK, Member, block, unicode_path

NOWHERE = "nothing-on-a-search-path"
_UMLAUT = "python/größe.py"


def named(code: str, name: str | bytes, entry: str | None = None) -> Rejected:
    """Return a case of one name that its directory shows to be wrong."""
    shown = entry or (name if isinstance(name, str) else name.decode("ascii"))
    return Rejected(zipped(STORED, Member(name, TEXT)), ((code, shown),), by_directory=True)


def paths(*errors: Found, of: tuple[Member, ...], others: tuple[Found, ...] = ()) -> Rejected:
    """Return a case of errors that the directory shows."""
    return Rejected(zipped(*of), errors, others, by_directory=True)


def linked(code: str, *members: Member, entries: tuple[str, ...] = ("lib/link",)) -> Rejected:
    """Return a case of links that are wrong, which their content tells."""
    return Rejected(
        zipped(Member("lib/a.txt", TEXT), *members), tuple((code, entry) for entry in entries)
    )


def link(target: str | bytes, name: str = "lib/link") -> Member:
    """Return a symbolic link."""
    return Member(name, target if isinstance(target, bytes) else target.encode(), mode=LINK)


UNSAFE: Rejects = {
    "a climbing name": named("entry-name-unsafe", "../evil.py"),
    "a climbing name within": named("entry-name-unsafe", "python/../../evil.py"),
    "a name that climbs and comes back": named("entry-name-unsafe", "python/../python/a.py"),
    "a name that ends by climbing": named("entry-name-unsafe", "python/.."),
    "an absolute name": named("entry-name-unsafe", "/etc/passwd"),
    "a name with two slashes first": named("entry-name-unsafe", "//host/share"),
    "a name with a drive": named("entry-name-unsafe", "C:/x.py"),
    "a name with a drive and no slash": named("entry-name-unsafe", "c:x.py"),
    "a name with backslashes": named("entry-name-unsafe", "python\\six.py"),
    "a name that climbs by backslashes": named("entry-name-unsafe", "..\\evil.py"),
    "a name with a null": named("entry-name-unsafe", "python/six\0.py", r"python/six\x00.py"),
    "a name with a line end": named("entry-name-unsafe", "python/a\nb.py", r"python/a\nb.py"),
    "a name that moves the cursor": named(
        "entry-name-unsafe", "python/\x1b[2J.py", r"python/\x1b[2J.py"
    ),
    "a name with a delete": named("entry-name-unsafe", "python/\x7f.py", r"python/\x7f.py"),
    "a name with a control character beyond ASCII": named(
        "entry-name-unsafe", "python/\x9b.py", r"python/\x9b.py"
    ),
    "a name that is shown backwards": named(
        "entry-name-unsafe", "python/\u202egnp.py", r"python/\u202egnp.py"
    ),
    "a name of nothing": paths(("entry-name-unsafe", ""), of=(STORED, Member("", TEXT))),
    "a name of a dot": named("entry-name-unsafe", "."),
    "a name of a slash": paths(("entry-name-unsafe", "/"), of=(STORED, Member("/", mode=FOLDER))),
}

ENCODINGS: Rejects = {
    "a name that is no UTF-8": named(
        "entry-name-undecodable", b"python/\xff.py", r"python/\xff.py"
    ),
    "a name that is no UTF-8 and says so": paths(
        ("entry-name-undecodable", r"python/\xff.py"),
        of=(STORED, Member(b"python/\xff.py", TEXT, flags=1 << 11)),
    ),
    "a name in code page 437": named(
        "entry-name-undecodable", "python/größe.py".encode("cp437"), r"python/gr\x94\xe1e.py"
    ),
    "a name with an overlong slash": named(
        "entry-name-undecodable", b"python\xc0\xafa.py", r"python\xc0\xafa.py"
    ),
    "a name with half a surrogate": named(
        "entry-name-undecodable", b"python/\xed\xa0\x80.py", r"python/\xed\xa0\x80.py"
    ),
    **{
        f"a second name {what}": paths(
            ("entry-name-undecodable", "python/a.py"),
            of=(STORED, Member("python/a.py", TEXT, extra=extra)),
        )
        for what, extra in (
            ("that is another", unicode_path(b"python/b.py", b"python/a.py")),
            ("for another first one", unicode_path(b"python/a.py", b"python/b.py")),
            ("of a version to come", unicode_path(b"python/a.py", b"python/a.py", version=2)),
            ("that is cut off", block(0x7075, struct.pack("<B", 1))),
            ("that is empty", unicode_path(b"", b"python/a.py")),
        )
    },
    "two second names": paths(
        ("entry-extra-malformed", "python/a.py"),
        of=(
            STORED,
            Member("python/a.py", TEXT, extra=unicode_path(b"python/a.py", b"python/a.py") * 2),
        ),
    ),
}

LENGTHS: Rejects = {
    "a part of 256 bytes": named("entry-name-too-long", f"python/{'a' * 256}"),
    "a folder of 256 bytes": named("entry-name-too-long", f"python/{'a' * 256}/b.py"),
    "a part of 256 bytes in 128 characters": named("entry-name-too-long", f"python/{'ä' * 128}"),
    "a path of 4,091 bytes": named(
        "entry-name-too-long",
        "python" + f"/{'b' * 199}" * 20 + f"/{'c' * 84}",
        ("python" + f"/{'b' * 199}" * 20)[:499] + "…",
    ),
    "the longest name there can be": named("entry-name-too-long", "a" * 0xFFFF, "a" * 499 + "…"),
}

TOGETHER: Rejects = {
    "the same entry twice": paths(
        ("entry-duplicate", "python/a.py"),
        of=(Member("python/a.py", b"1"), Member("python/a.py", b"2")),
    ),
    "the same entry three times": paths(
        ("entry-duplicate", "python/a.py"),
        ("entry-duplicate", "python/a.py"),
        of=tuple(Member("python/a.py") for _ in range(3)),
    ),
    "the same path, spelled otherwise": paths(
        ("entry-duplicate", "python/a.py"),
        of=(Member("python/a.py", b"1"), Member("./python//a.py", b"2")),
    ),
    "the same name, composed and decomposed": paths(
        ("entry-duplicate", "python/gro\u0308ße.py"),
        of=(Member(_UMLAUT, b"1"), Member("python/gro\u0308ße.py", b"2")),
    ),
    "a file that is a folder, too": paths(
        ("entry-file-is-folder", "python/a"),
        of=(Member("python/a", TEXT), Member("python/a/b.py", TEXT)),
    ),
    "a file and an empty folder of its name": paths(
        ("entry-duplicate", "python/a"),
        of=(Member("python/a", TEXT), Member("python/a/", mode=FOLDER)),
    ),
    "an entry under a link": paths(
        ("entry-file-is-folder", "lib/link"),
        of=(link("/etc"), Member("lib/link/evil.so", TEXT)),
    ),
    "a link that replaces a file": paths(
        ("entry-duplicate", "lib/link"), of=(Member("lib/link", TEXT), link("a.txt"))
    ),
}

MODES: Rejects = {
    **{
        f"a {what}": paths(
            ("entry-special-file", "python/odd"),
            of=(STORED, Member("python/odd", mode=kind | 0o644)),
        )
        for what, kind in (
            ("named pipe", 0o010000),
            ("character device", 0o020000),
            ("block device", 0o060000),
            ("socket", 0o140000),
            ("whiteout", 0o160000),
        )
    },
    **{
        f"a program of mode {mode:o}": paths(
            ("entry-setuid", "bin/tool"), of=(Member("bin/tool", TEXT, mode=0o100000 | mode),)
        )
        for mode in (0o4755, 0o2755, 0o6755)
    },
    **{
        f"a file of mode {mode:03o}": paths(
            ("entry-unreadable", "python/a.py"),
            of=(Member("python/a.py", TEXT, mode=0o100000 | mode),),
        )
        for mode in (0o000, 0o600, 0o640, 0o660, 0o700, 0o711, 0o750)
    },
    **{
        f"a folder of mode {mode:03o}": paths(
            ("entry-unreadable", "python"),
            of=(Member("python/", mode=0o040000 | mode), Member("python/a.py", TEXT)),
        )
        for mode in (0o700, 0o744, 0o750, 0o711)
    },
    "a folder with content": paths(
        ("entry-mode-contradicts", "python"), of=(Member("python/", TEXT, mode=FOLDER), STORED)
    ),
    "a folder by its name, a file by its mode": paths(
        ("entry-mode-contradicts", "python"), of=(Member("python/"), STORED)
    ),
    "a file by its name, a folder by its mode": paths(
        ("entry-mode-contradicts", "python/a"), of=(Member("python/a", mode=FOLDER), STORED)
    ),
    "a link with the name of a folder": paths(
        ("entry-mode-contradicts", "python/a"), of=(Member("python/a/", mode=LINK), STORED)
    ),
    "a bootstrap that is not executable": paths(
        ("entry-not-executable", "bootstrap"), of=(Member("bootstrap", TEXT),)
    ),
    "a bootstrap that only its owner can execute": paths(
        ("entry-not-executable", "bootstrap"), of=(Member("bootstrap", TEXT, mode=0o100744),)
    ),
    "a bootstrap from DOS": paths(
        ("entry-not-executable", "bootstrap"), of=(Member("bootstrap", TEXT, mode=0, host=DOS),)
    ),
    "an extension that is not executable": paths(
        ("entry-not-executable", "extensions/agent"), of=(Member("extensions/agent", TEXT),)
    ),
}

LINKS: Rejects = {
    "an absolute link": linked("link-unsafe", link("/lib/a.txt")),
    "an absolute link into the layer": linked("link-unsafe", link("/opt/lib/a.txt")),
    "a link out of the layer": linked("link-unsafe", link("../../etc/passwd")),
    "a link out of the layer and back": linked("link-unsafe", link("../../opt/lib/a.txt")),
    "a link out of the layer through a folder": linked("link-unsafe", link("../lib/../../x")),
    "a link without a target": linked("link-unsafe", link("")),
    "a link with a null": linked("link-unsafe", link("a.txt\0b")),
    "a link to 4,091 bytes": linked("link-unsafe", link("./" * 2045 + "a")),
    "a link of a megabyte": linked("link-unsafe", link("a" * 1_000_000)),
    "a link to nothing": linked("link-dangling", link("b.txt")),
    "a link through nothing": linked("link-dangling", link("nowhere/../a.txt")),
    "a link through a file": linked("link-dangling", link("a.txt/b")),
    "a link that is no text": linked("link-dangling", link(b"\xff\xfe")),
    "a link in other case": linked("link-dangling", link("A.txt")),
    "a link to itself": linked("link-dangling", link("link")),
    "two links to each other": linked(
        "link-dangling", link("other"), link("link", "lib/other"), entries=("lib/link", "lib/other")
    ),
    "a link to a link to nothing": linked(
        "link-dangling", link("other"), link("x", "lib/other"), entries=("lib/link", "lib/other")
    ),
    "a chain of 41 links": linked(
        "link-dangling",
        *(link(f"l{at + 1}", f"lib/l{at}") for at in range(40)),
        link("a.txt", "lib/l40"),
        entries=("lib/l0",),
    ),
    "links that lead through each other without end": Rejected(
        zipped(
            Member("lib/a/x", TEXT),
            Member("lib/l300", TEXT),
            *(link("a/../" * 810 + f"l{at + 1}", f"lib/l{at}") for at in range(300)),
        ),
        (*(("link-dangling", f"lib/l{at}") for at in range(100)), ("link-dangling", None)),
    ),
}
