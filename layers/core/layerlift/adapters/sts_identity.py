"""Whose signature a proof of identity carries, as STS says."""

import re
from typing import Any

from layerlift.adapters.clients import AwsClients, aws_errors
from layerlift.domain.errors import Fault, Unavailable
from layerlift.domain.identity import BINDING_HEADER, PROOF_BODY, Identity, Proof, proof_headers
from layerlift.ports.identity import ProofRefused

_SECONDS = 10
_MAX_ANSWER_BYTES = 64 * 1024
"""Ours: an answer of STS has well below one kilobyte."""

_SCOPE = re.compile(
    r"AWS4-HMAC-SHA256 Credential=[^/ ,]+/\d{8}/(?P<region>[^/ ,]+)/sts/aws4_request, ?"
    r"SignedHeaders=(?P<headers>[a-z0-9;-]+), ?Signature=[0-9a-f]{64}"
)
"""https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv-authentication-methods.html"""

_MUST_BE_SIGNED = frozenset({"host", "x-amz-date", BINDING_HEADER})
_OK, _TOO_MANY_REQUESTS, _SERVER_ERROR = 200, 429, 500


class StsIdentityProofs:
    """The :class:`~layerlift.ports.identity.IdentityProofs` of the control plane's region.

    ``host`` is the STS endpoint of that region, for which a proof has to be signed. Requests go
    to the endpoint of the process's own STS client, never to one that a proof names, and a
    redirect is not followed.
    """

    def __init__(self, clients: AwsClients, *, host: str) -> None:
        self._clients = clients
        self._host = host

    def redeem(self, proof: Proof, binding: str) -> Identity | ProofRefused:
        flaw = _flaw(proof)
        if flaw is not None:
            return ProofRefused(flaw)
        headers = {
            **proof_headers(self._host, binding),
            "X-Amz-Date": proof.date,
            "Authorization": proof.authorization,
        }
        if proof.session_token is not None:
            headers["X-Amz-Security-Token"] = proof.session_token
        doing = "asking STS who signed"
        with aws_errors(doing):
            client = self._clients.client("sts")
            status, body = _post(client.meta.endpoint_url, headers)
            parsed = _parse(client, status, body)
        if status == _OK:
            return _identity(parsed)
        error = parsed.get("Error", {})
        if status == _TOO_MANY_REQUESTS or status >= _SERVER_ERROR:
            raise Unavailable(f"{doing}: {status} {error.get('Code', '')}")
        return ProofRefused(str(error.get("Code", status)))


def _flaw(proof: Proof) -> str | None:
    """Return why a signature would prove nothing even if STS took it, None if it would."""
    match = _SCOPE.fullmatch(proof.authorization)
    if match is None:
        return "it is not a Signature Version 4 for STS"
    if missing := _MUST_BE_SIGNED - set(match["headers"].split(";")):
        return f"it does not sign {', '.join(sorted(missing))}"
    return None


def _post(endpoint: str, headers: dict[str, str]) -> tuple[int, bytes]:
    from botocore.awsrequest import AWSRequest
    from botocore.httpsession import URLLib3Session

    request = AWSRequest("POST", f"{endpoint}/", data=PROOF_BODY.encode(), headers=headers)
    request.stream_output = True
    answer = URLLib3Session(timeout=_SECONDS).send(request.prepare())
    try:
        return answer.status_code, answer.raw.read(_MAX_ANSWER_BYTES)
    finally:
        answer.raw.close()


def _parse(client: Any, status: int, body: bytes) -> dict[str, Any]:
    """Read an answer as the SDK reads all answers of STS; what is none is empty."""
    from botocore.parsers import ResponseParserError, create_parser

    model = client.meta.service_model
    shape = model.operation_model("GetCallerIdentity").output_shape
    answer = {"status_code": status, "headers": {}, "body": body}
    try:
        return dict(create_parser(model.metadata["protocol"]).parse(answer, shape))
    except (ResponseParserError, KeyError):  # No XML, or without the element of the result.
        return {}


def _identity(parsed: dict[str, Any]) -> Identity:
    try:
        return Identity(arn=parsed["Arn"], account=parsed["Account"], user_id=parsed["UserId"])
    except KeyError as missing:
        raise Fault(f"STS answered without {missing}") from None
