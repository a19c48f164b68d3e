"""Credentials of what hosts code and packages, each with where its format is documented."""

import re

from layerlift.inspecting.secrets import codes
from layerlift.inspecting.secrets.plausibility import (
    basic_authorization,
    checksummed_text,
    encoded_password,
    encoded_private_key,
    issued_text,
    password,
)
from layerlift.inspecting.secrets.rule import ASSIGNED, Rule, token

CODE_HOSTS: tuple[Rule, ...] = (
    # https://docs.github.com/authentication/keeping-your-account-and-data-secure/about-authentication-to-github
    token(
        codes.GITHUB_TOKEN,
        rb"(?P<secret>[A-Za-z0-9]{36}(?:[A-Za-z0-9]{40})?)(?![A-Za-z0-9])",
        *(b"ghp_", b"gho_", b"ghu_", b"ghs_", b"ghr_"),
        judge=checksummed_text,
    ),
    token(
        codes.GITHUB_TOKEN,
        rb"(?P<secret>[A-Za-z0-9]{22}_[A-Za-z0-9]{59})",
        b"github_pat_",
    ),
    # https://docs.gitlab.com/security/tokens/#token-prefixes
    token(
        codes.GITLAB_TOKEN,
        rb"(?P<secret>[A-Za-z0-9_-]{20,300})",
        *(b"glpat-", b"gldt-", b"glrt-", b"glcbt-", b"glagent-", b"glsoat-", b"glimt-", b"glft-"),
        *(b"gloas-", b"GR1348941"),
        judge=issued_text,
    ),
    token(codes.GITLAB_TOKEN, rb"(?P<secret>[0-9a-f]{40})(?![0-9A-Za-z])", b"glptt-"),
    # https://support.atlassian.com/atlassian-account/docs/manage-api-tokens-for-your-atlassian-account/
    token(codes.ATLASSIAN_TOKEN, rb"(?P<secret>[A-Za-z0-9_=-]{150,300})", b"ATATT3xFfGF0"),
)

REGISTRIES: tuple[Rule, ...] = (
    # https://docs.npmjs.com/about-access-tokens
    token(
        codes.NPM_TOKEN,
        rb"(?P<secret>[A-Za-z0-9]{36})(?![A-Za-z0-9])",
        b"npm_",
        judge=checksummed_text,
    ),
    # https://docs.npmjs.com/cli/configuring-npm/npmrc#auth-related-configuration
    Rule(
        codes.NPM_REGISTRY_TOKEN,
        (b"uthToken",),
        re.compile(
            rb":_authToken\s{0,4}=\s{0,4}[\"']?(?!npm_)(?P<secret>[A-Za-z0-9_./+=-]{20,400})"
        ),
        before=3,
        after=420,
    ),
    Rule(
        codes.NPM_REGISTRY_LOGIN,
        (b"_auth=", b"_auth ="),
        re.compile(
            rb"(?<![^\s:])_auth\s{0,4}=\s{0,4}[\"']?(?P<secret>[A-Za-z0-9+/]{12,2000}={0,2})"
        ),
        basic_authorization,
        after=2100,
    ),
    Rule(
        codes.NPM_REGISTRY_LOGIN,
        (b":_password",),
        re.compile(
            rb":_password\s{0,4}=\s{0,4}[\"']?(?P<secret>[A-Za-z0-9+/]{8,2000}={0,2})(?!\S)"
        ),
        encoded_password,
        after=2100,
    ),
    # https://pip.pypa.io/en/stable/topics/authentication/#basic-http-authentication
    Rule(
        codes.PACKAGE_INDEX_LOGIN,
        (b"index-url", b"index_url", b"INDEX_URL"),
        re.compile(
            rb"(?i:index[-_]url)"
            + ASSIGNED
            + rb"https?://[^\s/:@\"'{}$<>]{1,100}:(?P<secret>[^\s/:@\"'{}$<>]{8,2000})@"
        ),
        password,
        after=2200,
    ),
    # https://docs.pypi.org/api/secrets/ - a macaroon of pypi.org or test.pypi.org
    token(
        codes.PYPI_TOKEN,
        rb"(?P<secret>(?:IcHlwaS5vcmc|NdGVzdC5weXBpLm9yZw)[A-Za-z0-9_-]{70,400})",
        b"pypi-AgE",
    ),
    # https://guides.rubygems.org/api-key-scopes/
    token(codes.RUBYGEMS_KEY, rb"(?P<secret>[0-9a-f]{48})", b"rubygems_"),
    # https://docs.docker.com/security/access-tokens/
    token(codes.DOCKER_TOKEN, rb"(?P<secret>[A-Za-z0-9_-]{27,32})", b"dckr_pat_", b"dckr_oat_"),
    # https://docs.docker.com/reference/cli/docker/login/#credential-stores
    Rule(
        codes.DOCKER_LOGIN,
        (b'"auths"',),
        re.compile(
            rb'"auths"\s*:[^\[\]]{0,400}?"auth"\s*:\s*"(?P<secret>[A-Za-z0-9+/]{12,2000}={0,2})"'
        ),
        basic_authorization,
        after=3000,
    ),
    # https://kubernetes.io/docs/reference/config-api/kubeconfig.v1/
    Rule(
        codes.KUBERNETES_KEY,
        (b"client-key-data",),
        re.compile(rb"client-key-data[\"']?\s*:\s*[\"']?(?P<secret>[A-Za-z0-9+/]{160,6000}={0,2})"),
        encoded_private_key,
        after=7000,
    ),
)
