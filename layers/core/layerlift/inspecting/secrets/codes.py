"""Credentials that must not be in a layer. Where a format is documented stands with its rule."""

from layerlift.domain.report import Severity
from layerlift.inspecting.findings import FindingKind
from layerlift.inspecting.secrets.credential import credential

AWS_ACCESS_KEY = credential(
    "aws-access-key",
    "an AWS access key ID",
    "AKIA…, 20 characters",
    "Deactivate the key in IAM and give the function a role",
)
AWS_SECRET_KEY = credential(
    "aws-secret-key",
    "an AWS secret access key",
    "40 characters",
    "Deactivate the key in IAM and give the function a role",
)
AZURE_ACCOUNT_KEY = credential(
    "azure-account-key",
    "an account key of Azure",
    "88 characters",
    "Rotate the key of the storage account, Cosmos DB account or namespace",
)
AZURE_CLIENT_SECRET = credential(
    "azure-client-secret",
    "a client secret of Microsoft Entra ID",
    "40 characters",
    "Delete it under Certificates & secrets of the app registration",
)
AZURE_SAS = credential(
    "azure-sas",
    "a shared access signature of Azure Storage",
    "44 characters",
    "Rotate the key that signed it, unless it has expired",
    Severity.WARNING,
)
GOOGLE_SERVICE_ACCOUNT = credential(
    "google-service-account",
    "the key of a Google Cloud service account",
    "1,624 characters",
    "Delete the key in IAM & Admin",
)
GOOGLE_API_KEY = credential(
    "google-api-key",
    "a Google API key",
    "AIza…, 39 characters",
    "Delete the key under APIs & Services",
)
GOOGLE_CLIENT_SECRET = credential(
    "google-client-secret",
    "a Google OAuth client secret",
    "GOCSPX-…, 35 characters",
    "Reset the secret under APIs & Services, unless it is an installed app's, which is public",
    Severity.WARNING,
)
ALIBABA_ACCESS_KEY = credential(
    "alibaba-access-key",
    "an Alibaba Cloud access key ID",
    "LTAI…, 24 characters",
    "Disable the key in RAM",
)
DIGITALOCEAN_TOKEN = credential(
    "digitalocean-token",
    "a DigitalOcean token",
    "dop_v1_…, 71 characters",
    "Revoke the token under API",
)
GITHUB_TOKEN = credential(
    "github-token",
    "a GitHub token",
    "ghp_…, 40 characters",
    "Revoke the token at github.com/settings/tokens",
)
GITLAB_TOKEN = credential(
    "gitlab-token", "a GitLab token", "glpat-…, 26 characters", "Revoke the token in GitLab"
)
ATLASSIAN_TOKEN = credential(
    "atlassian-token",
    "an Atlassian API token",
    "ATATT3xFfGF0…, 192 characters",
    "Revoke the token at id.atlassian.com",
)
NPM_TOKEN = credential(
    "npm-token",
    "an npm access token",
    "npm_…, 40 characters",
    "Revoke the token with npm token revoke",
)
NPM_REGISTRY_TOKEN = credential(
    "npm-registry-token",
    "a token of an npm registry, as .npmrc keeps it",
    "36 characters",
    "Revoke the token at that registry",
)
PYPI_TOKEN = credential(
    "pypi-token",
    "a PyPI upload token",
    "pypi-AgE…, 178 characters",
    "Remove the token in the account settings of PyPI",
)
RUBYGEMS_KEY = credential(
    "rubygems-key",
    "a RubyGems API key",
    "rubygems_…, 57 characters",
    "Delete the key at rubygems.org",
)
DOCKER_TOKEN = credential(
    "docker-token",
    "a Docker Hub access token",
    "dckr_pat_…, 36 characters",
    "Delete the token in the account settings of Docker Hub",
)
DOCKER_LOGIN = credential(
    "docker-login",
    "a user and password of a container registry",
    "24 characters",
    "Change the password at that registry",
)
KUBERNETES_KEY = credential(
    "kubernetes-key",
    "a client's private key of a Kubernetes cluster",
    "2,240 characters",
    "Rotate the client's certificate in the cluster",
)
VAULT_TOKEN = credential(
    "vault-token",
    "a HashiCorp Vault token",
    "hvs.…, 95 characters",
    "Revoke the token with vault token revoke",
)
TERRAFORM_TOKEN = credential(
    "terraform-token",
    "an HCP Terraform token",
    ".atlasv1.…, 90 characters",
    "Delete the token in the settings of HCP Terraform",
)
DATABRICKS_TOKEN = credential(
    "databricks-token",
    "a Databricks token",
    "dapi…, 36 characters",
    "Revoke the token in the developer settings of Databricks",
)
SLACK_TOKEN = credential(
    "slack-token", "a Slack token", "xoxb-…, 56 characters", "Revoke the token with auth.revoke"
)
SLACK_WEBHOOK = credential(
    "slack-webhook",
    "the address of a Slack webhook, which whoever has it can post to",
    ".slack.com/services/T…, 44 characters",
    "Remove the webhook in the settings of the Slack app",
)
DISCORD_WEBHOOK = credential(
    "discord-webhook",
    "the address of a Discord webhook, which whoever has it can post to",
    "/api/webhooks/…, 68 characters",
    "Delete the webhook in the settings of the channel",
)
TELEGRAM_TOKEN = credential(
    "telegram-token", "a Telegram bot token", "46 characters", "Revoke the token with BotFather"
)
STRIPE_KEY = credential(
    "stripe-key",
    "a Stripe live key",
    "sk_live_…, 107 characters",
    "Roll the key in the dashboard of Stripe",
)
SHOPIFY_TOKEN = credential(
    "shopify-token",
    "a Shopify access token",
    "shpat_…, 38 characters",
    "Uninstall the app that has it, or rotate its secret",
)
SENDGRID_KEY = credential(
    "sendgrid-key", "a SendGrid API key", "SG.…, 69 characters", "Delete the key in SendGrid"
)
OPENAI_KEY = credential(
    "openai-key",
    "an OpenAI API key",
    "sk-…, 164 characters",
    "Revoke the key at platform.openai.com",
)
ANTHROPIC_KEY = credential(
    "anthropic-key",
    "an Anthropic API key",
    "sk-ant-…, 108 characters",
    "Delete the key in the Anthropic Console",
)
HUGGINGFACE_TOKEN = credential(
    "huggingface-token",
    "a Hugging Face token",
    "hf_…, 37 characters",
    "Invalidate the token at huggingface.co/settings/tokens",
)
NEW_RELIC_KEY = credential(
    "new-relic-key", "a New Relic key", "NRAK-…, 32 characters", "Delete the key in New Relic"
)
GRAFANA_TOKEN = credential(
    "grafana-token",
    "a Grafana service account token",
    "glsa_…, 46 characters",
    "Delete the token in Grafana",
)
LINEAR_KEY = credential(
    "linear-key", "a Linear API key", "lin_api_…, 48 characters", "Revoke the key in Linear"
)
AGE_KEY = credential(
    "age-key",
    "a secret key of age",
    "AGE-SECRET-KEY-1…, 74 characters",
    "Encrypt anew with another key what it protects",
)
AWS_BEDROCK_KEY = credential(
    "aws-bedrock-key",
    "an API key of Amazon Bedrock",
    "ABSKQmVkcm9ja…, 132 characters",
    "Delete the key in IAM and give the function a role",
)
HEROKU_KEY = credential(
    "heroku-key", "a Heroku API key", "HRKU-…, 65 characters", "Revoke the authorization in Heroku"
)
SENTRY_TOKEN = credential(
    "sentry-token", "a Sentry auth token", "sntrys_…, 200 characters", "Revoke the token in Sentry"
)
PULUMI_TOKEN = credential(
    "pulumi-token",
    "a Pulumi access token",
    "pul-…, 44 characters",
    "Delete the token in Pulumi Cloud",
)
PLANETSCALE_TOKEN = credential(
    "planetscale-token",
    "a PlanetScale password or token",
    "pscale_…, 43 characters",
    "Delete it in PlanetScale",
)
DOPPLER_TOKEN = credential(
    "doppler-token", "a Doppler token", "dp.pt.…, 49 characters", "Revoke the token in Doppler"
)
NOTION_TOKEN = credential(
    "notion-token",
    "a Notion integration token",
    "ntn_…, 50 characters",
    "Refresh the secret of the integration",
)
FIGMA_TOKEN = credential(
    "figma-token", "a Figma access token", "figd_…, 45 characters", "Revoke the token in Figma"
)
POSTMAN_KEY = credential(
    "postman-key", "a Postman API key", "PMAK-…, 64 characters", "Delete the key in Postman"
)
SQUARE_TOKEN = credential(
    "square-token",
    "a Square access token or secret",
    "sq0csp-…, 50 characters",
    "Replace it in the developer console of Square",
)
MAILGUN_KEY = credential(
    "mailgun-key", "a Mailgun API key", "key-…, 36 characters", "Delete the key in Mailgun"
)
MAILCHIMP_KEY = credential(
    "mailchimp-key", "a Mailchimp API key", "32 characters", "Disable the key in Mailchimp"
)
TWILIO_TOKEN = credential(
    "twilio-token",
    "an auth token of Twilio",
    "32 characters",
    "Promote the secondary token in Twilio",
)
NPM_REGISTRY_LOGIN = credential(
    "npm-registry-login",
    "a password of an npm registry, as .npmrc keeps it",
    "24 characters",
    "Change the password at that registry",
)
PACKAGE_INDEX_LOGIN = credential(
    "package-index-login",
    "the address of a package index with a password",
    "12 characters",
    "Change the password at that index",
)
PGP_KEY = credential(
    "pgp-key", "a private key of OpenPGP", "3,411 characters", "Revoke the key and replace it"
)
PRIVATE_KEY = credential(
    "private-key",
    "a private key",
    "-----BEGIN RSA PRIVATE KEY-----…, 1,588 characters",
    "Replace the key and revoke its certificate, if it has one",
)

NOT_SEARCHED = FindingKind(
    code="secrets-not-searched",
    severity=Severity.ERROR,
    meaning="The layer is so full of words that credentials begin with that the search was given "
    "up: nobody can say that it holds no secret",
    example="From python/words.txt on, the layer was not searched for secrets",
    fix="Leave out the file that is named, or whatever it is that fills it with such words",
)
