"""Text for services whose markup is not known here: nothing in it is markup in any of them."""

import re

_ZERO_WIDTH_SPACE = "\u200b"
_LOOKALIKES = str.maketrans({"*": "∗", "`": "ʼ", "~": "∼"})  # noqa: RUF001 - that is the point
_NAME_CHARACTER = "[A-Za-z0-9_./+-]"
_NAME = re.compile(rf"(?<![\w./+:?=&#%-]){_NAME_CHARACTER}*[A-Za-z0-9_](?!\w)")
"""A file, a layer or the like, between what is none of a word: there all services know code.
What follows a colon is left out, for it is the inside of a web address."""

_UNDERSCORE = re.compile(r"(?<![A-Za-z0-9])_|_(?![A-Za-z0-9])")
_LINE_START = re.compile(r"(?m)^(\s*)([#>+-]|\d+\.(?=\s))")


def without_markup(text: str) -> str:
    """Return ``text`` so that no Markdown, mrkdwn or mention is in it, and it reads the same.

    There is no escape that all services know, so characters of markup become others that look like
    them, and a mention or a link is broken by a space of no width. Underscores inside a word stay,
    since they are markup nowhere. A name with others, like ``httpx/__init__.py``, is shown as code,
    so that it can be searched for and pasted; there is no other backtick that could end it.
    """
    plain = _NAME.sub(_as_code, text.translate(_LOOKALIKES))
    parts = plain.split("`")
    # What is between two backticks is code, and stays.
    parts[::2] = [_UNDERSCORE.sub("＿", part) for part in parts[::2]]  # noqa: RUF001
    plain = "`".join(parts)
    plain = _LINE_START.sub(rf"\1{_ZERO_WIDTH_SPACE}\2", plain)
    for mark in ("@", "<", "]"):
        plain = plain.replace(mark, mark + _ZERO_WIDTH_SPACE)
    return plain


def _as_code(name: re.Match[str]) -> str:
    text = name.group()
    return f"`{text}`" if _UNDERSCORE.search(text) else text
