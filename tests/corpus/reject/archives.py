"""Files that are no zip, or more than one, or not all of one."""

from functools import partial

from layerlift.inspecting.inspection import Expectations
from tests.corpus.accept.archives import PY, STORED, TEXT
from tests.corpus.cases import Build, Rejected, Rejects, zipped
from tests.corpus.reject.headers import A
from tests.corpus.streams import bomb, many, overlapping_bomb
from tests.corpus.writer import FOLDER, Ending, Member, archive, zip64_field

GOOD = archive(PY, STORED)
WITH_ZIP64 = archive(PY, STORED, ending=Ending(zip64=True))
_DIRECTORY = GOOD.index(b"PK\1\2")
_LOCAL = GOOD.index(b"PK\3\4", 1)
_END = GOOD.rindex(b"PK\5\6")
_ZEROS = (("nothing-on-a-search-path", "data/zeros"),)


def whole(code: str, build: Build | bytes, **more: object) -> Rejected:
    """Return a case of one error about the file as such, which its last bytes tell."""
    content = build if callable(build) else partial(bytes, build)
    return Rejected(content, ((code, None),), by_directory=True, **more)  # type: ignore[arg-type]


def ended(code: str, ending: Ending, *members: Member) -> Rejected:
    """Return a case of one error in what follows the entries."""
    return whole(code, zipped(*(members or (PY, STORED)), ending=ending))


NO_ZIPS: Rejects = {
    "no bytes": whole("object-empty", b""),
    "a text file": whole("archive-not-a-zip", b"hello, world\n"),
    "one byte": whole("archive-not-a-zip", b"P"),
    "zeros": whole("archive-not-a-zip", bytes(100)),
    "a tar archive": whole("archive-not-a-zip", b"python/six.py".ljust(257, b"\0") + b"ustar\0"),
    **{
        f"what begins with {magic!r}": whole("archive-not-a-zip", magic + bytes(100))
        for magic in (
            b"\x1f\x8b\x08",
            b"BZh9",
            b"\xfd7zXZ\0",
            b"\x28\xb5\x2f\xfd",
            b"7z\xbc\xaf\x27\x1c",
            b"Rar!\x1a\x07",
            b"\x7fELF",
            b"<html>",
            b'{"a": 1}',
        )
    },
    "only the signature of an entry": whole("archive-truncated", b"PK\3\4"),
    "only the signature of an end": whole("archive-truncated", b"PK\5\6"),
    "a zip with no entry": whole("archive-empty", archive()),
    "a zip with folders only": whole("archive-empty", zipped(Member("python/", mode=FOLDER))),
    **{
        f"cut off {where}": whole("archive-truncated", GOOD[:at])
        for where, at in (
            ("in its first header", 20),
            ("behind its first header", 30 + len(PY.name)),
            ("between its entries", _LOCAL),
            ("in its second header", _LOCAL + 10),
            ("before its directory", _DIRECTORY),
            ("in its directory", _DIRECTORY + 50),
            ("before its end", _END),
            ("in its end", _END + 10),
            ("by a byte", -1),
        )
    },
    "cut off in its comment": whole(
        "archive-truncated", archive(PY, ending=Ending(comment=b"made by hand"))[:-1]
    ),
    "without its beginning": Rejected(
        lambda: GOOD[40:],
        (("archive-directory-malformed", None),),
        by_directory=True,
    ),
}

