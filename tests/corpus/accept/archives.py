"""Sound zips as such: every way to say the same truth."""

import struct

from tests.corpus.cases import Accepted, Accepts, python
from tests.corpus.streams import bomb, many, stored_block
from tests.corpus.writer import (
    DOS,
    MACOS,
    Ending,
    Member,
    archive,
    block,
    deflate,
    zip64_field,
)

TEXT = b"import this\n" * 40
PY = Member("python/six.py", TEXT, deflated=True)
STORED = Member("python/plain.py", TEXT)

_ZIP64 = Ending(zip64=True)
_TIMESTAMP = block(0x5455, b"\1" + struct.pack("<L", 1_767_225_600))
_OWNER = block(0x7875, b"\1\4" + struct.pack("<L", 1000) + b"\4" + struct.pack("<L", 1000))
_NTFS = block(0x000A, bytes(4) + struct.pack("<HH3Q", 1, 24, 0, 0, 0))


def _packed(name: str, packed: bytes, content: bytes = TEXT) -> Member:
    return Member(name, content, deflated=True, packed=packed)


_DATA = (("nothing-on-a-search-path", "data/000000"),)

ARCHIVES: Accepts = {
    "deflated": python(PY),
    "stored, not deflated": python(STORED),
    "both side by side": python(PY, STORED),
    "deflated by blocks that are not compressed": python(
        _packed("python/a.py", deflate(TEXT, level=0))
    ),
    "deflated into many blocks": python(
        _packed(
            "python/a.py",
            b"".join(stored_block(TEXT[at : at + 1], final=False) for at in range(len(TEXT)))
            + stored_block(b"", final=True),
        )
    ),
    "a file without bytes": python(Member("python/empty.py")),
    "a file without bytes, deflated": python(Member("python/empty.py", deflated=True)),
    **{
        f"a {form} descriptor": python(
            Member("python/a.py", TEXT, True, descriptor=form, local_zip64="zip64" in form), STORED
        )
        for form in ("plain", "signed", "plain zip64", "signed zip64")
    },
    "a wide descriptor that only the directory announces": python(
        Member("python/a.py", TEXT, True, zip64=True, descriptor="signed zip64"), STORED
    ),
    "a descriptor behind stored data": python(Member("python/a.py", TEXT, descriptor="signed")),
    "a descriptor though the header knew it all": python(
        Member(
            "python/a.py",
            b"abc",
            descriptor="signed",
            local={"crc": 0x352441C2, "packed": 3, "size": 3},
        )
    ),
    "ZIP64 in the directory": python(Member("python/a.py", TEXT, True, zip64=True)),
    "ZIP64 before the data": python(Member("python/a.py", TEXT, True, local_zip64=True)),
    "ZIP64 before the data, beside the sizes themselves": python(
        Member(
            "python/a.py",
            TEXT,
            local_extra=zip64_field(len(TEXT), len(TEXT)),
        )
    ),
    "ZIP64 for the offset alone": python(
        STORED,
        Member(
            "python/a.py",
            TEXT,
            central={"offset": 0xFFFFFFFF, "extra": zip64_field(30 + 15 + len(TEXT))},
        ),
    ),
    "ZIP64 at the end": python(PY, ending=_ZIP64),
    "ZIP64 at the end, beside the numbers themselves": python(
        PY, ending=Ending(zip64=True, said={"entries": 1, "disk_entries": 1})
    ),
    "ZIP64 everywhere": python(
        Member("python/a.py", TEXT, True, zip64=True, local_zip64=True),
        Member("python/b.py", TEXT, True, zip64=True, local_zip64=True, descriptor="signed zip64"),
        ending=_ZIP64,
    ),
    "ZIP64 that counts no disks": python(
        PY, ending=Ending(zip64=True, locator_said={"disks": 0}), is_readable_by_unzip=False
    ),
    "a comment on the archive": python(PY, ending=Ending(comment=b"made by hand")),
    "the longest comment": python(PY, ending=Ending(comment=b"." * 0xFFFF)),
    "a comment that quotes headers": python(PY, ending=Ending(comment=b"PK\3\4PK\1\2")),
    "a comment on an entry": python(Member("python/a.py", TEXT, comment=b"PK\3\4 or not")),
    "timestamps and owners": python(
        Member(
            "python/a.py", TEXT, extra=_TIMESTAMP + _OWNER + _NTFS, local_extra=_TIMESTAMP + _OWNER
        )
    ),
    "data aligned with zeros": python(Member("python/a.py", TEXT, local_extra=bytes(3))),
    "data aligned with an empty block": python(Member("python/a.py", TEXT, local_extra=bytes(7))),
    "times that the headers tell apart": python(
        Member("python/a.py", TEXT, local={"time": 7}, central={"time": 9})
    ),
    "versions that are older and newer": python(
        Member("python/a.py", TEXT, central={"needed": 10}),
        Member("python/b.py", TEXT, central={"needed": 45, "made_by": 3 << 8 | 63}),
    ),
    "a version with a system in its upper byte": python(
        Member("python/a.py", TEXT, central={"needed": 3 << 8 | 20}),
    ),
    "how hard deflate tried": python(Member("python/a.py", TEXT, deflated=True, flags=0b110)),
    "the directory in another order": python(
        PY, STORED, Member("python/b.py"), ending=Ending(directory=(2, 0, 1))
    ),
    "an archive as its last file, stored": python(
        PY, Member("python/inner.bin", archive(Member("a.py", TEXT)))
    ),
    "an archive as its first file, stored": python(
        Member("python/inner.bin", archive(Member("a.py", TEXT))), PY
    ),
    "an archive in an archive in an archive": python(
        PY,
        Member("python/inner.bin", archive(Member("a.zip", archive(Member("b.zip", archive(PY)))))),
    ),
    "made on DOS": python(Member("python/a.py", TEXT, mode=0, host=DOS)),
    "made on a Mac": python(Member("python/a.py", TEXT, host=MACOS)),
    "made on a system that keeps no modes": python(Member("python/a.py", TEXT, mode=0, host=10)),
    **{
        # The last match of the stream runs across the end of a chunk of content.
        f"{size:,} zeros": python(Member("python/zeros.bin", bytes(size), deflated=True))
        for size in (256 * 1024 - 1, 256 * 1024, 256 * 1024 + 1, 256 * 1024 + 21, 800_001)
    },
    "as large as Lambda allows": Accepted(
        lambda: bomb(262_144_000),
        "data",
        (),
        findings=(("nothing-on-a-search-path", "data/zeros"),),
    ),
    "as many entries as can be counted without ZIP64": Accepted(
        lambda: many(0xFFFF, Ending()), "data", (), findings=_DATA
    ),
    "more entries than can be counted without ZIP64": Accepted(
        lambda: many(0x10000, _ZIP64), "data", (), findings=_DATA
    ),
}
