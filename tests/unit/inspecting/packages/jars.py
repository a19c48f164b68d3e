"""Jars built by code."""

import io
import zipfile


def jar_of(files: dict[str, bytes], method: int = zipfile.ZIP_DEFLATED) -> bytes:
    """Return a jar with ``files``, by their names in it."""
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", method) as jar:
        for name, content in files.items():
            jar.writestr(name, content)
    return stream.getvalue()


def class_file(major: int) -> bytes:
    """Return what looks like a class for the Java of class file version ``major``."""
    return b"\xca\xfe\xba\xbe\x00\x00" + major.to_bytes(2, "big") + bytes(200)


def pom(group: str, artifact: str, version: str = "1.0") -> dict[str, bytes]:
    """Return the ``pom.properties`` that Maven puts into the jar of an artifact."""
    text = f"#Created by Maven\ngroupId={group}\nartifactId={artifact}\nversion={version}\n"
    return {f"META-INF/maven/{group}/{artifact}/pom.properties": text.encode()}


def manifest(*lines: str) -> dict[str, bytes]:
    """Return a manifest with ``lines`` in its main section and another section behind."""
    text = "\r\n".join(
        ["Manifest-Version: 1.0", *lines, "", "Name: a/", "Implementation-Title: no"]
    )
    return {"META-INF/MANIFEST.MF": text.encode()}
