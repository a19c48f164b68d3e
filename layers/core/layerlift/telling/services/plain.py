"""Text for services whose markup is not known here: nothing in it is markup in any of them."""

import re

_ZERO_WIDTH_SPACE = "\u200b"
_LOOKALIKES = str.maketrans({"*": "∗", "`": "ʼ", "~": "∼"})  # noqa: RUF001 - that is the point
_UNDERSCORE = re.compile(r"(?<![A-Za-z0-9])_|_(?![A-Za-z0-9])")
_LINE_START = re.compile(r"(?m)^(\s*)([#>+-]|\d+\.(?=\s))")


def without_markup(text: str) -> str:
    """Return ``text`` so that no Markdown, mrkdwn or mention is in it, and it reads the same.

    There is no escape that all services know, so characters of markup become others that look like
    them, and a mention or a link is broken by a space of no width. Underscores inside a word stay,
    since they are markup nowhere and belong to names.
    """
    plain = _UNDERSCORE.sub("＿", text.translate(_LOOKALIKES))  # noqa: RUF001
    plain = _LINE_START.sub(rf"\1{_ZERO_WIDTH_SPACE}\2", plain)
    for mark in ("@", "<", "]"):
        plain = plain.replace(mark, mark + _ZERO_WIDTH_SPACE)
    return plain
