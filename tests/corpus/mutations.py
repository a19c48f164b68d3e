"""Changes to archives: blind ones of bytes, and knowing ones of the fields of their records."""

import struct
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from random import Random

from tests.corpus.writer import CENTRAL, END, LOCAL, LOCATOR, ZIP64_END, fields

_SIGNATURES = (b"PK\3\4", b"PK\1\2", b"PK\5\6", b"PK\6\6", b"PK\6\7", b"PK\7\x08")
_WIDTHS = {"H": 2, "L": 4, "Q": 8}


@dataclass(frozen=True)
class Field:
    """A number in a record: ``entry`` says which entry it is about, None for the end records."""

    record: str
    name: str
    at: int
    width: int
    entry: int | None = None


def fields_in(archive: bytes) -> tuple[Field, ...]:
    """Return every number in the records of a good archive."""
    found: list[Field] = []
    end = archive.rindex(b"PK\5\6")
    found += _numbers(END, "end", end)
    count, _, offset = struct.unpack_from("<HLL", archive, end + 10)
    if archive[end - 20 : end - 16] == b"PK\6\7":
        found += _numbers(LOCATOR, "locator", end - 20)
        found += _numbers(ZIP64_END, "zip64 end", end - 76)
        count, _, offset = struct.unpack_from("<QQQ", archive, end - 76 + 32)
    at = offset
    for index in range(count):
        found += _numbers(CENTRAL, "central", at, index)
        name, extra, comment = struct.unpack_from("<3H", archive, at + 28)
        (local,) = struct.unpack_from("<L", archive, at + 42)
        if local == 0xFFFFFFFF:
            (local,) = struct.unpack_from("<Q", archive, at + 46 + name + 4 + 16)
        found += _numbers(LOCAL, "local", local, index)
        at += 46 + name + extra + comment
    return tuple(found)


def _numbers(record: str, kind: str, at: int, entry: int | None = None) -> Iterator[Field]:
    for part, name in zip(record.split(), fields(record), strict=True):
        width = _WIDTHS.get(part[-1])
        if width:
            yield Field(kind, name, at, width, entry)
        at += width or 4


Mutation = Callable[[Random, bytes, Sequence[bytes]], bytes]
"""Changes the second argument; the third are other archives to take bytes from."""


def _place(random: Random, content: bytes) -> int:
    return random.randrange(len(content) + 1)


def flip_bits(random: Random, content: bytes, _: Sequence[bytes]) -> bytes:
    changed = bytearray(content)
    for _turn in range(random.randint(1, 4)):
        if changed:
            changed[random.randrange(len(changed))] ^= 1 << random.randrange(8)
    return bytes(changed)


def set_byte(random: Random, content: bytes, _: Sequence[bytes]) -> bytes:
    at = _place(random, content)
    return content[:at] + bytes([random.choice((0, 1, 0x7F, 0x80, 0xFF))]) + content[at + 1 :]


def insert(random: Random, content: bytes, _: Sequence[bytes]) -> bytes:
    at = _place(random, content)
    new = random.choice((*_SIGNATURES, b"\0", b"\0\0\0\0", random.randbytes(random.randint(1, 99))))
    return content[:at] + new + content[at:]


def delete(random: Random, content: bytes, _: Sequence[bytes]) -> bytes:
    at = _place(random, content)
    return content[:at] + content[at + random.choice((1, 2, 4, 16, random.randint(1, 500))) :]


def truncate(random: Random, content: bytes, _: Sequence[bytes]) -> bytes:
    return content[: _place(random, content)]


def behead(random: Random, content: bytes, _: Sequence[bytes]) -> bytes:
    return content[_place(random, content) :]


def duplicate(random: Random, content: bytes, _: Sequence[bytes]) -> bytes:
    begin, end = sorted((_place(random, content), _place(random, content)))
    at = random.choice((begin, end, _place(random, content)))
    return content[:at] + content[begin:end] + content[at:]


def splice(random: Random, content: bytes, others: Sequence[bytes]) -> bytes:
    other = random.choice(others)
    return content[: _place(random, content)] + other[_place(random, other) :]


def set_field(random: Random, content: bytes, _: Sequence[bytes]) -> bytes:
    """Give one number another value: in the local header, the directory, or both alike."""
    try:
        known = fields_in(content)
    except (ValueError, OverflowError, struct.error):
        return flip_bits(random, content, ())
    if not known:
        return content
    field = random.choice(known)
    changed, value = bytearray(content), _value(random, content, field)
    twins = [each for each in known if (each.entry, each.name) == (field.entry, field.name)]
    for each in twins if random.random() < 0.5 else [field]:
        if each.at + each.width <= len(changed):
            changed[each.at : each.at + each.width] = value.to_bytes(8, "little")[: each.width]
    return bytes(changed)


def _value(random: Random, content: bytes, field: Field) -> int:
    now = int.from_bytes(content[field.at : field.at + field.width], "little")
    most = (1 << 8 * field.width) - 1
    flipped = now ^ 1 << random.randrange(64)
    chosen = (
        *(0, 1, 2, 3, 8, 9, 20, 63, 64, now + 1, now - 1, now + 4, now - 4, now << 8),
        *(most, most - 1, most >> 1, (most >> 1) + 1),
        *(len(content), flipped, random.randrange(most)),
    )
    return random.choice(chosen) & most


def rename(random: Random, content: bytes, _: Sequence[bytes]) -> bytes:
    """Replace the same few bytes everywhere: of a name, say, in both of its headers."""
    length = random.randint(1, 4)
    at = random.randrange(max(1, len(content) - length))
    old = content[at : at + length]
    new = random.choice((b"../a", b"////", b"\0\0\0\0", b"\\\\\\\\", random.randbytes(4)))[:length]
    return content.replace(old, new) if old else content


BLIND: tuple[Mutation, ...] = (
    flip_bits,
    set_byte,
    insert,
    delete,
    truncate,
    behead,
    duplicate,
    splice,
)
"""Those after which an accepted archive holds what one of the archives held before."""

KNOWING: tuple[Mutation, ...] = (set_field, rename)
"""Those after which it may hold something else, on which all readers agree."""
