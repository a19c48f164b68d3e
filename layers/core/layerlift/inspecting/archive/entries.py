"""An entry of a zip as its central directory describes it."""

import stat
from typing import NamedTuple

_TYPE = 0o170000
"""S_IFMT: the bits of ``st_mode`` that say of what type it is."""


class Entry(NamedTuple):
    """One file, directory or link. Sizes are bytes.

    ``path`` is normalised: no ``.``, no empty component, no trailing slash. ``mode`` is the Unix
    ``st_mode`` with its type bits, None where the archive was made on a system without (4.4.2).
    ``has_zip64`` says that its central header defers to a ZIP64 field (4.5.3).
    """

    path: str
    size: int
    packed_size: int
    crc: int
    is_deflated: bool
    flags: int
    offset: int
    mode: int | None
    is_directory: bool
    raw_name: bytes
    has_zip64: bool = False

    @property
    def is_link(self) -> bool:
        """Whether it is a symbolic link: then its content is the target."""
        return self.mode is not None and self.mode & _TYPE == stat.S_IFLNK

    @property
    def is_file(self) -> bool:
        """Whether it is a regular file."""
        return not self.is_directory and not self.is_link
