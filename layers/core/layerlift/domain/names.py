"""Names, versions and digests: strings that have passed a check carry a type that says so."""

import base64
import binascii
import re
from typing import NewType

import semver

from layerlift.domain.errors import InvalidText
from layerlift.domain.limits import MAX_LAYER_NAME

LayerName = NewType("LayerName", str)
SemanticVersion = NewType("SemanticVersion", str)
Digest = NewType("Digest", str)
StageName = NewType("StageName", str)

INCOMING_PREFIX = "incoming/"

_LAYER_NAME = re.compile(rf"[a-zA-Z0-9_-]{{1,{MAX_LAYER_NAME}}}")
_STAGE_NAME = re.compile(r"[a-z][a-z0-9-]{0,30}")
_DIGEST = re.compile(r"[0-9a-f]{64}")
_MAX_VERSION = 64


def parse_layer_name(text: str) -> LayerName:
    """Return ``text`` as a layer name, by the rule of Lambda's PublishLayerVersion.

    :raises InvalidText: if it is empty, too long, or has a character Lambda refuses.
    """
    if not _LAYER_NAME.fullmatch(text):
        raise InvalidText(
            f"{text!r} is not a layer name: use 1 to {MAX_LAYER_NAME} letters, digits, '-' and '_'"
        )
    return LayerName(text)


def parse_version(text: str) -> SemanticVersion:
    """Return ``text`` as a semantic version (https://semver.org, 2.0.0) without build metadata.

    Build metadata is refused because semver gives it no order: ``1.0.0+a`` and ``1.0.0+b`` would
    be two releases that nobody could tell apart.

    :raises InvalidText: if it is not one.
    """
    if len(text) > _MAX_VERSION or not semver.Version.is_valid(text):
        raise InvalidText(f"{text!r} is not a semantic version: use MAJOR.MINOR.PATCH, like 1.4.0")
    if semver.Version.parse(text).build:
        raise InvalidText(f"{text!r} has build metadata ('+…'): a release is named without it")
    return SemanticVersion(text)


def parse_stage_name(text: str) -> StageName:
    """Return ``text`` as a stage name: it becomes part of a layer name and of an SSM path.

    :raises InvalidText: if it does not fit both.
    """
    if not _STAGE_NAME.fullmatch(text):
        raise InvalidText(
            f"{text!r} is not a stage name: use up to 31 of a-z, 0-9 and '-', a letter first"
        )
    return StageName(text)


def parse_digest(text: str) -> Digest:
    """Return ``text`` as a SHA-256 digest in lower-case hexadecimal.

    :raises InvalidText: if it is not one.
    """
    if not _DIGEST.fullmatch(text):
        raise InvalidText(f"{text!r} is not a SHA-256 digest in lower-case hexadecimal")
    return Digest(text)


def code_sha256(digest: Digest) -> str:
    """Return ``digest`` as Lambda spells it in ``CodeSha256``: base64 of the 32 bytes."""
    return base64.b64encode(binascii.unhexlify(digest)).decode("ascii")


def parse_object_key(key: str) -> tuple[LayerName, SemanticVersion]:
    """Return the layer and version that a dropped object's key names.

    Two forms count: ``incoming/<layer>/<version>.zip`` and ``incoming/<layer>-<version>.zip``. In
    the second the version begins at the first hyphen after which the rest is a semantic version,
    since both names and pre-release versions may contain hyphens.

    :raises InvalidText: if the key has neither form, or a part of it breaks its rule.
    """
    if not key.startswith(INCOMING_PREFIX) or not key.endswith(".zip"):
        raise InvalidText(
            "it fits neither incoming/<layer>/<version>.zip nor incoming/<layer>-<version>.zip"
        )
    stem = key.removeprefix(INCOMING_PREFIX).removesuffix(".zip")
    parts = stem.split("/")
    if len(parts) == 2:
        return parse_layer_name(parts[0]), parse_version(parts[1])
    if len(parts) == 1:
        return _split_hyphenated(stem)
    raise InvalidText("it has more folders than incoming/<layer>/<version>.zip")


def split_file_stem(stem: str) -> tuple[LayerName, SemanticVersion] | None:
    """Return layer and version of ``<layer>-<version>``, or None if it has not that form."""
    for index, character in enumerate(stem):
        if character == "-" and semver.Version.is_valid(stem[index + 1 :]):
            return parse_layer_name(stem[:index]), parse_version(stem[index + 1 :])
    return None


def _split_hyphenated(stem: str) -> tuple[LayerName, SemanticVersion]:
    found = split_file_stem(stem)
    if found is None:
        raise InvalidText(
            f"{stem!r} does not end in a semantic version: name the file <layer>-<version>.zip, "
            "like http-client-1.4.0.zip"
        )
    return found


def object_key(layer: LayerName, version: SemanticVersion) -> str:
    """Return the key under which a release is dropped."""
    return f"{INCOMING_PREFIX}{layer}/{version}.zip"


def version_description(version: SemanticVersion, digest: Digest) -> str:
    """Return the description every published layer version carries.

    It lets anyone see in the console what a version is, and lets a retried publish find the
    version whose answer was lost.
    """
    return f"v{version} sha256:{digest[:12]}"
