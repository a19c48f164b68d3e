"""What credentials look like: for each kind, where it is documented and how to tell a real one.

A rule is tried only where one of its ``literals`` occurs. There may be no more than
``MAX_LITERALS`` of them, each at least ``MIN_LITERAL`` bytes and beginning with what is rare in
source code: that decides how fast the search is, and the rest is left to the pattern. Vendors whose
credentials have nothing recognisable (Twilio's, Datadog's, Mailgun's: hexadecimal digits) have no
rule, and neither have passwords in URLs: manuals are full of them.
"""

from layerlift.inspecting.secrets.clouds import CLOUDS
from layerlift.inspecting.secrets.hosts import CODE_HOSTS, REGISTRIES
from layerlift.inspecting.secrets.rule import Rule
from layerlift.inspecting.secrets.services import KEYS, PLATFORMS, SERVICES

RULES: tuple[Rule, ...] = (
    *CLOUDS,
    *CODE_HOSTS,
    *REGISTRIES,
    *PLATFORMS,
    *SERVICES,
    *KEYS,
)
