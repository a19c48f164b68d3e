"""Credentials that must not be in a layer, by who issued them.

What is known of each format, and where that is documented, stands with its rule in ``rules.py``.
"""

from dataclasses import dataclass

from layerlift.domain.report import Severity
from layerlift.inspecting.findings import FindingKind

_ERROR, _WARNING = Severity.ERROR, Severity.WARNING


@dataclass(frozen=True, slots=True)
class CredentialKind(FindingKind):
    """A kind of credential. ``thing`` is a noun phrase with its article, for messages."""

    thing: str


def _credential(
    code: str, thing: str, shown: str, revoke: str, severity: Severity = _ERROR
) -> CredentialKind:
    """Return the kind for ``thing``, which in an example is shown as ``shown``."""
    return CredentialKind(
        thing=thing,
        code=f"secret-{code}",
        severity=severity,
        meaning=(
            f"The file holds {thing}. Whoever may read a function or a layer that has it can use "
            "it, in every account and Region to which the layer goes"
        ),
        example=f"python/settings.py holds {thing} ({shown})",
        fix=(
            f"{revoke}, for the zip has been copied already; take it out of the file and read it "
            "at run time, from Secrets Manager or Parameter Store"
        ),
    )


AWS_ACCESS_KEY = _credential(
    "aws-access-key",
    "an AWS access key ID",
    "AKIA…, 20 characters",
    "Deactivate the key in IAM and give the function a role",
)
AWS_SECRET_KEY = _credential(
    "aws-secret-key",
    "an AWS secret access key",
    "40 characters",
    "Deactivate the key in IAM and give the function a role",
)
AZURE_ACCOUNT_KEY = _credential(
    "azure-account-key",
    "an account key of Azure",
    "88 characters",
    "Rotate the key of the storage account, Cosmos DB account or namespace",
)
AZURE_CLIENT_SECRET = _credential(
    "azure-client-secret",
    "a client secret of Microsoft Entra ID",
    "40 characters",
    "Delete it under Certificates & secrets of the app registration",
)
AZURE_SAS = _credential(
    "azure-sas",
    "a shared access signature of Azure Storage",
    "44 characters",
    "Rotate the key that signed it, unless it has expired",
    _WARNING,
)
GOOGLE_SERVICE_ACCOUNT = _credential(
    "google-service-account",
    "the key of a Google Cloud service account",
    "1,624 characters",
    "Delete the key in IAM & Admin",
)
GOOGLE_API_KEY = _credential(
    "google-api-key",
    "a Google API key",
    "AIza…, 39 characters",
    "Delete the key under APIs & Services",
)
GOOGLE_CLIENT_SECRET = _credential(
    "google-client-secret",
    "a Google OAuth client secret",
    "GOCSPX-…, 35 characters",
    "Reset the secret under APIs & Services, unless it is an installed app's, which is public",
    _WARNING,
)
ALIBABA_ACCESS_KEY = _credential(
    "alibaba-access-key",
    "an Alibaba Cloud access key ID",
    "LTAI…, 24 characters",
    "Disable the key in RAM",
)
DIGITALOCEAN_TOKEN = _credential(
    "digitalocean-token",
    "a DigitalOcean token",
    "dop_v1_…, 71 characters",
    "Revoke the token under API",
)
GITHUB_TOKEN = _credential(
    "github-token",
    "a GitHub token",
    "ghp_…, 40 characters",
    "Revoke the token at github.com/settings/tokens",
)
GITLAB_TOKEN = _credential(
    "gitlab-token", "a GitLab token", "glpat-…, 26 characters", "Revoke the token in GitLab"
)
ATLASSIAN_TOKEN = _credential(
    "atlassian-token",
    "an Atlassian API token",
    "ATATT3xFfGF0…, 192 characters",
    "Revoke the token at id.atlassian.com",
)
NPM_TOKEN = _credential(
    "npm-token",
    "an npm access token",
    "npm_…, 40 characters",
    "Revoke the token with npm token revoke",
)
NPM_REGISTRY_TOKEN = _credential(
    "npm-registry-token",
    "a token of an npm registry, as .npmrc keeps it",
    "36 characters",
    "Revoke the token at that registry",
)
PYPI_TOKEN = _credential(
    "pypi-token",
    "a PyPI upload token",
    "pypi-AgE…, 178 characters",
    "Remove the token in the account settings of PyPI",
)
RUBYGEMS_KEY = _credential(
    "rubygems-key",
    "a RubyGems API key",
    "rubygems_…, 57 characters",
    "Delete the key at rubygems.org",
)
DOCKER_TOKEN = _credential(
    "docker-token",
    "a Docker Hub access token",
    "dckr_pat_…, 36 characters",
    "Delete the token in the account settings of Docker Hub",
)
DOCKER_LOGIN = _credential(
    "docker-login",
    "a user and password of a container registry",
    "24 characters",
    "Change the password at that registry",
)
KUBERNETES_KEY = _credential(
    "kubernetes-key",
    "a client's private key of a Kubernetes cluster",
    "2,240 characters",
    "Rotate the client's certificate in the cluster",
)
VAULT_TOKEN = _credential(
    "vault-token",
    "a HashiCorp Vault token",
    "hvs.…, 95 characters",
    "Revoke the token with vault token revoke",
)
TERRAFORM_TOKEN = _credential(
    "terraform-token",
    "an HCP Terraform token",
    ".atlasv1.…, 90 characters",
    "Delete the token in the settings of HCP Terraform",
)
DATABRICKS_TOKEN = _credential(
    "databricks-token",
    "a Databricks token",
    "dapi…, 36 characters",
    "Revoke the token in the developer settings of Databricks",
)
SLACK_TOKEN = _credential(
    "slack-token", "a Slack token", "xoxb-…, 56 characters", "Revoke the token with auth.revoke"
)
SLACK_WEBHOOK = _credential(
    "slack-webhook",
    "the address of a Slack webhook, which whoever has it can post to",
    ".slack.com/services/T…, 44 characters",
    "Remove the webhook in the settings of the Slack app",
)
DISCORD_WEBHOOK = _credential(
    "discord-webhook",
    "the address of a Discord webhook, which whoever has it can post to",
    "/api/webhooks/…, 68 characters",
    "Delete the webhook in the settings of the channel",
)
TELEGRAM_TOKEN = _credential(
    "telegram-token", "a Telegram bot token", "46 characters", "Revoke the token with BotFather"
)
STRIPE_KEY = _credential(
    "stripe-key",
    "a Stripe live key",
    "sk_live_…, 107 characters",
    "Roll the key in the dashboard of Stripe",
)
SHOPIFY_TOKEN = _credential(
    "shopify-token",
    "a Shopify access token",
    "shpat_…, 38 characters",
    "Uninstall the app that has it, or rotate its secret",
)
SENDGRID_KEY = _credential(
    "sendgrid-key", "a SendGrid API key", "SG.…, 69 characters", "Delete the key in SendGrid"
)
OPENAI_KEY = _credential(
    "openai-key",
    "an OpenAI API key",
    "sk-…, 164 characters",
    "Revoke the key at platform.openai.com",
)
ANTHROPIC_KEY = _credential(
    "anthropic-key",
    "an Anthropic API key",
    "sk-ant-…, 108 characters",
    "Delete the key in the Anthropic Console",
)
HUGGINGFACE_TOKEN = _credential(
    "huggingface-token",
    "a Hugging Face token",
    "hf_…, 37 characters",
    "Invalidate the token at huggingface.co/settings/tokens",
)
NEW_RELIC_KEY = _credential(
    "new-relic-key", "a New Relic key", "NRAK-…, 32 characters", "Delete the key in New Relic"
)
GRAFANA_TOKEN = _credential(
    "grafana-token",
    "a Grafana service account token",
    "glsa_…, 46 characters",
    "Delete the token in Grafana",
)
LINEAR_KEY = _credential(
    "linear-key", "a Linear API key", "lin_api_…, 48 characters", "Revoke the key in Linear"
)
AGE_KEY = _credential(
    "age-key",
    "a secret key of age",
    "AGE-SECRET-KEY-1…, 74 characters",
    "Encrypt anew with another key what it protects",
)
PRIVATE_KEY = _credential(
    "private-key",
    "a private key",
    "-----BEGIN RSA PRIVATE KEY-----…, 1,588 characters",
    "Replace the key and revoke its certificate, if it has one",
)

NOT_SEARCHED = FindingKind(
    code="secrets-not-searched",
    severity=Severity.WARNING,
    meaning="The layer is so full of words that credentials begin with that to look at each would "
    "take minutes, so the search was given up",
    example="From python/words.txt on, the layer was not searched for secrets",
    fix="Look for secrets in what the layer is built from, and leave out what need not be in it",
)
