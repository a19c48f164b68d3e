"""Credentials of clouds, each with where its format is documented."""

import re

from layerlift.inspecting.secrets import codes
from layerlift.inspecting.secrets.plausibility import issued_text, mixed_text, text_of_aws
from layerlift.inspecting.secrets.private_keys import (
    PEM_LITERAL,
    PEM_REACH,
    SERVICE_ACCOUNT,
    private_key,
)
from layerlift.inspecting.secrets.rule import ASSIGNED, Rule, token

CLOUDS: tuple[Rule, ...] = (
    # https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_identifiers.html#identifiers-prefixes
    Rule(
        codes.AWS_ACCESS_KEY,
        (b"AKIA", b"ASIA"),
        re.compile(
            rb"(?<![A-Za-z0-9+/_])(?P<prefix>AKIA|ASIA)(?P<secret>[A-Z0-9]{16})(?![A-Za-z0-9+/_])"
        ),
    ),
    # https://docs.aws.amazon.com/cli/latest/userguide/cli-configure-files.html
    Rule(
        codes.AWS_SECRET_KEY,
        (
            *(b"secret_", b"SECRET_", b"ecretAccess", b"ecretKey", b"ecret-access", b"ecret-key"),
            *(b"aws_secret", b"AWS_SECRET", b"secret.access", b"secret.key"),
        ),
        re.compile(
            rb"(?i:(?P<vendor>aws_?)?s?ecret(?:[_.-]?(?P<access>access[_.-]?)?key|(?<=aws_secret)))"
            + ASSIGNED
            + rb"(?P<secret>[A-Za-z0-9/+]{40})(?![A-Za-z0-9/+=_.-])"
        ),
        text_of_aws,
    ),
    # https://docs.aws.amazon.com/bedrock/latest/userguide/api-keys.html - base64 of a name and more
    token(
        codes.AWS_BEDROCK_KEY,
        rb"(?P<secret>[A-Za-z0-9+/]{60,400}={0,2})",
        *(b"ABSKQmVkcm9ja", b"bedrock-api-key-YmVkcm9jay"),
    ),
    # https://learn.microsoft.com/azure/storage/common/storage-configure-connection-string
    # https://learn.microsoft.com/azure/service-bus-messaging/service-bus-sas
    Rule(
        codes.AZURE_ACCOUNT_KEY,
        (b"AccountKey", b"AccessKey"),
        re.compile(
            rb"(?:AccountKey|SharedAccessKey)=(?P<secret>[A-Za-z0-9+/]{86}==|[A-Za-z0-9+/]{43}=)"
        ),
        before=8,
    ),
    # https://learn.microsoft.com/purview/sit-defn-azure-ad-client-secret
    Rule(
        codes.AZURE_CLIENT_SECRET,
        tuple(b"%dQ~" % digit for digit in range(10)),
        re.compile(
            rb"(?<![A-Za-z0-9_~.-])"
            rb"(?P<secret>[A-Za-z0-9_~.-]{3}[0-9]Q~[A-Za-z0-9_~.-]{31,34})(?![A-Za-z0-9_~-])"
        ),
        mixed_text,
        before=3,
        after=40,
    ),
    # https://learn.microsoft.com/rest/api/storageservices/create-service-sas
    Rule(
        codes.AZURE_SAS,
        (b"&sig",),
        re.compile(rb"[?&]sv=20[0-9-]{8}&[^\s\"'<>]{0,200}?&sig=(?P<secret>[A-Za-z0-9%/+]{43,70})"),
        before=224,
        after=80,
    ),
    # https://cloud.google.com/iam/docs/keys-create-delete
    Rule(
        codes.GOOGLE_SERVICE_ACCOUNT,
        (PEM_LITERAL,),
        SERVICE_ACCOUNT,
        private_key,
        after=PEM_REACH,
    ),
    # https://cloud.google.com/docs/authentication/api-keys
    Rule(
        codes.GOOGLE_API_KEY,
        (b"AIza",),
        re.compile(
            rb"(?<![A-Za-z0-9_-])(?P<prefix>AIza)(?P<secret>[A-Za-z0-9_-]{35})(?![A-Za-z0-9_-])"
        ),
        issued_text,
    ),
    # https://developers.google.com/identity/protocols/oauth2#installed
    token(codes.GOOGLE_CLIENT_SECRET, rb"(?P<secret>[A-Za-z0-9_-]{28})", b"GOCSPX-"),
    # https://www.alibabacloud.com/help/en/ram/user-guide/create-an-accesskey-pair
    Rule(
        codes.ALIBABA_ACCESS_KEY,
        (b"LTAI",),
        re.compile(
            rb"(?<![A-Za-z0-9+/_])(?P<prefix>LTAI)"
            rb"(?P<secret>[A-Za-z0-9]{20}|[A-Za-z0-9]{12})(?![A-Za-z0-9+/_=])"
        ),
        issued_text,
    ),
    # https://docs.digitalocean.com/reference/api/create-personal-access-token/
    Rule(
        codes.DIGITALOCEAN_TOKEN,
        (b"_v1_",),
        re.compile(rb"(?P<prefix>do[opr]_v1_)(?P<secret>[0-9a-f]{64})"),
        before=3,
    ),
)
