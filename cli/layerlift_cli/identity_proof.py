"""Sign a decision with the caller's own credentials, for the control plane to show to STS."""

from __future__ import annotations

import secrets
from typing import TYPE_CHECKING

from layerlift.domain.identity import PROOF_BODY, Proof, Statement, proof_headers
from layerlift_cli.errors import NotSetUp

if TYPE_CHECKING:
    import boto3


def sign(statement: Statement, session: boto3.Session, host: str) -> Proof:
    """Return a proof that whoever has the session's credentials makes this statement.

    ``host`` is the STS endpoint of the session's region, which the stack names. Nothing is sent.

    :raises NotSetUp: if the session has no credentials.
    """
    from botocore.auth import SigV4Auth
    from botocore.awsrequest import AWSRequest

    credentials = session.get_credentials()
    if credentials is None:
        raise NotSetUp(
            "There are no credentials to sign with.",
            next_step="Look which there are: aws sts get-caller-identity",
        )
    nonce = secrets.token_hex(16)
    headers = dict(proof_headers(host, statement.binding(nonce)))
    request = AWSRequest("POST", f"https://{host}/", data=PROOF_BODY, headers=headers)
    SigV4Auth(credentials.get_frozen_credentials(), "sts", session.region_name).add_auth(request)
    return Proof(
        authorization=request.headers["Authorization"],
        date=request.headers["X-Amz-Date"],
        session_token=request.headers.get("X-Amz-Security-Token"),
        nonce=nonce,
    )
