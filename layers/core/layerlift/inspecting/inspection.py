"""The inspection as a whole: every finding is collected, then reported once."""

import hashlib
from typing import BinaryIO

from layerlift.domain.errors import InvalidText
from layerlift.domain.limits import MAX_ZIPPED_BYTES
from layerlift.domain.names import (
    LayerName,
    SemanticVersion,
    code_sha256,
    parse_digest,
    parse_object_key,
)
from layerlift.domain.report import Finding, Report
from layerlift.inspecting.archive import Contents, is_error, read_archive
from layerlift.inspecting.findings import error
from layerlift.inspecting.layout import check_layout, find_modules, find_runtimes
from layerlift.ports.aws import DroppedObject

_CHUNK = 1024 * 1024
_NOTHING = Contents((), 0, ())


def inspect_artifact(key: str, dropped: DroppedObject | None) -> Report:
    """Return the report of the object under ``key``; ``dropped`` is None if it is gone."""
    layer, version, findings = _read_key(key)
    if dropped is None:
        findings.append(
            error("object-gone", None, f"The object {key!r} is no longer there", "Drop it again")
        )
        return _report(layer, version, None, 0, _NOTHING, findings)
    digest = None
    contents = _NOTHING
    if dropped.size == 0:
        findings.append(
            error(
                "object-empty", None, "The object has no bytes", "Drop the zip, not a placeholder"
            )
        )
    elif dropped.size > MAX_ZIPPED_BYTES:
        findings.append(_too_large(dropped.size))
    elif key.endswith(".zip"):
        with dropped.open() as file:
            digest = _digest(file)
            file.seek(0)
            contents, problems = read_archive(file)
        findings.extend(problems)
        findings.extend(check_layout(contents.files))
    return _report(layer, version, digest, dropped.size, contents, findings)


def _read_key(key: str) -> tuple[LayerName | None, SemanticVersion | None, list[Finding]]:
    try:
        layer, version = parse_object_key(key)
    except InvalidText as problem:
        fix = "Use incoming/<layer>/<version>.zip, like incoming/http-client/1.4.0.zip"
        return (
            None,
            None,
            [error("key-unrecognised", None, f"The key {key!r} names no release: {problem}", fix)],
        )
    return layer, version, []


def _too_large(size: int) -> Finding:
    return error(
        "object-too-large",
        None,
        f"The object has {size:,} bytes, more than a layer may have unzipped "
        f"({MAX_ZIPPED_BYTES:,})",
        "Leave out what the layer does not need, or split it",
    )


def _digest(file: BinaryIO) -> str:
    sha256 = hashlib.sha256()
    while chunk := file.read(_CHUNK):
        sha256.update(chunk)
    return sha256.hexdigest()


def _report(
    layer: LayerName | None,
    version: SemanticVersion | None,
    digest: str | None,
    size: int,
    contents: Contents,
    findings: list[Finding],
) -> Report:
    return Report(
        accepted=not any(is_error(finding) for finding in findings),
        layer=layer,
        version=version,
        sha256=digest,
        code_sha256=code_sha256(parse_digest(digest)) if digest else None,
        size=size,
        unzipped_size=contents.unzipped_size,
        entries=len(contents.files),
        modules=find_modules(contents.files),
        runtimes=find_runtimes(contents.files),
        architectures=contents.architectures,
        findings=tuple(findings),
    )
