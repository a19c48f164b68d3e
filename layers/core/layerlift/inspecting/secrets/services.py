"""Credentials of services, and keys of anybody, each with where its format is documented."""

import re

from layerlift.inspecting.secrets import codes
from layerlift.inspecting.secrets.plausibility import mixed_text
from layerlift.inspecting.secrets.private_keys import PEM, PEM_LITERAL, PEM_REACH, private_key
from layerlift.inspecting.secrets.rule import Rule, token

PLATFORMS: tuple[Rule, ...] = (
    # https://developer.hashicorp.com/vault/docs/concepts/tokens#token-prefixes
    Rule(
        codes.VAULT_TOKEN,
        (b"hvs.",),
        re.compile(rb"(?<![A-Za-z0-9_.])(?P<prefix>hvs\.)(?P<secret>[A-Za-z0-9_-]{24,300})"),
        mixed_text,
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
        (b"FFFFNRAL",),
        re.compile(rb"(?<![0-9A-Za-z])(?P<secret>[0-9a-f]{32})FFFFNRAL"),
        before=32,
    ),
    # https://grafana.com/docs/grafana/latest/administration/service-accounts/
    token(codes.GRAFANA_TOKEN, rb"(?P<secret>[A-Za-z0-9]{32}_[A-Fa-f0-9]{8})", b"glsa_"),
)

SERVICES: tuple[Rule, ...] = (
    # https://docs.slack.dev/authentication/tokens/
    token(
        codes.SLACK_TOKEN,
        rb"(?:[0-9]{8,14}-){1,3}(?P<secret>[A-Za-z0-9]{24,64})",
        *(b"xoxb-", b"xoxp-"),
    ),
    token(
        codes.SLACK_TOKEN, rb"[0-9]-A[A-Z0-9]{8,14}-[0-9]{8,14}-(?P<secret>[0-9a-f]{64})", b"xapp-"
    ),
    # https://docs.slack.dev/messaging/sending-messages-using-incoming-webhooks/
    token(
        codes.SLACK_WEBHOOK,
        rb"[A-Z0-9]{8,12}/B[A-Z0-9]{8,12}/(?P<secret>[A-Za-z0-9]{24})",
        b".slack.com/services/T",
    ),
    # https://discord.com/developers/docs/resources/webhook
    token(
        codes.DISCORD_WEBHOOK, rb"[0-9]{17,20}/(?P<secret>[A-Za-z0-9_-]{60,80})", b"/api/webhooks/"
    ),
    # https://core.telegram.org/bots/api#authorizing-your-bot
    Rule(
        codes.TELEGRAM_TOKEN,
        (b":AAE", b":AAF", b":AAG", b":AAH"),
        re.compile(
            rb"(?<![A-Za-z0-9])[0-9]{8,10}:(?P<secret>AA[A-Za-z0-9_-]{33})(?![A-Za-z0-9_-])"
        ),
        mixed_text,
        before=11,
    ),
    # https://docs.stripe.com/keys
    Rule(
        codes.STRIPE_KEY,
        (b"k_live_",),
        re.compile(rb"(?<![A-Za-z0-9])(?P<prefix>[sr]k_live_)(?P<secret>[A-Za-z0-9]{24,247})"),
        mixed_text,
        before=2,
    ),
    # https://shopify.dev/docs/apps/build/authentication-authorization
    token(
        codes.SHOPIFY_TOKEN,
        rb"(?P<secret>[0-9a-fA-F]{32})",
        *(b"shpat_", b"shpca_"),
    ),
    # https://www.twilio.com/docs/sendgrid/ui/account-and-settings/api-keys
    Rule(
        codes.SENDGRID_KEY,
        (b'"SG.', b"'SG.", b"=SG.", b" SG."),
        re.compile(rb"[\"'= ](?P<prefix>SG\.)(?P<secret>[A-Za-z0-9_-]{22}\.[A-Za-z0-9_-]{43})"),
    ),
    # https://platform.openai.com/docs/api-reference/authentication - the middle is "OpenAI"
    Rule(
        codes.OPENAI_KEY,
        (b"T3BlbkFJ",),
        re.compile(
            rb"(?<![A-Za-z0-9])(?P<prefix>sk-)(?P<secret>[A-Za-z0-9_-]{20,120}T3BlbkFJ[A-Za-z0-9_-]{20,120})"
        ),
        mixed_text,
        before=124,
    ),
    # https://docs.anthropic.com/en/api/getting-started
    token(
        codes.ANTHROPIC_KEY, rb"(?P<secret>[a-z]{3,8}[0-9]{2}-[A-Za-z0-9_-]{80,120})", b"sk-ant-"
    ),
    # https://huggingface.co/docs/hub/security-tokens
    Rule(
        codes.HUGGINGFACE_TOKEN,
        (b'"hf_', b"'hf_", b"=hf_"),
        re.compile(rb"[\"'=](?P<prefix>hf_)(?P<secret>[A-Za-z0-9]{34})(?![A-Za-z0-9_])"),
        mixed_text,
    ),
    # https://linear.app/developers/graphql
    token(codes.LINEAR_KEY, rb"(?P<secret>[A-Za-z0-9]{40})", b"lin_api_", judge=mixed_text),
)

KEYS: tuple[Rule, ...] = (
    # https://github.com/C2SP/C2SP/blob/main/age.md#the-x25519-recipient-type
    token(codes.AGE_KEY, rb"(?P<secret>[02-9AC-HJ-NP-Z]{58})", b"AGE-SECRET-KEY-1"),
    Rule(codes.PRIVATE_KEY, (PEM_LITERAL,), PEM, private_key, after=PEM_REACH),
)
