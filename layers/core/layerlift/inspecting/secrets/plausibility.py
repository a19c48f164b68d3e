"""Tells a credential from a placeholder, by how it is made.

Documentation and test data hold things of a credential's shape everywhere. A genuine one is drawn
at random, and some vendors put a checksum into it; neither is true of ``ghp_xxxxxxxxxxxx``.
"""

import base64
import binascii
import hashlib
import re
import string
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
        # The authority of moto's proxy, moto_proxy/ca.key, and its certificates, in DER:
        # https://docs.getmoto.org/en/latest/docs/proxy_mode.html
        "5d0b7e7bbb03d7bf290c7857ec9aa3ae9547e0d8b18199cd5dec8c40fd96602f",
        "492e9dcc8cadbe000392b8c0b1cc45ed34576740d3aecdebcf9152508e48caf1",
    }
)
"""SHA-256 of credentials that a vendor publishes for everybody to use."""


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


def issued_text(match: re.Match[bytes]) -> Verdict:
    """Judge what follows a prefix of its vendor: as :func:`random_text`, but for identifiers.

    Of 20 random characters one in 30 has no digit. One without is no identifier either where
    every fifth letter is a capital, and every fifth is none.
    """
    secret = match["secret"]
    needed = 1 if re.search(rb"[0-9]", secret) else len(secret) / 5
    return random_text(match) if _of_rarer_case(secret) >= needed else Verdict.HARMLESS


def mixed_case_text(match: re.Match[bytes]) -> Verdict:
    """Judge as :func:`random_text`, and ask for capitals and small letters, a fifth of each."""
    secret = match["secret"]
    is_mixed = _of_rarer_case(secret) * 5 >= len(secret)
    return random_text(match) if is_mixed else Verdict.HARMLESS


def _of_rarer_case(text: bytes) -> int:
    """Return how many capitals or how many small letters there are, whichever are fewer."""
    return min(len(text) - len(text.translate(None, case)) for case in (_SMALL, _CAPITALS))


_SMALL, _CAPITALS = string.ascii_lowercase.encode(), string.ascii_uppercase.encode()


def text_of_aws(match: re.Match[bytes]) -> Verdict:
    """Judge as :func:`mixed_text`; a name that others give their keys, too, makes it doubtful."""
    verdict = mixed_text(match)
    is_named = match["vendor"] or match["access"]
    return verdict if is_named or verdict is Verdict.HARMLESS else Verdict.DOUBTFUL


def text_of_twilio(match: re.Match[bytes]) -> Verdict:
    """Judge as :func:`random_text`, where Twilio or the SID of an account stands nearby."""
    near = match.string[max(0, match.start() - _NEAR) : match.end() + _NEAR]
    return random_text(match) if _TWILIO.search(near) else Verdict.HARMLESS


_NEAR = 256
"""Bytes: some lines of settings."""

_TWILIO = re.compile(rb"(?i:twilio)|(?<![0-9A-Za-z])AC[0-9a-f]{32}(?![0-9A-Za-z])")
"""https://www.twilio.com/docs/glossary/what-is-a-sid"""


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


def password(match: re.Match[bytes]) -> Verdict:
    """Judge a password that a person or a program chose."""
    return _password(match["secret"])


def encoded_password(match: re.Match[bytes]) -> Verdict:
    """Judge base64 of a password, as npm keeps it."""
    return _password(decoded(match["secret"]))


def _password(text: bytes) -> Verdict:
    is_long = len(text) >= _MIN_PASSWORD and text.isascii() and text.decode().isprintable()
    is_word = _WORDS.search(text) or _NO_PASSWORD.search(text) or re.fullmatch(rb"[a-z]+", text)
    return Verdict.GENUINE if is_long and not is_word else Verdict.HARMLESS


_NO_PASSWORD = re.compile(rb"(?i:pass|token|%\(|%[a-z_]+%|\*\*\*)")
"""What manuals write in its place, and references to it: ``%(name)s``, ``%NAME%``."""


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
    if not text:
        return False
    letters = _alphabet_size(text)
    expected = letters * (1 - (1 - 1 / letters) ** len(text))
    # Words last: to look for them takes ten times as long.
    return len(set(text)) >= _MIN_VARIETY * expected and not _WORDS.search(text)


def is_published(secret: bytes) -> bool:
    """Whether a vendor publishes this very credential."""
    return hashlib.sha256(secret).hexdigest() in _PUBLISHED


def _alphabet_size(text: bytes) -> int:
    if re.fullmatch(rb"[0-9a-f]+|[0-9A-F]+", text):
        return 16
    return 36 if text in (text.upper(), text.lower()) else 64