ENDS: Rejects = {
    "a program before it": whole("archive-data-before-start", b"#!/usr/bin/env python3\n" + GOOD),
    "a program before it that the offsets allow for": whole(
        "archive-data-before-start", zipped(PY, prefix=b"#!/usr/bin/env python3\n")
    ),
    "another zip before it": whole("archive-data-before-start", GOOD + GOOD),
    "an entry before it that is not listed": whole(
        "archive-data-before-start", zipped(PY, STORED, ending=Ending(directory=(1,)))
    ),
    "data after it": whole("archive-data-after-end", GOOD + b"hidden"),
    "a line end after it": whole("archive-data-after-end", GOOD + b"\n"),
    "two ends": whole("archive-gap", GOOD + GOOD[_END:]),
    "an end in its comment": ended(
        "archive-several-ends", Ending(comment=b"see " + archive(PY)[-22:])
    ),
    "an end in its comment that fits as well": ended(
        "archive-several-ends", Ending(comment=b"see " + GOOD[_END:])
    ),
    "half an end in its comment": ended("archive-several-ends", Ending(comment=b"x PK\5\6 x")),
    "bytes between the directory and the end": ended("archive-gap", Ending(after_directory=b"hid")),
    "bytes before the directory": Rejected(
        zipped(PY, STORED, ending=Ending(before_directory=b"hidden")),
        (("archive-gap", "python/plain.py"),),
    ),
    "bytes between two entries": Rejected(
        zipped(PY, Member(A, TEXT, before=b"hidden")),
        (("archive-gap", PY.name),),  # type: ignore[arg-type]
    ),
    "an entry between two that is not listed": Rejected(
        zipped(PY, Member(A, TEXT), STORED, ending=Ending(directory=(0, 2))),
        (("archive-gap", "python/six.py"),),
    ),
    "an entry behind the others that is not listed": Rejected(
        zipped(PY, STORED, ending=Ending(directory=(0,))), (("archive-gap", "python/six.py"),)
    ),
    "one of several disks": ended("archive-multi-disk", Ending(said={"disk": 1})),
    "a directory on another disk": ended("archive-multi-disk", Ending(said={"directory_disk": 1})),
    "a directory on several disks": ended("archive-multi-disk", Ending(said={"disk_entries": 1})),
    "fewer entries than its end says": ended(
        "archive-directory-malformed", Ending(said={"entries": 3, "disk_entries": 3})
    ),
    "more entries than its end says": ended(
        "archive-directory-malformed", Ending(said={"entries": 1, "disk_entries": 1})
    ),
    "a directory that is too long": ended(
        "archive-directory-malformed", Ending(said={"size": 999})
    ),
    "a directory that begins later": ended(
        "archive-directory-malformed", Ending(said={"offset": 0xFFFFFF00})
    ),
    "a directory without its first byte": ended(
        "archive-directory-malformed",
        Ending(said={"offset": _DIRECTORY + 1, "size": _END - _DIRECTORY - 1}),
    ),
    "a directory of something else": whole(
        "archive-directory-malformed",
        zipped(Member(A, TEXT, central={"signature": b"PK\3\4"}), STORED),
    ),
    "a comment that is longer than the directory": whole(
        "archive-directory-malformed", zipped(STORED, Member(A, central={"comment_length": 9}))
    ),
    "a name that is longer than the directory": whole(
        "archive-directory-malformed", zipped(Member(A, central={"name_length": 0xFFFF}))
    ),
    "a directory that its end takes for ZIP64's": ended(
        "archive-directory-malformed", Ending(said={"offset": 0xFFFFFFFF})
    ),
}

