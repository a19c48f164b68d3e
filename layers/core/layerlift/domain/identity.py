"""Who somebody is, and how they prove it: a signed request to STS, bound to what they say.

The proof is a GetCallerIdentity request, signed with the caller's own credentials and never sent
by the caller. The control plane sends it to STS, which answers whose signature it is
(https://docs.aws.amazon.com/STS/latest/APIReference/API_GetCallerIdentity.html). The request is
composed here, so that whoever signs it and whoever sends it compose the same one: of what crosses
the wire only the signature, its date and the session token come from the caller.
"""

import hashlib
import json
import re
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Annotated

from pydantic import ConfigDict, Field, field_validator, model_validator

from layerlift.domain.errors import InvalidText
from layerlift.domain.model import Value
from layerlift.domain.names import Digest, LayerName, SemanticVersion, StageName

BINDING_HEADER = "x-layerlift-statement"
"""The signed header that binds a proof to one statement, as X-Vault-AWS-IAM-Server-ID binds one to
a Vault (https://developer.hashicorp.com/vault/docs/auth/aws#iam-authentication-inferences)."""

PROOF_BODY = "Action=GetCallerIdentity&Version=2011-06-15"

PROOF_LIFETIME = timedelta(minutes=5)
"""How far the date of a signature may be from now. STS itself allows more, see
https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv-create-signed-request.html"""

MAX_REASON = 1000
"""Ours: the longest reason for a waiver or a recall, in characters; it goes into the audit trail
and events."""

_ASSUMED = re.compile(
    r"arn:(?P<partition>[^:]+):sts::(?P<account>\d{12}):assumed-role/(?P<role>[^/]+)/.+"
)


class Identity(Value):
    """Who STS says a signature is by.

    ``user_id`` tells people apart: the unique id of a user, or ``<role id>:<session name>``
    (https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_variables.html#principaltable).
    """

    arn: str
    account: str
    user_id: str

    @property
    def names(self) -> tuple[str, ...]:
        """The ARN, and for a session of a role also the role's, without the role's path."""
        match = _ASSUMED.fullmatch(self.arn)
        if match is None:
            return (self.arn,)
        role = f"arn:{match['partition']}:iam::{match['account']}:role/{match['role']}"
        return (self.arn, role)


class Proof(Value):
    """What is needed of a signed GetCallerIdentity request to send it.

    Its texts become headers, so that their characters are checked. Errors do not repeat them.
    """

    model_config = ConfigDict(frozen=True, extra="forbid", hide_input_in_errors=True)

    authorization: str = Field(max_length=2048, pattern=r"^AWS4-HMAC-SHA256 [\x20-\x7e]+$")
    date: str = Field(pattern=r"^\d{8}T\d{6}Z$")
    """``X-Amz-Date``: when it was signed."""
    session_token: str | None = Field(default=None, max_length=16384, pattern=r"^[\x21-\x7e]+$")
    nonce: str = Field(pattern=r"^[0-9a-f]{32}$")

    @field_validator("date")
    @classmethod
    def _is_a_date(cls, text: str) -> str:
        _parse_date(text)
        return text

    @property
    def signed_at(self) -> datetime:
        """When it was signed, as the signer's clock had it."""
        return _parse_date(self.date)

    @property
    def fingerprint(self) -> str:
        """Names the proof without being one: 64 hexadecimal digits."""
        return hashlib.sha256(self.authorization.encode()).hexdigest()


class Ruling(Value):
    """What somebody decides about a request for approval; ``outcome`` is the decision's word."""

    outcome: str
    comment: str


class Waiver(Value):
    """What shall no longer hold a release in a stage, and why."""

    alarms: tuple[str, ...] = ()
    freeze: bool = False
    reason: Annotated[str, Field(pattern=r"\S", max_length=MAX_REASON)]

    @model_validator(mode="after")
    def _names_something(self) -> "Waiver":
        if not self.alarms and not self.freeze:
            raise InvalidText("name what to override: alarms, the freeze, or both")
        return self


class Recall(Value):
    """That a release is to be taken back in a stage: which one to go ``to``, and why.

    ``to`` is None for what each target had before. ``to_nothing`` says that targets may be left
    without the layer, where there was nothing before.
    """

    to: SemanticVersion | None = None
    to_nothing: bool = False
    reason: Annotated[str, Field(max_length=MAX_REASON)] = ""


class Statement(Value):
    """What a proof is bound to: what somebody says of these bytes, at this control plane.

    ``control_plane`` is ``<account>/<stack>``; its region is in the host that is signed. What can
    be said has fields of its own for each kind, so that no two kinds have the same binding.
    """

    control_plane: str
    layer: LayerName
    version: SemanticVersion
    stage: StageName
    digest: Digest
    attempt: int
    says: Ruling | Waiver | Recall

    def binding(self, nonce: str) -> str:
        """Return the value of :data:`BINDING_HEADER`: 64 hexadecimal digits."""
        said = json.dumps([self.model_dump(mode="json"), nonce], sort_keys=True)
        return hashlib.sha256(said.encode()).hexdigest()


def proof_headers(host: str, binding: str) -> Mapping[str, str]:
    """Return the headers that are signed beside the date and the session token.

    ``host`` is the STS endpoint of the control plane's region: there is no other it is good for.
    """
    return {
        "Content-Type": "application/x-www-form-urlencoded; charset=utf-8",
        "Host": host,
        BINDING_HEADER: binding,
    }


def _parse_date(text: str) -> datetime:
    return datetime.strptime(text, "%Y%m%dT%H%M%SZ").replace(tzinfo=UTC)
