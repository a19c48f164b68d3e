"""The inspection as a whole: every finding is collected, then reported once."""

from dataclasses import dataclass, field

from layerlift.domain.errors import InvalidText
from layerlift.domain.limits import MAX_UNZIPPED_BYTES, MAX_ZIPPED_BYTES
from layerlift.domain.names import (
    LayerName,
    SemanticVersion,
    code_sha256,
    parse_digest,
    parse_object_key,
)
from layerlift.domain.report import Declaration, LayerCheck, NativeCode, Report, Severity
from layerlift.inspecting import codes
from layerlift.inspecting.archive import codes as archive_codes
from layerlift.inspecting.archive.contents import Progress, read_contents
from layerlift.inspecting.archive.directory import NOTHING, Listing, read_directory
from layerlift.inspecting.archive.links import check_links
from layerlift.inspecting.archive.paths import folders_of
from layerlift.inspecting.canary_files import find_files
from layerlift.inspecting.changes import changes_since, check_changes
from layerlift.inspecting.compatibility.checks import check_canary
from layerlift.inspecting.compatibility.inference import Compatibility, infer
from layerlift.inspecting.compatibility.layout import check_layout
from layerlift.inspecting.compatibility.manifest import ManifestContent, read_manifest
from layerlift.inspecting.compatibility.modules import find_modules
from layerlift.inspecting.examination import Examination
from layerlift.inspecting.facts import LayerFacts
from layerlift.inspecting.finding_log import FindingLog
from layerlift.inspecting.native.checks import check_native
from layerlift.inspecting.native.files import NativeFile
from layerlift.inspecting.native.impostors import check_impostors
from layerlift.inspecting.packages.metadata import check_metadata, packages_of
from layerlift.inspecting.secrets.leftovers import check_ballast, check_leftovers
from layerlift.inspecting.space import largest_folders
from layerlift.ports.byte_source import ByteSource

_NAMES_ARE_WRONG = {
    kind.code
    for kind in (
        archive_codes.NAME_UNSAFE,
        archive_codes.NAME_UNREADABLE,
        archive_codes.NAME_TOO_LONG,
        archive_codes.DUPLICATE,
        archive_codes.FILE_IS_FOLDER,
    )
}
"""Errors after which it means nothing where the files lie."""


@dataclass(frozen=True)
class Expectations:
    """What a zip is held against, beside AWS's rules.

    ``key`` is the object key that names layer and version (None: nothing does); ``declared`` stands
    for, or adds to, what a manifest in the zip declares; ``budget`` is the policy's limit for the
    unzipped layer in bytes; ``previous`` is the report of the release before;
    ``removed_modules`` says how much a module weighs that disappeared without a major version.
    """

    key: str | None = None
    declared: Declaration = field(default_factory=Declaration)
    budget: int = MAX_UNZIPPED_BYTES
    previous: Report | None = None
    removed_modules: Severity = Severity.WARNING


def inspect_zip(
    source: ByteSource,
    expectations: Expectations = Expectations(),
    progress: Progress | None = None,
) -> Report:
    """Return the report of a zip.

    Its tail is read first; a zip that is bad by its directory alone is not read any further.

    :raises Unavailable: if ``source`` could not be read.
    """
    log = FindingLog()
    subject = _Subject(*_read_key(expectations.key, log), source.size)
    is_zip = expectations.key is None or expectations.key.endswith(".zip")
    if not is_zip or not _has_usable_size(source, log):
        return subject.report(log)
    listing = _read_structure(source, expectations, log)
    if log.error_codes - {codes.KEY_UNRECOGNISED.code}:
        return subject.report(log, listing)
    return _inspect_contents(source, listing, expectations, subject, log, progress)


def _read_structure(source: ByteSource, expectations: Expectations, log: FindingLog) -> Listing:
    """Read the directory; all that it alone shows to be wrong goes to ``log``."""
    listing = read_directory(source, log, expectations.budget)
    if listing.entries and not log.error_codes & _NAMES_ARE_WRONG:
        log.extend(check_layout(listing.entries))
        log.extend(check_leftovers(listing.entries))
    return listing


def report_gone(key: str) -> Report:
    """Return the report of an object that is no longer under ``key``."""
    log = FindingLog()
    layer, version = _read_key(key, log)
    log.add(codes.OBJECT_GONE.found(f"The object {key!r} is no longer there"))
    return _Subject(layer, version, 0).report(log)


def _read_key(key: str | None, log: FindingLog) -> tuple[LayerName | None, SemanticVersion | None]:
    if key is None:
        return None, None
    try:
        return parse_object_key(key)
    except InvalidText as problem:
        log.add(codes.KEY_UNRECOGNISED.found(f"The key {key!r} names no release: {problem}"))
        return None, None


