"""The shared libraries that this environment really loads are read as pyelftools reads them."""

import sysconfig
from collections.abc import Iterator
from pathlib import Path
from typing import Any, BinaryIO

from elftools.elf.dynamic import DynamicSegment
from elftools.elf.elffile import ELFFile
from elftools.elf.gnuversions import GNUVerNeedSection
from elftools.elf.segments import InterpSegment

from layerlift.inspecting.native.elf import Elf, read_elf

_WEAK = 2
"""VER_FLG_WEAK (LSB Core 10.7.5)."""


class FileContent:
    """A RandomAccess over an open file."""

    def __init__(self, file: BinaryIO, size: int) -> None:
        self._file = file
        self.size = size

    def read(self, offset: int, length: int) -> bytes:
        self._file.seek(offset)
        return self._file.read(length)


def libraries() -> list[Path]:
    places = {Path(sysconfig.get_path("platlib")), Path(sysconfig.get_path("stdlib"))}
    found = {path for place in places for path in place.rglob("*.so*") if path.is_file()}
    return sorted(path for path in found if path.read_bytes()[:4] == b"\x7fELF")


def strong_versions(file: ELFFile) -> Iterator[str]:
    """Yield the names of the needed symbol versions, by way of the section headers."""
    for section in file.iter_sections():
        if isinstance(section, GNUVerNeedSection):
            for _, auxiliaries in section.iter_versions():
                yield from (each.name for each in auxiliaries if not each["vna_flags"] & _WEAK)


def oracle(path: Path) -> dict[str, Any]:
    with path.open("rb") as stream:
        file = ELFFile(stream)
        segments = list(file.iter_segments())
        tags: list[Any] = [
            tag
            for segment in segments
            if isinstance(segment, DynamicSegment)
            for tag in segment.iter_tags()
        ]
        loaders = [each.get_interp_name() for each in segments if isinstance(each, InterpSegment)]
        sonames = [tag.soname for tag in tags if tag.entry.d_tag == "DT_SONAME"]
        return {
            "machine": file["e_machine"],
            "bits": file.elfclass,
            "little_endian": file.little_endian,
            "type": file["e_type"],
            "interpreter": loaders[0] if loaders else None,
            "needed": [tag.needed for tag in tags if tag.entry.d_tag == "DT_NEEDED"],
            "soname": sonames[0] if sonames else None,
            "symbol_versions": list(dict.fromkeys(strong_versions(file))),
        }


def ours(elf: Elf) -> dict[str, Any]:
    machines = {"x86_64": "EM_X86_64", "arm64": "EM_AARCH64"}
    return {
        "machine": machines.get(elf.machine_name),
        "bits": elf.bits,
        "little_endian": elf.little_endian,
        "type": f"ET_{elf.type}",
        "interpreter": elf.interpreter,
        "needed": list(elf.needed),
        "soname": elf.soname,
        "symbol_versions": list(elf.symbol_versions),
    }


def read(path: Path) -> Elf:
    with path.open("rb") as file:
        return read_elf(FileContent(file, path.stat().st_size))


def test_every_library_of_this_environment_is_read_the_same() -> None:
    paths = libraries()
    assert paths
    assert {path: ours(read(path)) for path in paths} == {path: oracle(path) for path in paths}
