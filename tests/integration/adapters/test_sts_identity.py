"""A proof is redeemed at the control plane's own STS, which checks what the command has signed."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, HTTPServer
from typing import Any

import boto3
import pytest
from botocore.auth import SigV4Auth
from botocore.awsrequest import AWSRequest
from botocore.credentials import Credentials

from layerlift.adapters import clients
from layerlift.adapters.clients import AwsClients
from layerlift.adapters.sts_identity import StsIdentityProofs
from layerlift.domain.errors import Fault, Unavailable
from layerlift.domain.identity import (
    BINDING_HEADER,
    PROOF_BODY,
    Identity,
    Proof,
    Ruling,
    Statement,
    Waiver,
)
from layerlift.domain.names import Digest, LayerName, SemanticVersion, StageName
from layerlift.ports.identity import ProofRefused
from layerlift_cli.identity_proof import sign

HOST = "sts.eu-central-1.amazonaws.com"
KEY, SECRET, TOKEN = "AKIAEXAMPLE", "a secret", "a/session+token="
ARN = "arn:aws:sts::111122223333:assumed-role/release-managers/ada"
STATEMENT = Statement(
    control_plane="111122223333/layerlift",
    layer=LayerName("http-client"),
    version=SemanticVersion("1.0.0"),
    stage=StageName("prod"),
    digest=Digest("0" * 64),
    attempt=1,
    says=Ruling(outcome="approved", comment="fine"),
)
ANSWER = (
    '<GetCallerIdentityResponse xmlns="https://sts.amazonaws.com/doc/2011-06-15/">'
    f"<GetCallerIdentityResult><Arn>{ARN}</Arn><UserId>AROAEXAMPLE:ada</UserId>"
    "<Account>111122223333</Account></GetCallerIdentityResult></GetCallerIdentityResponse>"
)
REFUSAL = (
    "<ErrorResponse><Error><Type>Sender</Type><Code>SignatureDoesNotMatch</Code>"
    "<Message>no</Message></Error></ErrorResponse>"
)


@dataclass
class Sts:
    """An STS that signs what it got anew with the caller's secret, and compares, as AWS does."""

    url: str = ""
    override: tuple[int, str, dict[str, str]] | None = None
    asked: list[dict[str, str]] = field(default_factory=list)

    def answer(self, path: str, headers: dict[str, str], body: str) -> tuple[int, str, Any]:
        self.asked.append({name.lower(): value for name, value in headers.items()})
        if self.override is not None:
            return self.override
        is_right = (path, body) == ("/", PROOF_BODY) and _is_signed(self.asked[-1])
        return (200, ANSWER, {}) if is_right else (403, REFUSAL, {})


def _is_signed(headers: dict[str, str]) -> bool:
    authorization = headers["authorization"]
    signed = authorization.split("SignedHeaders=")[1].split(",")[0].split(";")
    request = AWSRequest(
        "POST",
        f"https://{headers['host']}/",
        data=PROOF_BODY,
        headers={name: headers[name] for name in signed if name in headers},
    )
    request.context["timestamp"] = headers["x-amz-date"]
    auth = SigV4Auth(Credentials(KEY, SECRET, TOKEN), "sts", "eu-central-1")
    canonical = auth.string_to_sign(request, auth.canonical_request(request))
    return authorization.endswith(f"Signature={auth.signature(canonical, request)}")


@contextmanager
def serving(sts: Sts) -> Iterator[None]:
    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"])).decode()
            status, text, headers = sts.answer(self.path, dict(self.headers.items()), body)
            self.send_response(status)
            for name, value in headers.items():
                self.send_header(name, value)
            self.send_header("Content-Length", str(len(text.encode())))
            self.end_headers()
            self.wfile.write(text.encode())

        do_GET = do_POST

        def log_message(self, format: str, *args: Any) -> None:
            """Say nothing."""

    server = HTTPServer(("127.0.0.1", 0), Handler)
    sts.url = f"http://127.0.0.1:{server.server_port}"
    thread = threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True)
    thread.start()
    try:
        yield
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


@pytest.fixture
def sts(monkeypatch: pytest.MonkeyPatch) -> Iterator[Sts]:
    """An STS that the process's own client is configured for."""
    here = Sts()
    with serving(here):
        monkeypatch.setenv("AWS_ENDPOINT_URL_STS", here.url)
        clients._client.cache_clear()
        yield here
    clients._client.cache_clear()


