"""Files that a working folder has and a layer must not, told by their names alone.

What can only hold somebody's secrets is an error. What lies inside an installed package was
published with it (npm packages ship their ``.env``), so there it is a warning, and what only may
hold secrets is left to the scanner of contents.
"""

import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from layerlift.domain.report import Finding, Severity
from layerlift.inspecting.archive.entries import Entry
from layerlift.inspecting.findings import FindingKind
from layerlift.inspecting.secrets.ballast import check_ballast
from layerlift.inspecting.secrets.places import package_of

__all__ = ["check_ballast", "check_leftovers"]

CREDENTIALS_FILE = FindingKind(
    code="leftover-credentials",
    severity=Severity.ERROR,
    meaning="A file in which a tool keeps its user's passwords or keys; whoever reads the layer "
    "has them",
    example=".aws/credentials is where the AWS CLI keeps access keys",
    fix="Leave it out of the zip, and change what it holds if the zip has left your hands",
)
ENVIRONMENT_FILE = FindingKind(
    code="leftover-environment-file",
    severity=Severity.ERROR,
    meaning="An .env file holds the settings of one deployment, as a rule with its passwords "
    "(https://12factor.net/config)",
    example="python/.env holds the settings of one deployment",
    fix="Leave it out of the zip, and change the passwords in it if the zip has left your hands",
)
REPOSITORY = FindingKind(
    code="leftover-repository",
    severity=Severity.ERROR,
    meaning="The folder of a version control system holds all that was ever committed, deleted "
    "secrets and the addresses of servers included",
    example=".git holds the history of a repository, in 312 files",
    fix="Build the layer in an empty folder, or leave this one out of the zip",
)
PRIVATE_FILE = FindingKind(
    code="leftover-private-file",
    severity=Severity.WARNING,
    meaning="A file that often holds passwords, tokens or the state of a deployment, though not "
    "always",
    example="nodejs/.npmrc is the configuration of npm, often with a token",
    fix="Leave it out of the zip, unless you know what is in it",
)

_HOLDS_SECRETS = {
    ".aws/config": "the configuration of the AWS CLI, with accounts and roles",
    ".aws/credentials": "where the AWS CLI keeps access keys",
    ".azure/msal_token_cache.json": "where the Azure CLI keeps tokens",
    ".config/gcloud/application_default_credentials.json": "where gcloud keeps credentials",
    ".config/gcloud/credentials.db": "where gcloud keeps credentials",
    ".config/gh/hosts.yml": "where the GitHub CLI keeps tokens",
    ".docker/config.json": "where Docker keeps the logins of registries",
    ".git-credentials": "where Git keeps passwords",
    ".kube/config": "where kubectl keeps the keys of clusters",
    ".my.cnf": "where MySQL's client keeps its password",
    ".netrc": "where curl and others keep passwords",
    "_netrc": "where curl and others keep passwords",
    ".pgpass": "where PostgreSQL's client keeps passwords",
    ".pypirc": "where twine keeps passwords and tokens",
    "terraform.tfstate": "the state of Terraform, with every secret it has set",
    "terraform.tfstate.backup": "the state of Terraform, with every secret it has set",
    ".terraform.d/credentials.tfrc.json": "where Terraform keeps tokens",
    ".vault-token": "where Vault's client keeps its token",
}
"""The ends of paths, and whose they are."""

_MAY_HOLD_SECRETS = {
    **dict.fromkeys(
        (".bash_history", ".zsh_history", ".python_history", ".node_repl_history"),
        "what somebody typed, often with passwords",
    ),
    ".boto": "the configuration of gsutil, often with keys",
    ".envrc": "what direnv sets, often with passwords",
    ".htpasswd": "a web server's list of passwords, hashed",
    ".oci/config": "the configuration of Oracle's CLI, with the paths of keys",
    ".npmrc": "the configuration of npm, often with a token",
    ".yarnrc.yml": "the configuration of Yarn, often with a token",
    ".s3cfg": "the configuration of s3cmd, often with keys",
}

_SSH_KEY = re.compile(r"id_(?:rsa|dsa|ecdsa|ed25519)(?:_sk)?")
"""https://man.openbsd.org/ssh-keygen#FILES; the public halves end with ``.pub``."""

_KEY_STORES = (".kdb", ".kdbx", ".ppk", ".p12", ".pfx", ".jks", ".agekey")
"""KeePass's, PuTTY's, PKCS #12 (RFC 7292), Java's and age's."""

_SUFFIXES = (*_KEY_STORES, ".env")

_ENVIRONMENT = re.compile(r"\.env(?:\.[\w.-]+)?")
_TEMPLATE = re.compile(
    r"(?:^|[._-])(?:example|sample|template|dist|defaults?|schema|tpl)(?:$|[._-])"
)
"""https://github.com/motdotla/dotenv#faq commits ``.env.example``; others name it otherwise."""

_REPOSITORY = re.compile(r"(?:^|/)\.(?:git|hg|svn|bzr)/")
_METADATA = (".dist-info", ".egg-info")
_UNPACKED = ("node_modules", "gems")
"""Folders in which nothing else is than installed packages."""

_MARKS = (
    *("\n.", "/.", "\nid_", "/id_", *_SUFFIXES),
    *(f"/{end}\n" for end in (*_HOLDS_SECRETS, *_MAY_HOLD_SECRETS) if not end.startswith(".")),
    *(f"\n{end}\n" for end in (*_HOLDS_SECRETS, *_MAY_HOLD_SECRETS) if not end.startswith(".")),
)
"""One of these is in every path of a leftover, between line breaks and in lower case."""

