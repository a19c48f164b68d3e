"""How an AWS client is pointed at the emulator: by the variables that every one of them reads."""

import os
import shlex
from collections.abc import Iterator, Mapping
from contextlib import contextmanager

REGION = "eu-central-1"
STACK = "layerlift"

# The emulator's root user. Anyone on this machine may use it: it is bound to loopback only.
ACCESS_KEY = "test"
SECRET_KEY = "test"  # noqa: S105 - not a secret

# Each of these would win over, or be mixed with, what `variables` sets.
CONFLICTING = ("AWS_PROFILE", "AWS_DEFAULT_PROFILE", "AWS_SESSION_TOKEN")


def variables(endpoint: str) -> dict[str, str]:
    """What `layerlift local env` prints."""
    return {
        "AWS_ENDPOINT_URL": endpoint,
        "AWS_ACCESS_KEY_ID": ACCESS_KEY,
        "AWS_SECRET_ACCESS_KEY": SECRET_KEY,
        "AWS_REGION": REGION,
        "AWS_DEFAULT_REGION": REGION,
        "LAYERLIFT_STACK": STACK,
    }


def exports(endpoint: str) -> str:
    """The same as shell commands, for ``eval``."""
    lines = [f"export {name}={shlex.quote(value)}" for name, value in variables(endpoint).items()]
    return "\n".join([*lines, f"unset {' '.join(CONFLICTING)}"])


def pointed_at(endpoint: str, base: Mapping[str, str]) -> dict[str, str]:
    """`base` for a process that must talk to the emulator and to nothing else of AWS."""
    # AWS_ENDPOINT_URL_S3 and its like are stronger than AWS_ENDPOINT_URL.
    kept = {
        name: value
        for name, value in base.items()
        if name not in CONFLICTING and not name.startswith("AWS_ENDPOINT_URL")
    }
    bypass = [part for part in (kept.get("NO_PROXY"), "127.0.0.1") if part]
    return (
        kept
        | variables(endpoint)
        | {
            # A profile may hold endpoints, roles and processes to run.
            "AWS_CONFIG_FILE": os.devnull,
            "AWS_SHARED_CREDENTIALS_FILE": os.devnull,
            "AWS_EC2_METADATA_DISABLED": "true",
            "NO_PROXY": ",".join(bypass),
            "no_proxy": ",".join(bypass),
        }
    )


@contextmanager
def using(endpoint: str) -> Iterator[None]:
    """Point this very process at the emulator while the block runs."""
    before = dict(os.environ)
    _replace(pointed_at(endpoint, before))
    try:
        yield
    finally:
        _replace(before)


def _replace(wanted: Mapping[str, str]) -> None:
    for name in set(os.environ) - set(wanted):
        del os.environ[name]
    os.environ.update(wanted)