def _has_usable_size(source: ByteSource, log: FindingLog) -> bool:
    if source.size == 0:
        log.add(archive_codes.OBJECT_EMPTY.found("The object has no bytes"))
    elif source.size > MAX_ZIPPED_BYTES:
        log.add(
            archive_codes.OBJECT_TOO_LARGE.found(
                f"The object has {source.size:,} bytes, more than a layer may have unzipped "
                f"({MAX_ZIPPED_BYTES:,})"
            )
        )
    return 0 < source.size <= MAX_ZIPPED_BYTES


@dataclass(frozen=True)
class _Subject:
    """What is inspected. ``size`` is in bytes."""

    layer: LayerName | None
    version: SemanticVersion | None
    size: int

    def report(self, log: FindingLog, listing: Listing = NOTHING) -> Report:
        """Return a report of which only the directory is known, and that only in part."""
        return Report(
            accepted=not log.has_errors,
            layer=self.layer,
            version=self.version,
            sha256=None,
            code_sha256=None,
            size=self.size,
            unzipped_size=listing.unzipped_size,
            entries=len(listing.entries),
            findings=log.findings(),
        )


def _inspect_contents(
    source: ByteSource,
    listing: Listing,
    expectations: Expectations,
    subject: _Subject,
    log: FindingLog,
    progress: Progress | None,
) -> Report:
    examination = Examination(source, log)
    digest = read_contents(source, listing, log, examination.examine, progress)
    log.settle()
    paths = {entry.path: entry for entry in listing.entries}
    if examination.links:
        folders = {path for path, entry in paths.items() if entry.is_directory}
        files = {path: entry for path, entry in paths.items() if not entry.is_directory}
        log.extend(check_links(examination.links, files, folders | folders_of(paths).keys()))
    log.extend(check_native(examination.native))
    log.extend(check_impostors(examination.impostors))
    log.extend(check_metadata(examination.metadata))
    log.extend(check_ballast(listing.entries, examination.hashed))
    manifest = _manifest(examination.manifest, log)
    declared = _declaration(manifest.declared, expectations.declared)
    compatibility = _infer(listing, examination, declared)
    log.extend(compatibility.findings)
    report = subject.report(log, listing).model_copy(
        update={
            "sha256": digest,
            "code_sha256": code_sha256(parse_digest(digest)),
            "kind": compatibility.kind,
            "runtimes": compatibility.runtimes,
            "architectures": compatibility.architectures,
            "declared": declared,
            "packages": packages_of(examination.metadata),
            "modules": find_modules(paths),
            "native": tuple(_native_code(file) for file in examination.native),
            "space": largest_folders(listing.entries),
        }
    )
    report = _with_canary(report, listing, manifest.check, log)
    return _compared(report, expectations, log)


def _manifest(content: bytes | None, log: FindingLog) -> ManifestContent:
    if content is None:
        return ManifestContent()
    manifest, findings = read_manifest(content)
    log.extend(findings)
    return manifest


def _declaration(declared: Declaration, stated: Declaration) -> Declaration:
    """Return what the manifest declares, where nothing is stated beside the zip."""
    return Declaration(
        runtimes=stated.runtimes or declared.runtimes,
        architectures=stated.architectures or declared.architectures,
    )


def _with_canary(
    report: Report, listing: Listing, check: LayerCheck | None, log: FindingLog
) -> Report:
    """Return the report with what a canary has to try."""
    files, left_out = find_files(listing.entries)
    if check is not None:
        executable = [file for file in files if file.is_executable]
        log.extend(check_canary(check, report.modules, report.packages, executable))
    return report.model_copy(update={"files": files, "files_left_out": left_out, "check": check})


def _infer(listing: Listing, examination: Examination, declared: Declaration) -> Compatibility:
    facts = LayerFacts(
        entries=listing.entries,
        native=examination.native,
        metadata=examination.metadata,
    )
    return infer(facts, declared)


def _native_code(file: NativeFile) -> NativeCode:
    elf = file.elf
    needs = None if elf is None else elf.newest_glibc_symbol
    return NativeCode(path=file.path, architecture=elf.machine if elf else None, needs=needs)


def _compared(report: Report, expectations: Expectations, log: FindingLog) -> Report:
    """Return the report with what changed since the release before, and all findings."""
    previous, changes = expectations.previous, None
    if previous is not None:
        changes = changes_since(previous, report)
        log.extend(
            check_changes(changes, previous.version, report.version, expectations.removed_modules)
        )
    return report.model_copy(
        update={
            "accepted": not log.has_errors,
            "changes": changes,
            "findings": log.findings(),
        }
    )
