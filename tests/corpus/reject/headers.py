"""Zips whose headers lie, by area: each with the exact errors and the entries they name."""

import struct
import zlib

from tests.corpus.accept.archives import PY, STORED, TEXT
from tests.corpus.cases import Rejected, Rejects, zipped
from tests.corpus.streams import bomb, incomplete_code
from tests.corpus.writer import Member, archive, block, deflate, zip64_field

A = "python/a.py"
DATA = (("nothing-on-a-search-path", "data/a"),)


def lying(code: str, *members: Member, entry: str | None = A) -> Rejected:
    """Return a case of one error that only the entries themselves show."""
    return Rejected(zipped(*members, STORED), ((code, entry),))


def listed(code: str, *members: Member, entry: str | None = A) -> Rejected:
    """Return a case of one error that the directory shows."""
    return Rejected(zipped(*members, STORED), ((code, entry),), by_directory=True)


def _both(**said: int) -> Member:
    return Member(A, TEXT, deflated=True, local=said, central=said)


DISAGREEING: Rejects = {
    f"headers that disagree about the {what}": lying(
        "entry-headers-disagree", Member(A, TEXT, deflated=True, local={field: value})
    )
    for what, field, value in (
        ("name", "name", b"python/b.py"),
        ("case of the name", "name", b"python/A.py"),
        ("flag for UTF-8", "flags", 1 << 11),
        ("flag for a descriptor", "flags", 1 << 3),
        ("flag for encryption", "flags", 1),
        ("method", "method", 0),
        ("method, which nobody knows", "method", 97),
        ("CRC-32", "crc", 1),
        ("size", "size", 1),
        ("packed size", "packed", 1),
        ("signature", "signature", b"PK\1\2"),
    )
} | {
    "a flag for encryption in the local header of stored data": lying(
        "entry-headers-disagree", Member(A, TEXT, local={"flags": 1})
    ),
    "no local header where the directory leads": lying(
        "entry-headers-disagree", Member(A, TEXT, local={"signature": b"ABCD"})
    ),
    "zeros in the local header without a descriptor": Rejected(
        zipped(Member(A, TEXT, local={"crc": 0, "packed": 0, "size": 0}), STORED),
        (("entry-headers-disagree", A), ("entry-headers-disagree", A)),
    ),
    "a second name before the data only": lying(
        "entry-headers-disagree",
        Member(
            A,
            TEXT,
            local_extra=block(
                0x7075, struct.pack("<BL", 1, zlib.crc32(A.encode())) + b"python/evil.py"
            ),
        ),
    ),
    "ZIP64 sizes before the data that are others": lying(
        "entry-headers-disagree",
        Member(
            A,
            TEXT,
            local_extra=zip64_field(1, 1),
            local={"packed": 0xFFFFFFFF, "size": 0xFFFFFFFF},
        ),
    ),
    "ZIP64 sizes before the data that contradict the header": lying(
        "entry-headers-disagree",
        Member(A, TEXT, local_extra=zip64_field(len(TEXT), len(TEXT)), local={"size": 5}),
    ),
    "a size that defers to a ZIP64 field which is not there": lying(
        "entry-headers-disagree", Member(A, TEXT, local={"size": 0xFFFFFFFF})
    ),
    "ZIP64 sizes before the data of which one is missing": lying(
        "entry-headers-disagree",
        Member(A, TEXT, local_extra=zip64_field(len(TEXT)), local={"size": 0xFFFFFFFF}),
    ),
    "a local header that claims more name than there is archive": lying(
        "entry-overlaps", Member(A, TEXT, local={"name_length": 0xFFFF})
    ),
    "a local header that claims more extra field than there is archive": lying(
        "entry-overlaps", Member(A, TEXT, local={"extra_length": 0xFFFF})
    ),
    "a local extra field that is cut off": lying(
        "entry-extra-malformed", Member(A, TEXT, local_extra=b"\x55\x54\xff\xff\0")
    ),
    "a local extra field with loose bytes": lying(
        "entry-extra-malformed", Member(A, TEXT, local_extra=b"abc")
    ),
    "two ZIP64 fields before the data": lying(
        "entry-extra-malformed",
        Member(A, TEXT, local_extra=zip64_field(len(TEXT), len(TEXT)) * 2),
    ),
}

_TRUE = {"crc": zlib.crc32(TEXT), "packed": len(TEXT), "size": len(TEXT)}

DESCRIPTORS: Rejects = {
    f"a descriptor that {what}": lying(
        "entry-descriptor-wrong",
        Member(A, TEXT, descriptor="signed", descriptor_said=said),
    )
    for what, said in (
        ("has another CRC-32", {"crc": 1}),
        ("has another size", {"size": 1}),
        ("has another packed size", {"packed": 1}),
        ("has another signature", {"signature": b"PK\3\4"}),
    )
} | {
    "a descriptor that is missing": lying("entry-descriptor-wrong", Member(A, TEXT, flags=1 << 3)),
    "a descriptor with sizes of the wrong width": lying(
        "entry-descriptor-wrong", Member(A, TEXT, descriptor="signed", local_zip64=True)
    ),
    "a descriptor with wide sizes that nothing announces": Rejected(
        zipped(Member(A, TEXT, descriptor="signed zip64"), STORED),
        (("entry-descriptor-wrong", A), ("archive-gap", A)),
    ),
    "a descriptor that no flag announces": lying(
        "archive-gap", Member(A, TEXT, descriptor="signed", flags=0, local=_TRUE)
    ),
}

