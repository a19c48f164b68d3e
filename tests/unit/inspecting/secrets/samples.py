"""Credentials made by code, of every kind: none stands in this repository as it would be found."""

import base64
import random
import string
from collections.abc import Mapping

from layerlift.inspecting.secrets.plausibility import base62_checksum

LETTERS = string.ascii_letters + string.digits
HEX = "0123456789abcdef"
UPPER = string.ascii_uppercase + "234567"


def drawn(alphabet: str, length: int, seed: str = "layerlift") -> str:
    """Return the same random characters for the same arguments, with a digit and both cases."""
    chosen = random.Random(f"{seed}{alphabet}{length}")
    text = "".join(chosen.choices(alphabet, k=length))
    return text if alphabet != LETTERS else f"7aZ{text[3:]}"


def checksummed(prefix: str, length: int = 30) -> str:
    body = drawn(LETTERS, length)
    return f"{prefix}{body}{base62_checksum(body.encode()).decode()}"


def der(content: bytes) -> bytes:
    return b"\x30\x82" + len(content).to_bytes(2, "big") + content


def noise(length: int) -> bytes:
    return random.Random(length).randbytes(length)


KEYS: Mapping[str, bytes] = {
    "RSA ": der(b"\x02\x01\x00\x02\x82\x01\x01" + noise(600)),
    "EC ": b"\x30\x77\x02\x01\x01\x04\x20" + noise(114),
    "": b"\x30\x2e\x02\x01\x00\x30\x05\x06\x03\x2b\x65\x70\x04\x22\x04\x20" + noise(32),
    "OPENSSH ": b"openssh-key-v1\0\0\0\0\x04none" + noise(200),
}
PROTECTED: Mapping[str, bytes] = {
    "ENCRYPTED ": der(b"\x30\x57\x06\x09\x2a\x86\x48\x86\xf7\x0d\x01\x05\x0d" + noise(600)),
    "OPENSSH ": b"openssh-key-v1\0\0\0\0\x0aaes256-ctr" + noise(200),
}


def pem(label: str, content: bytes, line_end: str = "\n") -> str:
    text = base64.b64encode(content).decode()
    lines = [text[i : i + 64] for i in range(0, len(text), 64)]
    begin, end = (f"-----{word} {label}PRIVATE KEY-----" for word in ("BEGIN", "END"))
    return line_end.join((begin, *lines, end, ""))


def encoded(text: str) -> str:
    return base64.b64encode(text.encode()).decode()


def pgp(content: bytes) -> str:
    """Return an armored key (RFC 9580, 6.2)."""
    body = base64.encodebytes(content).decode()
    begin, end = (f"-----{word} PGP PRIVATE KEY BLOCK-----" for word in ("BEGIN", "END"))
    return f"{begin}\nVersion: GnuPG v2\n\n{body}=abcd\n{end}\n"


RSA = pem("RSA ", KEYS["RSA "])
PKCS8 = pem("", KEYS[""], "\\n")

GITLAB = ("pat", "dt", "rt", "cbt", "agent", "soat", "imt", "ft", "oas")
AWS_SPELLINGS = (
    ('"SecretAccessKey": "', '"'),
    *((f"{name}: ", "\n") for name in ("AWS_SECRET_ACCESS_KEY", "aws-secret-access-key")),
    *((f'{name} = "', '"') for name in ("aws_secret_key", "awsSecretAccessKey", "secret_key")),
    *((f"{name}=", "\n") for name in ("AWS_SECRET_KEY", "SecretAccessKey", "AWSSecretKey")),
    *((f"{name}=", "\n") for name in ("aws.secretKey", "aws.secret.key", "aws.secret.access.key")),
    *((f"{name}=", "\n") for name in ("credentials.secret-key", "AWS_SECRET", "s3_secret_key")),
    ('"aws_secret": "', '"'),
    ('secretKey: "', '"'),
    ("--aws-secret-access-key ", "\n"),
    ("setx AWS_SECRET_ACCESS_KEY ", "\n"),
    ("ENV AWS_SECRET_ACCESS_KEY ", "\n"),
    ('<add key="AWSSecretKey" value="', '"/>'),
    ('aws_secret_access_key="""', '"""'),
    ("'AWS_SECRET_ACCESS_KEY', '", "'"),
    ('AWS_SECRET_ACCESS_KEY=>"', '"'),
    ('AWS_SECRET_ACCESS_KEY:="', '"'),
)