_KNOWN_NAMES = frozenset(end.rpartition("/")[2] for end in (*_HOLDS_SECRETS, *_MAY_HOLD_SECRETS))


@dataclass(frozen=True, slots=True)
class _Leftover:
    kind: FindingKind
    path: str
    message: str


def check_leftovers(entries: Sequence[Entry]) -> Iterator[Finding]:
    """Yield what ``entries`` hold of somebody's working folder: one finding for each file.

    A repository is one finding. Names alone are looked at, whatever their case.
    """
    text = "\n".join(("", *(entry.path for entry in entries), "")).lower()
    # Most layers have nothing of the sort, which all paths together tell soonest.
    if not any(mark in text for mark in _MARKS):
        return
    leftovers = [*_repositories(entries), *_files(entries)]
    if not leftovers:
        return
    distributions = _distributions(entries)
    for leftover in leftovers:
        kind, path = leftover.kind, leftover.path
        if kind is REPOSITORY or not _is_published(path, distributions):
            yield kind.found(leftover.message, path)
        elif kind is not PRIVATE_FILE:
            yield kind.found(leftover.message, path, severity=Severity.WARNING)


def _repositories(entries: Sequence[Entry]) -> Iterator[_Leftover]:
    """Yield the folders of version control systems, each with the number of files in it."""
    files: Counter[str] = Counter()
    for entry in entries:
        path = f"{entry.path}/" if entry.is_directory else entry.path
        found = _REPOSITORY.search(path) if _has_dot(path) else None
        if found:
            files[found.string[: found.end() - 1]] += not entry.is_directory
    for root, count in files.items():
        message = f"{root} holds the history of a repository, in {count:,} files"
        yield _Leftover(REPOSITORY, root, message)


def _files(entries: Sequence[Entry]) -> Iterator[_Leftover]:
    for entry in entries:
        path = entry.path.lower()
        if not entry.is_directory and _is_suspect(path) and not _REPOSITORY.search(path):
            kind, said = _what_is(path)
            if kind is not None:
                yield _Leftover(kind, entry.path, f"{entry.path} {said}")


def _is_suspect(path: str) -> bool:
    """Whether anything can be said of ``path``: most of 100,000 are no more than a module."""
    name = path.rpartition("/")[2]
    return (
        _has_dot(path) or name in _KNOWN_NAMES or name.startswith("id_") or name.endswith(_SUFFIXES)
    )


def _has_dot(path: str) -> bool:
    return "/." in path or path.startswith(".")


def _is_key_store(name: str) -> bool:
    return name.endswith(_KEY_STORES) and name not in _KEY_STORES


def _what_is(path: str) -> tuple[FindingKind | None, str]:
    """Return the kind of leftover that ``path``, in lower case, is, and what is said of it."""
    name = path.rpartition("/")[2]
    if _ENVIRONMENT.fullmatch(name) and not _TEMPLATE.search(name):
        return ENVIRONMENT_FILE, "holds the settings of one deployment"
    if _SSH_KEY.fullmatch(name):
        return CREDENTIALS_FILE, "is named like a private key of SSH"
    if _is_key_store(name):
        return PRIVATE_FILE, "is named like a store of private keys"
    if said := _ending(path, _HOLDS_SECRETS):
        return CREDENTIALS_FILE, f"is {said}"
    if said := _ending(path, _MAY_HOLD_SECRETS):
        return PRIVATE_FILE, f"is {said}"
    return _what_may_be(path, name)


def _what_may_be(path: str, name: str) -> tuple[FindingKind | None, str]:
    """Return the same for what its folder or its suffix makes suspect."""
    if "/.ssh/" in f"/{path}" and not name.endswith(".pub"):
        return PRIVATE_FILE, "lies in the folder of an SSH client"
    if "/.azure/" in f"/{path}":
        return PRIVATE_FILE, "lies in the folder of the Azure CLI"
    if name == ".git":
        return PRIVATE_FILE, "says where the repository of a submodule is"
    if name.endswith(".env") and not _TEMPLATE.search(name):
        return PRIVATE_FILE, "is named like the settings of one deployment"
    return None, ""


def _ending(path: str, meanings: Mapping[str, str]) -> str | None:
    """Return what is said of a path that ends so, in whole components."""
    return next((said for end, said in meanings.items() if f"/{path}".endswith(f"/{end}")), None)


def _distributions(entries: Sequence[Entry]) -> frozenset[str]:
    """Return the names of the installed Python distributions, spelled as modules are."""
    found = (part for entry in entries if "-info" in entry.path for part in entry.path.split("/"))
    stems = (part.rpartition(".")[0] for part in found if part.endswith(_METADATA))
    return frozenset(stem.partition("-")[0].lower() for stem in stems)


def _is_published(path: str, distributions: frozenset[str]) -> bool:
    """Whether ``path`` lies inside a package that an installer unpacked.

    Under ``python`` a folder may just as well be the team's own code: only the metadata that
    installers leave beside a package tells (PEP 376).
    """
    package = package_of(path)
    if package is None:
        return False
    folder, _, name = package.rpartition("/")
    return folder.endswith(_UNPACKED) or name.lower() in distributions