CONTENT: Rejects = {
    "content that does not fit its CRC-32": lying("entry-damaged", _both(crc=1)),
    "stored content that does not fit its CRC-32": lying(
        "entry-damaged", Member(A, TEXT, local={"crc": 1}, central={"crc": 1})
    ),
    "content that does not inflate": lying(
        "entry-damaged", Member(A, TEXT, deflated=True, packed=b"\xff" * 20)
    ),
    "a code that is not used up": lying(
        "entry-damaged", Member(A, b"a", deflated=True, packed=incomplete_code())
    ),
    "a stream that ends early": lying(
        "entry-damaged", Member(A, TEXT, deflated=True, packed=deflate(TEXT)[:-3])
    ),
    "deflated by no bytes at all": lying(
        "entry-damaged", Member(A, b"", deflated=True, packed=b"")
    ),
    "bytes behind a stream": lying(
        "entry-damaged", Member(A, TEXT, deflated=True, packed=deflate(TEXT) + b"hidden")
    ),
    "an archive behind a stream": lying(
        "entry-damaged", Member(A, TEXT, deflated=True, packed=deflate(TEXT) + archive(PY))
    ),
    "a stream wrapped as zlib does": lying(
        "entry-damaged", Member(A, TEXT, deflated=True, packed=zlib.compress(TEXT))
    ),
    "more content than declared": lying("entry-damaged", _both(size=3)),
    "less content than declared": lying("entry-damaged", _both(size=4000)),
    "a megabyte declared as no bytes": lying(
        "entry-damaged", Member(A, packed=deflate(bytes(1_000_000)), deflated=True)
    ),
    "a bomb that declares a kilobyte": Rejected(
        lambda: bomb(300_000_000, size=1000),
        (("entry-damaged", "data/zeros"),),
        (("nothing-on-a-search-path", "data/zeros"),),
    ),
    "a bomb that declares what is allowed": Rejected(
        lambda: bomb(262_144_001, size=262_144_000),
        (("entry-damaged", "data/zeros"),),
        (("nothing-on-a-search-path", "data/zeros"),),
    ),
}

FEATURES: Rejects = {
    **{
        f"encryption, bit {bit}": listed(
            "entry-encrypted", Member(A, TEXT, deflated=True, flags=1 << bit)
        )
        for bit in (0, 6, 13)
    },
    **{
        f"a flag with no meaning, bit {bit}": listed(
            "entry-flags-unsupported", Member(A, TEXT, deflated=True, flags=1 << bit)
        )
        for bit in (4, 5, 7, 8, 9, 10, 12, 14, 15)
    },
    **{
        f"compression of method {method}": listed("entry-method-unsupported", _both(method=method))
        for method in (1, 2, 6, 7, 9, 10, 12, 14, 20, 93, 95, 97, 98, 99, 0xFFFF)
    },
    "a version that does not exist": listed("entry-version-unsupported", _both(needed=64)),
    "stored with two sizes": listed("entry-headers-disagree", Member(A, TEXT, central={"size": 1})),
    "stored with two sizes in ZIP64": listed(
        "entry-headers-disagree",
        Member(
            A,
            TEXT,
            central={
                "size": 0xFFFFFFFF,
                "packed": 0xFFFFFFFF,
                "extra": zip64_field(len(TEXT) + 1, len(TEXT)),
            },
        ),
    ),
    "an extra field that is cut off": listed(
        "entry-extra-malformed", Member(A, TEXT, extra=b"\x55\x54\xff\xff\0")
    ),
    "an extra field with loose bytes": listed(
        "entry-extra-malformed", Member(A, TEXT, extra=b"abc")
    ),
    "an extra field with four loose bytes": listed(
        "entry-extra-malformed", Member(A, TEXT, extra=block(0x5455, b"") + b"\1\1\1\1")
    ),
    "on another disk": listed("archive-multi-disk", Member(A, TEXT, central={"disk": 1})),
    "on another disk, by ZIP64": listed(
        "archive-multi-disk",
        Member(A, TEXT, central={"disk": 0xFFFF}, extra=block(1, struct.pack("<L", 1))),
    ),
    "a size that defers to no ZIP64 field": listed(
        "archive-zip64-malformed", Member(A, TEXT, central={"size": 0xFFFFFFFF})
    ),
    "a ZIP64 field that nothing defers to": listed(
        "archive-zip64-malformed", Member(A, TEXT, extra=zip64_field(len(TEXT)))
    ),
    "a ZIP64 field with more than was deferred": listed(
        "archive-zip64-malformed",
        Member(A, TEXT, central={"size": 0xFFFFFFFF}, extra=zip64_field(len(TEXT), len(TEXT))),
    ),
    "two ZIP64 fields": Rejected(
        zipped(Member(A, TEXT, zip64=True, extra=zip64_field(1, 1, 0)), STORED),
        (("entry-extra-malformed", A), ("archive-zip64-malformed", A)),
        by_directory=True,
    ),
    "ten gigabytes declared by ZIP64": Rejected(
        zipped(
            Member(
                "data/a",
                TEXT,
                True,
                central={"size": 0xFFFFFFFF, "extra": zip64_field(10_000_000_000)},
            )
        ),
        (("unzipped-too-large", None),),
        DATA,
        by_directory=True,
    ),
    "an entry that is said to end beyond the archive": Rejected(
        zipped(
            STORED,
            Member(A, TEXT, True, central={"packed": 0xFFFFFFFF, "extra": zip64_field(1 << 63)}),
        ),
        (("entry-overlaps", A),),
        by_directory=True,
    ),
}
