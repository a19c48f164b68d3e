"""Inputs that somebody would make who wants the inspection to crash, to hang or to swell."""

import json
import zlib
from collections.abc import Callable
from random import Random

from layerlift.inspecting.secrets.rules import RULES
from tests.corpus.elves import elf_file, fat_macho_file, java_class_file, macho_file, pe_file
from tests.corpus.mutations import BLIND, KNOWING
from tests.corpus.streams import many, overlapping_bomb, stored_block
from tests.corpus.writer import LINK, PROGRAM, Ending, Member, archive, deflate

READ_BY_NAME = (
    "python/a.py",
    "python/a.pyc",
    "python/a-1.0.dist-info/METADATA",
    "python/a-1.0.dist-info/WHEEL",
    "python/a.egg-info/PKG-INFO",
    "nodejs/node_modules/a/package.json",
    "java/lib/a-1.0.jar",
    "ruby/gems/3.4.0/specifications/a-1.0.gemspec",
    "layerlift.yaml",
    "bin/tool",
    "bootstrap",
    "extensions/agent",
    "python/_x.cpython-313-x86_64-linux-gnu.so",
)
"""Names of files that someone takes a closer look at."""

_JAR = archive(
    Member("META-INF/MANIFEST.MF", b"Manifest-Version: 1.0\r\nBundle-Version: 1\r\n\r\n", True),
    Member("META-INF/maven/a/b/pom.properties", b"groupId=a\nartifactId=b\nversion=1.0\n", True),
    Member("a/B.class", java_class_file(), deflated=True),
)
_CONTENTS = (
    elf_file(glibc=("2.17", "2.34"), interpreter="/lib64/ld-linux-x86-64.so.2", soname="a.so"),
    elf_file("arm64", needed=("libc.so.6", "libm.so.6", "libz.so.1"), weak=("GLIBC_2.38",)),
    elf_file("i386", bits=32),
    macho_file(),
    fat_macho_file(),
    pe_file(),
    pe_file(clr=True),
    java_class_file(),
    _JAR,
    b"Metadata-Version: 2.1\nName: a\nVersion: 1.0\nLicense: MIT\nRequires-Python: >=3.8,<4\n",
    b"Wheel-Version: 1.0\nRoot-Is-Purelib: false\nTag: cp313-cp313-manylinux_2_28_x86_64\n",
    json.dumps(
        {"name": "@a/b", "version": "1.0.0", "license": "MIT", "engines": {"node": "^18 || >=20.1"}}
    ).encode(),
    b'Gem::Specification.new do |s|\n  s.name = "a".freeze\n  s.version = "1.0"\nend\n',
    b"runtimes: [python3.13, python3.12]\narchitectures:\n  - arm64\n",
    b"#!/usr/bin/env python3\nimport os\n",
)
"""Contents that someone takes a closer look at."""

_FILLINGS = (
    *(literal for rule in RULES for literal in rule.literals),
    *(
        b"-----BEGIN RSA PRIVATE KEY-----\n",
        b"PRIVATE KEY-----",
        b'"auths": {"',
        b"?sv=2024-11-04&",
    ),
    *(b"a\n", b"a: b\n", b" a", b"[", b"{", b'{"a":', b"\0", b"-", b"=", b"\n", b"&a ", b"- "),
    *(b"Name: a\n", b"Requires-Python: >=3.8,", b"Tag: cp313-abi3-a\n", b"PK\1\2", b"PK\5\6", b"A"),
)


def filled(random: Random) -> bytes:
    """Return a file of nothing but a few characters, up to what Lambda allows."""
    name, head = random.choice(READ_BY_NAME), random.choice((b"", *_CONTENTS))
    part = random.choice(_FILLINGS) + random.choice((b"", random.choice(_FILLINGS)))
    size = random.choice((60_000, 300_000, 4_000_000, 16_000_000, 60_000_000, 250_000_000))
    return archive(_repeated(name, head, part, size))


