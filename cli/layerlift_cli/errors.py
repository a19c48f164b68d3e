"""What ends a command early, and with which exit code.

::

    CommandError
    ├── AnswerIsNo        1  the thing was done or asked, and the answer is no
    ├── NotSetUp          2  this machine or checkout cannot do that yet
    └── OutOfReach        3  AWS said no or cannot be reached
"""

from typing import ClassVar


class CommandError(Exception):
    """Base of all of them; the message is what the user reads: one line, and what to do next."""

    exit_code: ClassVar[int] = 1


class AnswerIsNo(CommandError):
    """Rejected, failed, refused."""

    exit_code = 1


class NotSetUp(CommandError):
    """Something that the command needs is missing here."""

    exit_code = 2


class OutOfReach(CommandError):
    """AWS, or what stands in for it, said no or does not answer."""

    exit_code = 3
