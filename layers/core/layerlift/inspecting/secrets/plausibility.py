"""Tells a credential from a placeholder, by how it is made.

Documentation and test data hold things of a credential's shape everywhere. A genuine one is drawn
at random, and some vendors put a checksum into it; neither is true of ``ghp_xxxxxxxxxxxx``.
"""

import base64
import binascii
import hashlib
import re
import zlib
from enum import Enum, auto

_MIN_VARIETY = 0.6
"""Of the different characters that a random text of this length and alphabet has on average.

Fewer occur in one of some 100,000 random texts of 32 hexadecimal digits, and far less often in
longer ones or richer alphabets."""

_WORDS = re.compile(
    rb"(?i:example|placeholder|redacted|changeme|change_me|dummy|sample|fake|secret|insert|"
    rb"replace|your_|yourtoken|yourkey|xxxx|deadbeef|123456|abcdef|qwerty)|(.)\1{4}"
)
"""What people write instead of a secret: words, sequences, one character five times."""

_BASE62 = b"0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
_CHECKSUM_LENGTH = 6
"""Characters: 62 ** 6 is the first power that holds a CRC-32."""

_PUBLISHED = frozenset(
    {
        # Azurite's account: https://learn.microsoft.com/azure/storage/common/storage-connect-azurite
        "0011cc25eb4320717494d2703e8cba85743e71b500283c21c8b88147992f9059",
        # Its database's: https://learn.microsoft.com/azure/cosmos-db/
        "aa6547439583c3a275d4542a0df6c1ad6a863971be9f2a2220f027cc02aef615",
    }
)
"""SHA-256 of credentials that a vendor prints in its documentation for everybody to use."""


class Verdict(Enum):
    """What is known of something that has a credential's shape."""

    GENUINE = auto()
    DOUBTFUL = auto()
    """It is random enough for one and has its shape, though not all that belongs to it."""
    PROTECTED = auto()
    """It is one, and encrypted with a passphrase."""
    HARMLESS = auto()


def random_text(match: re.Match[bytes]) -> Verdict:
    """Judge the group ``secret`` by its variety, the words in it and what is published."""
    secret = match["secret"]
    genuine = looks_random(secret) and not is_published(secret)
    return Verdict.GENUINE if genuine else Verdict.HARMLESS


def mixed_text(match: re.Match[bytes]) -> Verdict:
    """Judge as :func:`random_text`, and ask for a digit and both cases: identifiers lack one."""
    secret = match["secret"]
    kinds = (rb"[0-9]", rb"[a-z]", rb"[A-Z]")
    mixed = all(re.search(kind, secret) for kind in kinds)
    return random_text(match) if mixed else Verdict.HARMLESS


def checksummed_text(match: re.Match[bytes]) -> Verdict:
    """Judge a token of GitHub's format, whose last six characters are a checksum of the others.

    It is the CRC-32 of what follows the prefix, in base 62 with leading zeros:
    https://github.blog/engineering/platform-security/behind-githubs-new-authentication-token-formats/
    npm has the same: https://github.blog/changelog/2021-09-23-npm-has-a-new-access-token-format/
    One of random characters without a right checksum is doubtful: made up, or of a vendor's
    server that counts otherwise.
    """
    secret = match["secret"]
    if not looks_random(secret):
        return Verdict.HARMLESS
    body, checksum = secret[:-_CHECKSUM_LENGTH], secret[-_CHECKSUM_LENGTH:]
    return Verdict.GENUINE if checksum == base62_checksum(body) else Verdict.DOUBTFUL


def base62_checksum(body: bytes) -> bytes:
    """Return the CRC-32 of ``body`` as six characters of base 62."""
    number = zlib.crc32(body)
    digits = bytearray()
    for _ in range(_CHECKSUM_LENGTH):
        number, digit = divmod(number, len(_BASE62))
        digits.append(_BASE62[digit])
    return bytes(reversed(digits))


def basic_authorization(match: re.Match[bytes]) -> Verdict:
    """Judge base64 of ``user:password`` (RFC 7617), as Docker keeps it in ``config.json``."""
    text = decoded(match["secret"])
    user, colon, password = text.partition(b":")
    known = user and colon and len(password) >= _MIN_PASSWORD and not _WORDS.search(password)
    return Verdict.GENUINE if known and text.isascii() else Verdict.HARMLESS


def encoded_private_key(match: re.Match[bytes]) -> Verdict:
    """Judge base64 of a PEM file, as kubeconfig files keep their keys."""
    text = decoded(match["secret"])
    return Verdict.GENUINE if _PEM_LABEL.match(text) else Verdict.HARMLESS


_MIN_PASSWORD = 8
"""Registries issue longer ones; shorter are ``pass`` and ``foo`` of examples."""

_PEM_LABEL = re.compile(rb"\s*-----BEGIN (?:[A-Z]+ )?PRIVATE KEY-----")


def decoded(text: bytes) -> bytes:
    """Return what base64 ``text`` stands for, as far as it goes; nothing for what is no base64."""
    digits = text.rstrip(b"=")
    digits = digits[:-1] if len(digits) % 4 == 1 else digits
    whole = digits + b"=" * (-len(digits) % 4)
    try:
        return base64.b64decode(whole, validate=True)
    except binascii.Error:
        return b""


def looks_random(text: bytes) -> bool:
    """Whether ``text`` has the variety of random characters, and no word of a placeholder."""
    if not text or _WORDS.search(text):
        return False
    letters = _alphabet_size(text)
    expected = letters * (1 - (1 - 1 / letters) ** len(text))
    return len(set(text)) >= _MIN_VARIETY * expected


def is_published(secret: bytes) -> bool:
    """Whether a vendor's documentation prints this very credential."""
    return hashlib.sha256(secret).hexdigest() in _PUBLISHED


def _alphabet_size(text: bytes) -> int:
    if re.fullmatch(rb"[0-9a-f]+|[0-9A-F]+", text):
        return 16
    return 36 if text in (text.upper(), text.lower()) else 64
