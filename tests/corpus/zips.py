"""Zips as everyday tools make them; what no tool makes is in ``writer.py``."""

import io
import zipfile

EPOCH = (2026, 1, 1, 0, 0, 0)


def zip_of(*entries: tuple[str, bytes], method: int = zipfile.ZIP_DEFLATED) -> bytes:
    """Return a zip of the entries, in order; a name may come twice. Modes are 644 and 755."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", method) as archive:
        for name, content in entries:
            entry = zipfile.ZipInfo(name, EPOCH)
            entry.external_attr = (0o040755 if name.endswith("/") else 0o100644) << 16
            archive.writestr(entry, content, compress_type=method)
    return buffer.getvalue()
