"""What can go wrong that is not an outcome.

::

    LayerliftError
    ├── InvalidText      a name, version, digest or key that breaks its rule
    └── Fault            something an operator must look at
        ├── AccessRefused    AWS said no to the caller: a policy must change
        ├── Unavailable      AWS could not be reached, throttled, or failed: try again
        └── AnswerLost       a call may or may not have worked: look before repeating it

Expected results (a rejected zip, a failed canary, a denied approval) are values, see
:mod:`layerlift.domain.outcomes`.
"""


class LayerliftError(Exception):
    """Base of every error this package raises on purpose."""


class InvalidText(LayerliftError, ValueError):
    """A text breaks the rule of what it should name; the message says which rule."""


class Fault(LayerliftError):
    """A step could not do its work; the message says what was tried and what AWS said."""


class AccessRefused(Fault):
    """AWS refused the caller. Repeating does not help; a permission does."""


class Unavailable(Fault):
    """AWS could not be reached, throttled or failed. Nothing was changed; try again later."""


class AnswerLost(Fault):
    """The request was sent and no answer came: it may have been carried out."""
