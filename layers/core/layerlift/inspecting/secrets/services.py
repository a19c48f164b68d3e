"""Credentials of services, and keys of anybody, each with where its format is documented."""

import re

from layerlift.inspecting.secrets import codes
from layerlift.inspecting.secrets.plausibility import (
    issued_text,
    mixed_case_text,
    mixed_text,
    text_of_twilio,
)
from layerlift.inspecting.secrets.private_keys import (
    PEM,
    PEM_LITERAL,
    PEM_REACH,
    PGP,
    pgp_key,
    private_key,
)
from layerlift.inspecting.secrets.rule import ASSIGNED, Rule, token

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
        issued_text,
        before=2,
    ),
    # https://shopify.dev/docs/apps/build/authentication-authorization
    token(
        codes.SHOPIFY_TOKEN,
        rb"(?P<secret>[0-9a-fA-F]{32})",
        *(b"shpat_", b"shpca_", b"shppa_", b"shpss_"),
    ),
    # https://www.twilio.com/docs/sendgrid/ui/account-and-settings/api-keys
    Rule(
        codes.SENDGRID_KEY,
        (b"SG.",),
        re.compile(
            rb"(?<![A-Za-z0-9_.])(?P<prefix>SG\.)"
            rb"(?P<secret>[A-Za-z0-9_-]{22}\.[A-Za-z0-9_-]{43})(?![A-Za-z0-9_-])"
        ),
    ),
    # https://platform.openai.com/docs/api-reference/authentication - the middle is "OpenAI"
    Rule(
        codes.OPENAI_KEY,
        (b"T3BlbkFJ",),
        re.compile(
            rb"(?<![A-Za-z0-9])(?P<prefix>sk-)(?P<secret>[A-Za-z0-9_-]{20,120}T3BlbkFJ[A-Za-z0-9_-]{20,120})"
        ),
        issued_text,
        before=124,
        after=132,
    ),
    # https://docs.anthropic.com/en/api/getting-started
    token(
        codes.ANTHROPIC_KEY, rb"(?P<secret>[a-z]{3,8}[0-9]{2}-[A-Za-z0-9_-]{80,120})", b"sk-ant-"
    ),
    # https://huggingface.co/docs/hub/security-tokens
    Rule(
        codes.HUGGINGFACE_TOKEN,
        (b"hf_",),
        re.compile(rb"(?<![A-Za-z0-9_])(?P<prefix>hf_)(?P<secret>[A-Za-z0-9]{34})(?![A-Za-z0-9_])"),
        mixed_case_text,
    ),
    # https://linear.app/developers/graphql
    token(codes.LINEAR_KEY, rb"(?P<secret>[A-Za-z0-9]{40})", b"lin_api_", judge=issued_text),
    # https://developers.notion.com/reference/authentication
    token(codes.NOTION_TOKEN, rb"(?P<secret>[0-9]{11}[A-Za-z0-9]{35})(?![A-Za-z0-9])", b"ntn_"),
    Rule(
        codes.NOTION_TOKEN,
        (b"secret_",),
        re.compile(
            rb"(?<![A-Za-z0-9_])(?P<prefix>secret_)(?P<secret>[A-Za-z0-9]{43})(?![A-Za-z0-9_])"
        ),
        mixed_text,
    ),
    # https://developers.figma.com/docs/rest-api/authentication/
    token(codes.FIGMA_TOKEN, rb"(?P<secret>[A-Za-z0-9_-]{40})", b"figd_", judge=issued_text),
    # https://learning.postman.com/docs/developer/postman-api/authentication/
    token(codes.POSTMAN_KEY, rb"[0-9a-f]{24}-(?P<secret>[0-9a-f]{34})", b"PMAK-"),
    # https://developer.squareup.com/docs/build-basics/access-tokens
    token(codes.SQUARE_TOKEN, rb"(?P<secret>[A-Za-z0-9_-]{22})", b"sq0atp-", judge=issued_text),
    token(codes.SQUARE_TOKEN, rb"(?P<secret>[A-Za-z0-9_-]{43})", b"sq0csp-", judge=issued_text),
    # https://documentation.mailgun.com/docs/mailgun/user-manual/api-key-mgmt/
    Rule(
        codes.MAILGUN_KEY,
        (b"key-",),
        re.compile(rb"(?<![A-Za-z0-9_-])(?P<prefix>key-)(?P<secret>[0-9a-f]{32})(?![0-9A-Za-z-])"),
    ),
    # https://mailchimp.com/developer/marketing/docs/fundamentals/ - the data centre is at the end
    Rule(
        codes.MAILCHIMP_KEY,
        tuple(b"-us%d" % digit for digit in range(1, 10)),
        re.compile(rb"(?<![0-9A-Za-z])(?P<secret>[0-9a-f]{32})-us[0-9]{1,2}(?![0-9A-Za-z-])"),
        before=32,
        after=6,
    ),
    # https://www.twilio.com/docs/iam/api/account
    Rule(
        codes.TWILIO_TOKEN,
        (b"uth_token", b"UTH_TOKEN", b"uthToken"),
        re.compile(
            rb"(?i:uth_?token)" + ASSIGNED + rb"(?P<secret>[0-9a-f]{32})(?![0-9A-Za-z])",
        ),
        text_of_twilio,
    ),
)

KEYS: tuple[Rule, ...] = (
    # https://github.com/C2SP/C2SP/blob/main/age.md#the-x25519-recipient-type
    token(codes.AGE_KEY, rb"(?P<secret>[02-9AC-HJ-NP-Z]{58})", b"AGE-SECRET-KEY-1"),
    Rule(codes.PRIVATE_KEY, (PEM_LITERAL,), PEM, private_key, after=PEM_REACH),
    Rule(codes.PGP_KEY, (PEM_LITERAL,), PGP, pgp_key, after=PEM_REACH),
)