def _repeated(name: str, head: bytes, part: bytes, size: int) -> Member:
    """Return a member of ``head`` and then ``part`` over and over, without holding its content."""
    run = part * (1_000_000 // len(part))
    times = max(0, size - len(head)) // len(run)
    rest = part * (max(0, size - len(head) - times * len(run)) // len(part))
    packer = zlib.compressobj(6, zlib.DEFLATED, -15)
    begin = packer.compress(head) + packer.flush(zlib.Z_FULL_FLUSH)
    repeated = packer.compress(run) + packer.flush(zlib.Z_FULL_FLUSH)
    crc = zlib.crc32(head)
    for _ in range(times):
        crc = zlib.crc32(run, crc)
    said = {"size": len(head) + times * len(run) + len(rest), "crc": zlib.crc32(rest, crc)}
    packed = begin + repeated * times + deflate(rest)
    return Member(name, deflated=True, mode=PROGRAM, packed=packed, local=said, central=said)


def examined(random: Random) -> bytes:
    """Return files of the kinds that someone takes a closer look at, with changed bytes."""
    members = []
    for name in random.sample(READ_BY_NAME, random.randint(1, 4)):
        content = random.choice(_CONTENTS)
        for _ in range(random.randint(0, 4)):
            content = random.choice((*BLIND, *KNOWING))(random, content, _CONTENTS)
        members.append(Member(name, content, random.random() < 0.5, mode=PROGRAM))
    return archive(*members)


def padded_native(random: Random) -> bytes:
    """Return native code with changed bytes in a file that is too large to hold."""
    content = random.choice(_CONTENTS[:3])
    for _ in range(random.randint(1, 3)):
        content = content[:64] + random.choice(BLIND[:2])(random, content[64:], ())
    return archive(_repeated("bin/tool", content, b"\0", random.choice((50, 200)) * 1_000_000))


def linked(random: Random) -> bytes:
    """Return links that lead to each other, up, down and nowhere."""
    count = random.choice((10, 100, 2000))
    up = random.choice(("", "../lib/", "a/../", "./", "a/../" * 50, "../" * 3))
    links = []
    for at in range(count):
        target = (
            f"{up}l{random.choice((at + 1, random.randrange(count)))}{random.choice(('', '/.'))}"
        )
        links.append(Member(f"lib/l{at}", target.encode(), random.random() < 0.5, mode=LINK))
    return archive(Member("lib/a/x", b"x"), Member(f"lib/l{count}", b"x"), *links)


def named(random: Random) -> bytes:
    """Return names of every length, of characters that are special to someone."""
    parts = random.choice(
        (
            ("a", "/", "b/", "../", "./", "//"),
            ("\u0301", "\u0323", "e", "/"),
            ("\x01", "\x7f", "\x9b", "\\", "\u202e", "\0"),
            ("\u00df", "\u1e9e", "\u0130", "\u017f", "\u212a", "\ufb03"),
            (
                "python/",
                "lib/",
                "site-packages/",
                "node_modules/",
                "nodejs/",
                ".git/",
                "__init__.py",
            ),
            ("a/",),
            ("'", '"', "{", "}", "%s", "{0}", "\n"),
        )
    )
    length = random.choice((1, 3, 20, 300, 5000, 30_000))
    names = (
        "".join(random.choices(parts, k=random.randint(1, length))) + str(at)
        for at in range(random.choice((1, 5, 50)))
    )
    return archive(*(Member(name.encode()[:0xFFFF], b"x") for name in names))


def crowded(random: Random) -> bytes:
    """Return many small files that someone takes a closer look at."""
    if random.random() < 0.2:
        return many(random.choice((40_000, 100_000, 100_001)), Ending(zip64=True))
    name, content = random.choice(READ_BY_NAME), random.choice(_CONTENTS)
    top, _, rest = name.partition("/")
    if not rest:
        return archive(*(Member(f"{name}{at}", content) for at in range(3000)))
    return archive(
        *(Member(f"{top}/{at}/{rest}", content, mode=PROGRAM) for at in range(3000)),
        *(Member(f"{name.replace('a', f'a{at}')}", content, mode=PROGRAM) for at in range(3000)),
    )


def inflated(random: Random) -> bytes:
    """Return streams of random bytes and blocks, which say what they please of their size."""
    packed = bytearray()
    for _ in range(random.randint(0, 5)):
        part = random.randbytes(random.randint(0, 300))
        packed += random.choice((part, deflate(part), stored_block(part, final=False)))
    packed += random.choice((b"", b"\3\0", stored_block(b"", final=True), b"\1"))
    said = {"size": random.choice((0, 1, 300, 1 << 20)), "crc": 0}
    return archive(
        Member("python/a", deflated=True, packed=bytes(packed), local=said, central=said)
    )


def overlapping(random: Random) -> bytes:
    """Return files that share their bytes."""
    return overlapping_bomb(random.randint(2, 40), bytes(random.randint(1, 200_000)))


def noise(random: Random) -> bytes:
    """Return random bytes behind, or before, what looks like a zip."""
    content = random.randbytes(random.choice((0, 10, 1000, 100_000)))
    start = random.choice((b"", b"PK\3\4", b"PK\5\6", b"\x7fELF", b"MZ"))
    return start + content + random.choice((b"", b"PK\5\6" + bytes(18), archive()))


HEAVY: tuple[Callable[[Random], bytes], ...] = (filled, padded_native, linked, named, crowded)
LIGHT: tuple[Callable[[Random], bytes], ...] = (examined, examined, inflated, overlapping, noise)