@pytest.fixture
def proof() -> Proof:
    session = boto3.Session(KEY, SECRET, TOKEN, region_name="eu-central-1")
    return sign(STATEMENT, session, HOST)


def redeem(proof: Proof, statement: Statement = STATEMENT) -> Identity | ProofRefused:
    return StsIdentityProofs(AwsClients(), host=HOST).redeem(proof, statement.binding(proof.nonce))


def test_what_the_command_signs_is_what_the_control_plane_sends(sts: Sts, proof: Proof) -> None:
    assert redeem(proof) == Identity(arn=ARN, account="111122223333", user_id="AROAEXAMPLE:ada")
    (asked,) = sts.asked
    assert (asked["host"], asked["x-amz-security-token"]) == (HOST, TOKEN)


@pytest.mark.parametrize(
    "change",
    [
        {"says": Ruling(outcome="denied", comment="fine")},
        {"says": Ruling(outcome="approved", comment="other words")},
        {"says": Waiver(freeze=True, reason="fine")},
        {"stage": "dev"},
        {"version": "1.0.1"},
        {"digest": "1" * 64},
        {"attempt": 2},
        {"layer": "other"},
        {"control_plane": "999988887777/layerlift"},
    ],
    ids=str,
)
def test_a_proof_does_not_fit_anything_else_than_was_signed(
    sts: Sts, proof: Proof, change: dict[str, Any]
) -> None:
    other = STATEMENT.model_copy(update=change)
    assert redeem(proof, other) == ProofRefused("SignatureDoesNotMatch")


@pytest.mark.parametrize(
    "change",
    [{"session_token": "other"}, {"nonce": "0" * 32}, {"date": "20260101T000000Z"}],
    ids=str,
)
def test_a_proof_that_was_tampered_with_is_refused(
    sts: Sts, proof: Proof, change: dict[str, str]
) -> None:
    assert redeem(proof.model_copy(update=change)) == ProofRefused("SignatureDoesNotMatch")


@pytest.mark.parametrize("header", ["host", "x-amz-date", BINDING_HEADER])
def test_a_signature_that_leaves_out_what_binds_it_is_never_sent(
    sts: Sts, proof: Proof, header: str
) -> None:
    names = proof.authorization.split("SignedHeaders=")[1].split(",")[0]
    without = ";".join(name for name in names.split(";") if name != header)
    loose = proof.model_copy(update={"authorization": proof.authorization.replace(names, without)})
    assert redeem(loose) == ProofRefused(f"it does not sign {header}")
    assert sts.asked == []


@pytest.mark.parametrize(
    "authorization",
    [
        "AWS4-HMAC-SHA256 nonsense",
        f"AWS4-HMAC-SHA256 Credential={KEY}/20260701/eu-central-1/iam/aws4_request, "
        f"SignedHeaders=host;x-amz-date;{BINDING_HEADER}, Signature={'0' * 64}",
    ],
)
def test_what_is_no_signature_for_sts_is_never_sent(
    sts: Sts, proof: Proof, authorization: str
) -> None:
    other = proof.model_copy(update={"authorization": authorization})
    assert redeem(other) == ProofRefused("it is not a Signature Version 4 for STS")
    assert sts.asked == []


def test_a_redirect_is_not_followed(sts: Sts, proof: Proof) -> None:
    elsewhere = Sts()
    with serving(elsewhere):
        sts.override = (302, "", {"Location": f"{elsewhere.url}/"})
        assert redeem(proof) == ProofRefused("302")
    assert elsewhere.asked == []


@pytest.mark.parametrize("status", [429, 500, 503])
def test_an_sts_that_cannot_answer_now_says_nothing_about_the_proof(
    sts: Sts, proof: Proof, status: int
) -> None:
    sts.override = (status, "<ErrorResponse/>", {})
    with pytest.raises(Unavailable):
        redeem(proof)


def test_an_sts_that_is_not_there_says_nothing_about_the_proof(
    monkeypatch: pytest.MonkeyPatch, proof: Proof
) -> None:
    monkeypatch.setenv("AWS_ENDPOINT_URL_STS", "http://127.0.0.1:9")
    clients._client.cache_clear()
    with pytest.raises(Unavailable):
        redeem(proof)
    clients._client.cache_clear()


@pytest.mark.parametrize("body", ["", "<html>", "<GetCallerIdentityResponse/>"])
def test_an_answer_that_names_nobody_is_a_fault(sts: Sts, proof: Proof, body: str) -> None:
    sts.override = (200, body, {})
    with pytest.raises(Fault):
        redeem(proof)
