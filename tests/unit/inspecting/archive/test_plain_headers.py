"""Headers that need no checks are those in which the checks find nothing."""

import struct

import pytest

from layerlift.inspecting.archive import records
from layerlift.inspecting.archive.central_headers import checked_entry
from layerlift.inspecting.archive.plain_headers import plain_entry
from layerlift.inspecting.finding_log import FindingLog
from tests.corpus.writer import FOLDER, LINK, PROGRAM, Member, archive

MEMBERS = {
    "a file": Member("python/a.py", b"x"),
    "a deflated file": Member("python/a.py", b"x" * 100, deflated=True),
    "a program": Member("bin/tool", b"x", mode=PROGRAM),
    "a folder": Member("python/", mode=FOLDER),
    "a file with an extra field": Member("python/a.py", b"x", extra=b"UT\5\0\3abcd"),
    "a file with a comment": Member("python/a.py", b"x", comment=b"PK\1\2"),
    "a file with a descriptor": Member("python/a.py", b"x", deflated=True, descriptor="signed"),
}
ODD = {
    "a link": Member("lib/a", b"b", mode=LINK),
    "what Lambda starts": Member("bootstrap", b"#!/bin/sh", mode=PROGRAM),
    "an extension": Member("extensions/a", b"#!/bin/sh", mode=PROGRAM),
    "a name that is not ASCII": Member("python/\u00f6.py", b"x"),
    "a hidden file": Member("python/.a", b"x"),
    "a name that leads up": Member("../a", b"x"),
    "an absolute name": Member("/a", b"x"),
    "a ZIP64 field": Member("python/a.py", b"x", zip64=True),
}


def directory_of(member: Member) -> bytes:
    content = archive(member)
    (offset,) = struct.unpack_from("<L", content, content.rindex(records.END_SIGNATURE) + 16)
    return content[offset:]


@pytest.mark.parametrize("member", MEMBERS.values(), ids=list(MEMBERS))
def test_what_is_common_is_plain(member: Member) -> None:
    directory, log = directory_of(member), FindingLog()
    plain = plain_entry(directory, 0)
    assert plain is not None
    assert plain == checked_entry(directory, 0, log)
    assert log.findings() == ()


@pytest.mark.parametrize("member", ODD.values(), ids=list(ODD))
def test_what_is_uncommon_gets_a_closer_look(member: Member) -> None:
    assert plain_entry(directory_of(member), 0) is None


@pytest.mark.parametrize("member", MEMBERS.values(), ids=list(MEMBERS))
def test_with_any_byte_changed_it_is_plain_only_if_the_checks_find_nothing(member: Member) -> None:
    directory = directory_of(member)
    header = directory[: directory.index(records.END_SIGNATURE)]
    for at in range(4, len(header)):
        for value in {0, 1, 2, 8, 46, 47, 92, 128, 255, header[at] ^ 1, header[at] ^ 16} - {
            header[at]
        }:
            changed = header[:at] + bytes([value]) + directory[at + 1 :]
            plain, log = plain_entry(changed, 0), FindingLog()
            if plain is not None:
                assert plain == checked_entry(changed, 0, log), (at, value)
                assert log.findings() == (), (at, value)
