"""Credentials of platforms that run or watch programs, each with where its format is documented."""

import re

from layerlift.inspecting.secrets import codes
from layerlift.inspecting.secrets.plausibility import issued_text, mixed_text
from layerlift.inspecting.secrets.rule import Rule, token

PLATFORMS: tuple[Rule, ...] = (
    # https://developer.hashicorp.com/vault/docs/concepts/tokens#token-prefixes
    Rule(
        codes.VAULT_TOKEN,
        (b"hvs.",),
        re.compile(rb"(?<![A-Za-z0-9_.])(?P<prefix>hvs\.)(?P<secret>[A-Za-z0-9_-]{24,300})"),
        issued_text,
    ),
    # https://developer.hashicorp.com/terraform/cloud-docs/api-docs#authentication
    Rule(
        codes.TERRAFORM_TOKEN,
        (b".atlasv1.",),
        re.compile(
            rb"(?<![A-Za-z0-9])(?P<secret>[A-Za-z0-9]{14}(?P<prefix>\.atlasv1\.)[A-Za-z0-9_=-]{60,70})"
        ),
        mixed_text,
        before=14,
    ),
    # https://docs.databricks.com/dev-tools/auth/pat
    Rule(
        codes.DATABRICKS_TOKEN,
        (b"dapi",),
        re.compile(
            rb"(?<![A-Za-z0-9])(?P<prefix>dapi)(?P<secret>[0-9a-f]{32}(?:-[0-9])?)(?![A-Za-z0-9])"
        ),
    ),
    # https://docs.newrelic.com/docs/apis/intro-apis/new-relic-api-keys/
    token(codes.NEW_RELIC_KEY, rb"(?P<secret>[A-Z0-9]{27})", b"NRAK-"),
    Rule(
        codes.NEW_RELIC_KEY,
        (b"NRAL",),
        re.compile(
            rb"(?<![0-9A-Za-z])(?P<secret>(?:eu01xx|[0-9a-f]{6})[0-9a-f]{30}|[0-9a-f]{32}(?=FFFF))"
            rb"(?:FFFF)?NRAL(?![0-9A-Za-z])"
        ),
        before=36,
        after=8,
    ),
    # https://grafana.com/docs/grafana/latest/administration/service-accounts/
    token(codes.GRAFANA_TOKEN, rb"(?P<secret>[A-Za-z0-9]{32}_[A-Fa-f0-9]{8})", b"glsa_"),
    # https://grafana.com/docs/grafana-cloud/account-management/authentication-and-permissions/
    token(codes.GRAFANA_TOKEN, rb"(?P<secret>[A-Za-z0-9+/]{60,400}={0,2})", b"glc_eyJ"),
    # https://devcenter.heroku.com/articles/authentication#api-token-storage
    token(
        codes.HEROKU_KEY,
        rb"(?P<secret>AA[A-Za-z0-9_-]{58}|[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})",
        b"HRKU-",
    ),
    # https://docs.sentry.io/account/auth-tokens/
    token(codes.SENTRY_TOKEN, rb"(?P<secret>eyJ[A-Za-z0-9+/=_-]{80,400})", b"sntrys_"),
    token(codes.SENTRY_TOKEN, rb"(?P<secret>[0-9a-f]{64})", b"sntryu_"),
    # https://www.pulumi.com/docs/administration/access-identity/access-tokens/
    token(codes.PULUMI_TOKEN, rb"(?P<secret>[0-9a-f]{40})(?![0-9A-Za-z])", b"pul-"),
    # https://planetscale.com/docs/api/planetscale-api-oauth-applications
    token(
        codes.PLANETSCALE_TOKEN,
        rb"(?:tkn|pw|oauth)_(?P<secret>[A-Za-z0-9_.=-]{32,64})",
        b"pscale_",
        judge=issued_text,
    ),
    # https://docs.doppler.com/reference/auth-token-formats
    token(
        codes.DOPPLER_TOKEN,
        rb"(?:[a-z0-9_-]{2,35}\.)?(?P<secret>[A-Za-z0-9]{40,44})(?![A-Za-z0-9])",
        *(b"dp.pt.", b"dp.st."),
        judge=issued_text,
    ),
)