ZIP64_ENDS: Rejects = {
    f"a ZIP64 end whose {what}": ended(code, Ending(zip64=True, **said))
    for code, what, said in (
        ("archive-zip64-malformed", "locator leads elsewhere", {"locator_said": {"offset": 0}}),
        (
            "archive-zip64-malformed",
            "locator leads too far",
            {"locator_said": {"offset": 1 << 63}},
        ),
        ("archive-multi-disk", "locator is on another disk", {"locator_said": {"disk": 1}}),
        ("archive-multi-disk", "locator counts several disks", {"locator_said": {"disks": 2}}),
        (
            "archive-zip64-malformed",
            "signature is another",
            {"zip64_said": {"signature": b"PK\6\x08"}},
        ),
        ("archive-zip64-malformed", "size is another", {"zip64_said": {"record_size": 45}}),
        ("archive-zip64-malformed", "record has more data", {"sector": b"more"}),
        ("archive-multi-disk", "disk is another", {"zip64_said": {"disk": 1}}),
        ("archive-multi-disk", "directory is elsewhere", {"zip64_said": {"directory_disk": 1}}),
        ("archive-multi-disk", "entries are spread", {"zip64_said": {"disk_entries": 1}}),
        ("archive-zip64-malformed", "entries the other end denies", {"said": {"entries": 1}}),
        ("archive-zip64-malformed", "size the other end denies", {"said": {"size": 1}}),
        ("archive-zip64-malformed", "offset the other end denies", {"said": {"offset": 1}}),
        (
            "archive-directory-malformed",
            "directory ends too late",
            {"zip64_said": {"size": 1 << 40}},
        ),
        (
            "archive-directory-malformed",
            "directory begins too late",
            {"zip64_said": {"offset": (1 << 64) - 1}},
        ),
    )
} | {
    "more entries than anyone can hold": ended(
        "archive-too-many-entries",
        Ending(zip64=True, zip64_said={"entries": 1 << 62, "disk_entries": 1 << 62}),
    ),
    "cut off behind a ZIP64 locator": whole("archive-truncated", WITH_ZIP64[:-22]),
}

LIMITS: Rejects = {
    "one byte more than Lambda allows": Rejected(
        lambda: bomb(262_144_001), (("unzipped-too-large", None),), _ZEROS, by_directory=True
    ),
    "one byte more than the policy allows": Rejected(
        lambda: bomb(1001),
        (("unzipped-over-budget", None),),
        _ZEROS,
        by_directory=True,
        expectations=Expectations(budget=1000),
    ),
    "two files that are too much together": Rejected(
        zipped(
            *(
                Member(f"data/{name}", TEXT, True, central={"size": 131_072_001})
                for name in ("0", "1")
            )
        ),
        (("unzipped-too-large", None),),
        (("nothing-on-a-search-path", "data/0"),),
        by_directory=True,
    ),
    "more entries than Lambda unpacks in time": whole(
        "archive-too-many-entries", lambda: many(100_001, Ending(zip64=True))
    ),
    "folders so deep that nobody could unpack them": whole(
        "archive-too-many-entries",
        lambda: archive(*(Member(f"{index}{'/a' * 1900}") for index in range(60))),
    ),
    "files that share their bytes": Rejected(
        lambda: overlapping_bomb(4, bytes(100_000)),
        tuple(("entry-overlaps", f"data/{index:03}") for index in (1, 2, 3)),
        (("nothing-on-a-search-path", "data/000"),),
        by_directory=True,
    ),
    "files that share their bytes, and too many": Rejected(
        lambda: overlapping_bomb(4, bytes(100_000)),
        (
            *(("entry-overlaps", f"data/{index:03}") for index in (1, 2, 3)),
            ("unzipped-over-budget", None),
        ),
        (("nothing-on-a-search-path", "data/000"),),
        by_directory=True,
        expectations=Expectations(budget=400_000),
    ),
    "two entries for the same bytes": Rejected(
        zipped(PY, Member(A, TEXT, True, central={"offset": 0})),
        (("entry-overlaps", A),),
        by_directory=True,
    ),
    "an entry that reaches into the next": Rejected(
        zipped(Member(A, TEXT, central={"packed": 500, "size": 500}), STORED),
        (("entry-overlaps", STORED.name),),  # type: ignore[arg-type]
        by_directory=True,
    ),
    "an entry that reaches into the directory": Rejected(
        zipped(PY, Member(A, TEXT, central={"packed": 500, "size": 500})),
        (("entry-overlaps", A),),
        by_directory=True,
    ),
    "an entry that begins in the directory": Rejected(
        zipped(PY, Member(A, TEXT, central={"offset": 700})),
        (("entry-overlaps", A),),
        by_directory=True,
    ),
    "an entry that is said to begin in another": Rejected(
        zipped(PY, Member(A, TEXT, central={"offset": 0xFFFFFFFF, "extra": zip64_field(10)})),
        (("entry-overlaps", A),),
        by_directory=True,
    ),
}
