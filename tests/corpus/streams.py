"""Deflate streams (RFC 1951) and archives that no packer makes."""

import zlib

from tests.corpus.writer import Ending, Member, archive, deflate, tail

_MEGABYTE = bytes(1_000_000)


def stored_block(content: bytes, *, final: bool) -> bytes:
    """Return a block that is not compressed (3.2.4)."""
    length = len(content)
    return (
        bytes([final]) + length.to_bytes(2, "little") + (length ^ 0xFFFF).to_bytes(2, "little")
    ) + content


def zeros(size: int) -> tuple[bytes, int]:
    """Return ``size`` zero bytes deflated, and their CRC-32, without ever holding them."""
    packer, crc = zlib.compressobj(9, zlib.DEFLATED, -15), 0
    # After a full flush nothing refers to what came before, so that the same bytes can be repeated.
    megabyte = packer.compress(_MEGABYTE) + packer.flush(zlib.Z_FULL_FLUSH)
    whole, rest = divmod(size, len(_MEGABYTE))
    for _ in range(whole):
        crc = zlib.crc32(_MEGABYTE, crc)
    return megabyte * whole + deflate(bytes(rest)), zlib.crc32(bytes(rest), crc)


def bomb(size: int, /, **said: int) -> bytes:
    """Return a zip of one file of ``size`` zeros; ``said`` is what both headers say instead."""
    packed, crc = zeros(size)
    truth = {"size": size, "crc": crc} | said
    return archive(Member("data/zeros", deflated=True, packed=packed, local=truth, central=truth))


def many(entries: int, ending: Ending) -> bytes:
    """Return a zip of that many empty files, faster than the writer makes one."""
    data, directory = bytearray(), bytearray()
    single = archive(Member("data/000000"))
    local, central = single[:41], single[41 : 41 + 46 + 11]
    for index in range(entries):
        name = b"data/%06d" % index
        directory += central[:42] + len(data).to_bytes(4, "little") + name
        data += local[:30] + name
    return bytes(data + directory) + tail(entries, len(data), len(directory), ending)


class _Bits:
    """Bits as deflate packs them (3.1.1): numbers from their lowest bit, codes from the highest."""

    def __init__(self) -> None:
        self.bits: list[int] = []

    def number(self, value: int, length: int) -> "_Bits":
        self.bits += [value >> at & 1 for at in range(length)]
        return self

    def code(self, digits: str) -> "_Bits":
        self.bits += [int(digit) for digit in digits]
        return self

    def content(self) -> bytes:
        bits = self.bits + [0] * (-len(self.bits) % 8)
        return bytes(
            sum(bit << at for at, bit in enumerate(bits[i : i + 8])) for i in range(0, len(bits), 8)
        )


def incomplete_code() -> bytes:
    """Return the stream of one ``a`` whose literal code leaves half of its space unused.

    3.2.2 asks for codes that are used up; zlib refuses others, some inflaters do not look.
    """
    bits = _Bits().number(1, 1).number(2, 2)
    bits.number(0, 5).number(0, 5).number(12, 4)
    lengths = {18: 1, 0: 2, 2: 2}
    for symbol in (16, 17, 18, 0, 8, 7, 9, 6, 10, 5, 11, 4, 12, 3, 13, 2):
        bits.number(lengths.get(symbol, 0), 3)
    many, none, two = "0", "10", "11"
    bits.code(many).number(97 - 11, 7).code(two)
    bits.code(many).number(138 - 11, 7).code(many).number(20 - 11, 7).code(two)
    bits.code(none)
    return bits.code("00").code("01").content()


def overlapping_bomb(files: int, kernel: bytes) -> bytes:
    """Return files that share one kernel: each quotes the headers of those after it.

    https://www.bamsoftware.com/hacks/zipbomb/, "quoted overlap".
    """
    content, rest = kernel, deflate(kernel)
    members: list[Member] = []
    header = b""
    for index in reversed(range(files)):
        if header:
            content = header + content
            rest = stored_block(header, final=False) + rest
        member = Member(f"data/{index:03}", content, deflated=True, packed=rest)
        header = archive(member)[: 30 + len(member.name)]
        rest = header + rest
        members.insert(0, member)
        # The next stream quotes this header, which its own block already holds.
        rest = rest[len(header) :]
    return _overlapping(members, header + rest)


def _overlapping(members: list[Member], data: bytes) -> bytes:
    directory, at = b"", 0
    for member in members:
        single = archive(member)
        central = bytearray(single[single.rindex(b"PK\1\2") : single.rindex(b"PK\5\6")])
        central[42:46] = at.to_bytes(4, "little")
        directory += central
        at += 30 + len(member.name) + 5
    return data + directory + tail(len(members), len(data), len(directory), Ending())
