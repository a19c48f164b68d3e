"""What credentials look like: for each kind, where it is documented and how to tell a real one.

A rule is tried only where one of its ``literals`` occurs. They are few, each at least
``MIN_LITERAL`` bytes and beginning with what is rare in source code: that decides how fast the
search is, and the rest is left to the pattern. Vendors whose credentials have nothing recognisable
(Datadog's: hexadecimal digits) have no rule, and neither have passwords in URLs in general: manuals
are full of them.
"""

from layerlift.inspecting.secrets.clouds import CLOUDS
from layerlift.inspecting.secrets.hosts import CODE_HOSTS, REGISTRIES
from layerlift.inspecting.secrets.platforms import PLATFORMS
from layerlift.inspecting.secrets.rule import Rule
from layerlift.inspecting.secrets.services import KEYS, SERVICES

RULES: tuple[Rule, ...] = (
    *CLOUDS,
    *CODE_HOSTS,
    *REGISTRIES,
    *PLATFORMS,
    *SERVICES,
    *KEYS,
)