# The code without `secret-`, the text of a file, and the secret in it.
SAMPLES: tuple[tuple[str, str, str], ...] = tuple(
    (code, before + secret + after, secret)
    for code, before, secret, after in (
        ("aws-access-key", 'key = "', "AKIA" + drawn(UPPER, 16), '"'),
        ("aws-access-key", "AWS_ACCESS_KEY_ID=", "ASIA" + drawn(UPPER, 16), "\n"),
        ("aws-secret-key", "aws_secret_access_key = ", drawn(LETTERS, 40), "\n"),
        ("aws-secret-key", "AWS_SECRET_ACCESS_KEY=", drawn(LETTERS, 40), "\n"),
        *(("aws-secret-key", before, drawn(LETTERS, 40), after) for before, after in AWS_SPELLINGS),
        ("aws-bedrock-key", "", "ABSKQmVkcm9ja" + drawn(LETTERS, 119), "\n"),
        ("aws-bedrock-key", "", "bedrock-api-key-YmVkcm9jay" + drawn(LETTERS, 300), "\n"),
        ("azure-account-key", "AccountName=a;AccountKey=", drawn(LETTERS, 86) + "==", ";"),
        ("azure-account-key", "SharedAccessKey=", drawn(LETTERS, 43) + "=", "\n"),
        *(
            ("azure-client-secret", name, f"a1B8Q~{drawn(LETTERS, 34)}", "\n")
            for name in ("AZURE_CLIENT_SECRET=", "secret: ", "clientSecret = '", "-p ", "")
        ),
        *(
            ("azure-client-secret", "", f"a1B{digit}Q~{drawn(LETTERS, 34)}", "\n")
            for digit in range(10)
        ),
        ("azure-sas", "https://a.test/b?sv=2024-11-04&sr=b&sig=", drawn(LETTERS, 44), ""),
        ("google-service-account", '"private_key": "', PKCS8, '"'),
        ("google-api-key", "'", "AIza" + drawn(LETTERS, 35), "'"),
        ("google-client-secret", "'", "GOCSPX-" + drawn(LETTERS, 28), "'"),
        ("alibaba-access-key", "'", "LTAI" + drawn(LETTERS, 20), "'"),
        ("digitalocean-token", "'", "dop_v1_" + drawn(HEX, 64), "'"),
        *(("github-token", "", checksummed(f"gh{kind}_"), " ") for kind in "pousr"),
        ("github-token", "", checksummed("ghr_", 70), " "),
        ("github-token", "", f"github_pat_{drawn(LETTERS, 22)}_{drawn(LETTERS, 59)}", " "),
        *(("gitlab-token", "", f"gl{k}-" + drawn(LETTERS, 20), " ") for k in GITLAB),
        ("gitlab-token", "", "glpat-WxKqRtYdQsLmVnBzHgFj", " "),
        ("gitlab-token", "", "glptt-" + drawn(HEX, 40), " "),
        ("gitlab-token", "", "GR1348941" + drawn(LETTERS, 20), " "),
        ("atlassian-token", "", "ATATT3xFfGF0" + drawn(LETTERS, 180), " "),
        ("npm-token", "//registry.test/:_authToken=", checksummed("npm_"), "\n"),
        ("npm-registry-token", "//registry.test/:_authToken=", drawn(LETTERS, 36), "\n"),
        ("npm-registry-login", "_auth=", encoded(f"deploy:{drawn(LETTERS, 12)}"), "\n"),
        ("npm-registry-login", "a=b\n_auth = ", encoded(f"deploy:{drawn(LETTERS, 12)}"), "\n"),
        ("npm-registry-login", "//a.test/:_password=", encoded(drawn(LETTERS, 12)), "\n"),
        *(
            ("package-index-login", f"{name}https://deploy:", drawn(LETTERS, 12), "@a.test/simple")
            for name in ("index-url = ", 'index_url: "', "PIP_EXTRA_INDEX_URL=")
        ),
        ("pypi-token", "password = ", "pypi-AgEIcHlwaS5vcmc" + drawn(LETTERS, 150), "\n"),
        ("rubygems-key", "", "rubygems_" + drawn(HEX, 48), "\n"),
        ("docker-token", "", "dckr_pat_" + drawn(LETTERS, 27), "\n"),
        ("docker-token", "", "dckr_oat_" + drawn(LETTERS, 32), "\n"),
        (
            *("docker-login", '{"auths": {"https://a.test": {"auth": "'),
            *(encoded(f"someone:{drawn(LETTERS, 16)}"), '"}}}'),
        ),
        ("kubernetes-key", "client-key-data: ", encoded(RSA), "\n"),
        ("vault-token", "", "hvs." + drawn(LETTERS, 91), "\n"),
        ("terraform-token", "'", f"{drawn(LETTERS, 14)}.atlasv1.{drawn(LETTERS, 67)}", "'"),
        ("databricks-token", "'", "dapi" + drawn(HEX, 32), "'"),
        ("slack-token", "", f"xoxb-{drawn('0123456789', 12)}-{drawn(LETTERS, 24)}", ""),
        ("slack-token", "", f"xoxp-{drawn('0123456789', 12)}-{drawn(HEX, 32)}", ""),
        ("slack-token", "", f"xapp-1-A{drawn(UPPER, 10)}-1029384756-{drawn(HEX, 64)}", ""),
        (
            *("slack-webhook", "https://hooks"),
            *(f".slack.com/services/T{drawn(UPPER, 10)}/B{drawn(UPPER, 9)}/{drawn(LETTERS, 24)}",),
            "",
        ),
        (
            *("discord-webhook", "https://discord.com"),
            *(f"/api/webhooks/{drawn('0123456789', 18)}/{drawn(LETTERS, 68)}", ""),
        ),
        *(
            ("telegram-token", "'", f"102938475:AA{letter}{drawn(LETTERS, 32)}", "'")
            for letter in "EFGH"
        ),
        *(("stripe-key", "", f"{kind}k_live_" + drawn(LETTERS, 99), " ") for kind in "sr"),
        *(
            ("shopify-token", "", f"shp{k}_" + drawn(HEX, 32), " ")
            for k in ("at", "ca", "pa", "ss")
        ),
        *(
            ("sendgrid-key", before, f"SG.{drawn(LETTERS, 22)}.{drawn(LETTERS, 43)}", "\n")
            for before in ("'", '"', "=", ": ", "", "<k>", "`", "a\t")
        ),
        ("openai-key", "'", f"sk-proj-{drawn(LETTERS, 74)}T3BlbkFJ{drawn(LETTERS, 74)}", "'"),
        ("anthropic-key", "", f"sk-ant-api03-{drawn(LETTERS, 93)}AA", ""),
        *(("huggingface-token", q, "hf_" + drawn(LETTERS, 34), "\n") for q in ("'", '"', "=")),
        *(
            ("huggingface-token", before, "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", "\n")
            for before in ("HF_TOKEN: ", "")
        ),
        ("new-relic-key", "", "NRAK-" + drawn(UPPER, 27), ""),
        ("new-relic-key", "", drawn(HEX, 32) + "FFFFNRAL", ""),
        ("new-relic-key", "", f"eu01xx{drawn(HEX, 30)}NRAL", ""),
        ("grafana-token", "", "glc_eyJ" + drawn(LETTERS, 120), ""),
        ("heroku-key", "HEROKU_API_KEY=", "HRKU-AA" + drawn(LETTERS, 58), "\n"),
        ("sentry-token", "", "sntrys_eyJ" + drawn(LETTERS, 150), ""),
        ("sentry-token", "", "sntryu_" + drawn(HEX, 64), ""),
        ("pulumi-token", "", "pul-" + drawn(HEX, 40), ""),
        ("planetscale-token", "", "pscale_tkn_" + drawn(LETTERS, 43), ""),
        *(("doppler-token", "", f"dp.{k}.{drawn(LETTERS, 43)}", "") for k in ("pt", "st")),
        ("notion-token", "", f"ntn_{drawn('0123456789', 11)}{drawn(LETTERS, 35)}", ""),
        ("notion-token", "token: ", "secret_" + drawn(LETTERS, 43), ""),
        ("figma-token", "", "figd_" + drawn(LETTERS, 40), ""),
        ("postman-key", "", f"PMAK-{drawn(HEX, 24)}-{drawn(HEX, 34)}", ""),
        ("square-token", "", "sq0atp-" + drawn(LETTERS, 22), ""),
        ("square-token", "", "sq0csp-" + drawn(LETTERS, 43), ""),
        ("mailgun-key", "MAILGUN_API_KEY=", "key-" + drawn(HEX, 32), "\n"),
        *(("mailchimp-key", "", f"{drawn(HEX, 32)}-us{n}", "\n") for n in (*range(1, 10), 21)),
        *(
            ("twilio-token", f"{before}: AC{drawn(HEX, 32)}\n{name}: ", drawn(HEX, 32, "b"), "\n")
            for before, name in (
                *(("sid", "auth_token"), ("twilio_sid", "TWILIO_AUTH_TOKEN"), ("a", "authToken")),
            )
        ),
        ("pgp-key", "", pgp(b"\x95\x07\x58\x04" + noise(900)), ""),
        ("pgp-key", "", pgp(b"\xc5\x86\x66\x04" + noise(60)), ""),
        ("grafana-token", "", f"glsa_{drawn(LETTERS, 32)}_{drawn(HEX, 8)}", ""),
        ("linear-key", "", "lin_api_" + drawn(LETTERS, 40), ""),
        ("age-key", "", "AGE-SECRET-KEY-1" + drawn("QPZRY9X8GF2TVDW0S3JN54KHCE6MUA7L", 58), ""),
        *(("private-key", "", pem(label, key), "") for label, key in KEYS.items()),
        ("private-key", 'KEY = "', pem("RSA ", KEYS["RSA "], "\\n"), '"'),
        ("private-key", 'KEY = "', pem("RSA ", KEYS["RSA "], '\\n" +\n  "'), '"'),
    )
)
