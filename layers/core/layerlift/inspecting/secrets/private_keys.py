"""Private keys in text: PEM (RFC 7468), whatever is in it, also inside a string of source code.

The words ``-----BEGIN PRIVATE KEY-----`` stand in every parser and its manual. It is a key where
what follows decodes to one, of a length that agrees with what it says of itself.
"""

import re

from layerlift.inspecting.secrets.plausibility import Verdict, decoded, is_published

PEM_LITERAL = b"PRIVATE KEY"
"""Not ``-----BEGIN``: each rule of dashes in a table, and each certificate, would be looked at."""

PEM_REACH = 7 * 1024
"""Bytes: an RSA key of 8,192 bits takes 6,400. Of a longer one the end is not looked for."""

_BODY = rb"PRIVATE KEY-----(?P<secret>[^-]*(?:-(?!----)[^-]*)*)"
_LABELS = (b"", b"RSA ", b"DSA ", b"EC ", b"OPENSSH ", b"ENCRYPTED ")
_IN_JSON = (b'"private_key": "-----BEGIN ', b'"private_key":"-----BEGIN ')

PEM = re.compile(
    b"".join(b"(?<!%b)" % before for before in _IN_JSON)
    + b"(?:%b)" % b"|".join(b"(?<=-----BEGIN %b)" % label for label in _LABELS)
    + _BODY
)
SERVICE_ACCOUNT = re.compile(
    b"(?:%b)" % b"|".join(b"(?<=%b)" % before for before in _IN_JSON) + _BODY
)
"""As https://cloud.google.com/iam/docs/keys-create-delete shows the file."""

PGP = re.compile(rb"(?<=-----BEGIN PGP )PRIVATE KEY BLOCK-----(?P<secret>[^-]*(?:-(?!----)[^-]*)*)")
"""RFC 9580, 6.2."""

_PGP_BODY = re.compile(
    rb"(?:[A-Z][A-Za-z]{1,20}:[^\r\n\\]{0,200}(?:\r?\n|\\r|\\n)+)*(?P<base64>[^=]+=?=?)"
)
"""Headers, and then what ends with ``=`` and a checksum."""

_WRAPPING = re.compile(rb"\\[nrt]|[\"']\s*(?:[,+]\s*)?[\"']|[\s\\]+")
"""What stands between the lines of a key inside a string: escapes, quotes and operators."""

_LEGACY_ENCRYPTION = re.compile(
    rb"[\"']?Proc-Type:4,ENCRYPTEDDEK-Info:[A-Z0-9-]{1,40},[0-9A-Fa-f]{0,64}[A-Za-z0-9+/]{60}"
)
"""RFC 1421, 4.6.1.1, without its white space: headers say how the key is encrypted, and what
follows is no DER."""

_BASE64 = re.compile(rb"[A-Za-z0-9+/]+={0,2}")

_OPENSSH_MAGIC = b"openssh-key-v1\0"
"""https://github.com/openssh/openssh-portable/blob/master/PROTOCOL.key"""

_NO_CIPHER = _OPENSSH_MAGIC + b"\0\0\0\x04none"

_MIN_VARIETY = 20
"""Different bytes: the shortest key, of Ed25519 in PKCS #8, has 48 bytes, 32 of them random."""

_MIN_KEY = 46
"""Bytes: such a key without the padding that a cut may have taken."""

_SEQUENCE, _INTEGER, _OCTETS = 0x30, 0x02, 0x04


def private_key(match: re.Match[bytes]) -> Verdict:
    """Judge the group ``secret``: what follows the label of a PEM file."""
    body = _WRAPPING.sub(b"", match["secret"])
    if _LEGACY_ENCRYPTION.match(body):
        return Verdict.PROTECTED
    text = _BASE64.match(body.lstrip(b"\"'"))
    key = decoded(text[0]) if text else b""
    if len(key) < _MIN_KEY or len(set(key)) < _MIN_VARIETY:
        return Verdict.HARMLESS
    if is_published(key):
        return Verdict.HARMLESS
    if key.startswith(_OPENSSH_MAGIC):
        return Verdict.GENUINE if key.startswith(_NO_CIPHER) else Verdict.PROTECTED
    is_cut = match.end() == match.endpos
    verdict = _der_key(key, is_cut=is_cut)
    if verdict is Verdict.HARMLESS and _is_framed(match, len(key)):
        return Verdict.DOUBTFUL
    return verdict


def pgp_key(match: re.Match[bytes]) -> Verdict:
    """Judge the group ``secret``: what follows the label of an armored OpenPGP key (RFC 9580).

    The tag of its first packet says what it is; whether it needs a passphrase is not looked at.
    """
    body = _PGP_BODY.match(match["secret"].lstrip(b" \t\r\n\\rn"))
    key = decoded(_WRAPPING.sub(b"", body["base64"])) if body else b""
    if len(key) < _MIN_KEY or len(set(key)) < _MIN_VARIETY:
        return Verdict.HARMLESS
    if key[0] in _SECRET_KEY_TAGS:
        return Verdict.GENUINE
    return Verdict.DOUBTFUL if _is_framed(match, len(key)) else Verdict.HARMLESS


_SECRET_KEY_TAGS = (0x94, 0x95, 0x96, 0xC5)
"""RFC 9580, 4.2: packet 5, in the legacy format with a length of one, two or four bytes."""


def _is_framed(match: re.Match[bytes], length: int) -> bool:
    """Say whether so much base64 stands between the two lines of a PEM file (RFC 7468, 2).

    What it decodes to is of no kind that we know; nobody writes it for an example, though.
    """
    return length >= _MIN_FRAMED and match.string.startswith(b"-----END ", match.end())


_MIN_FRAMED = 256
"""Bytes: half of an RSA key of 1,024 bits. Manuals cut their examples shorter."""


def _der_key(key: bytes, *, is_cut: bool) -> Verdict:
    """Judge DER: what the sequence begins with tells PKCS #1, SEC 1 and PKCS #8 from others.

    RFC 8017 A.1.2 (RSA) and RFC 5915 (EC) begin with a version and an integer or octets, RFC 5958
    with a version and a sequence; an encrypted RFC 5958 key begins with a sequence.
    """
    start, length = _sequence(key)
    if not start or (start + length > len(key) and not is_cut):
        return Verdict.HARMLESS
    if key[start] == _SEQUENCE:
        return Verdict.PROTECTED
    has_version = key[start : start + 2] == bytes((_INTEGER, 1)) and key[start + 2] <= 1
    known = has_version and key[start + 3] in (_SEQUENCE, _INTEGER, _OCTETS)
    return Verdict.GENUINE if known else Verdict.HARMLESS


def _sequence(key: bytes) -> tuple[int, int]:
    """Return where the content of a DER sequence begins and its length; (0, 0) for none.

    ITU-T X.690, 8.1.3: a length below 128 is one byte, else a byte says how many hold it.
    """
    if key[0] != _SEQUENCE:
        return 0, 0
    if key[1] < 0x80:
        return 2, key[1]
    count = key[1] & 0x7F
    if not 1 <= count <= 2:
        return 0, 0
    return 2 + count, int.from_bytes(key[2 : 2 + count], "big")
