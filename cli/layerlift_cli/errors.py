"""What ends a command early, and with which exit code.

::

    CommandError
    ├── AnswerIsNo        1  the thing was done or asked, and the answer is no
    ├── NotSetUp          2  this machine or checkout cannot do that yet
    ├── OutOfReach        3  AWS said no or cannot be reached
    └── Stopped         130  Ctrl-C ended the watching, and nothing else
"""

from typing import ClassVar


class CommandError(Exception):
    """Base of all of them: what the user reads is what happened, why, and what to do next.

    ``next_step`` is the last of these, empty if the message says it.
    """

    exit_code: ClassVar[int] = 1
    code: ClassVar[str] = "answer_is_no"

    def __init__(self, message: str, *, next_step: str = "") -> None:
        super().__init__(message)
        self.message = message
        self.next_step = next_step

    def __str__(self) -> str:
        between = "\n" if "\n" in self.message else " "
        return f"{self.message}{between}{self.next_step}".rstrip()


class AnswerIsNo(CommandError):
    """Rejected, failed, refused."""

    exit_code = 1
    code = "answer_is_no"


class NotSetUp(CommandError):
    """Something that the command needs is missing here."""

    exit_code = 2
    code = "not_set_up"


class OutOfReach(CommandError):
    """AWS, or what stands in for it, said no or does not answer."""

    exit_code = 3
    code = "out_of_reach"


class Stopped(CommandError):
    """Whoever watched has stopped it; 130 is what shells say of a command that Ctrl-C ended."""

    exit_code = 130
    code = "stopped"
