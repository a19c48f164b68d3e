import os
import subprocess

import pytest

from layerlift_cli.local.environment import exports, pointed_at, using, variables

ENDPOINT = "http://127.0.0.1:4566"


def test_a_shell_that_evaluates_the_exports_points_at_the_emulator() -> None:
    script = f"{exports(ENDPOINT)}\nenv"
    inherited = {"AWS_PROFILE": "prod", "AWS_SESSION_TOKEN": "t", "PATH": os.defpath}
    shown = subprocess.run(
        ["sh", "-c", script], env=inherited, capture_output=True, text=True, check=True
    ).stdout
    after = dict(line.split("=", 1) for line in shown.splitlines())
    assert variables(ENDPOINT).items() <= after.items()
    assert not {"AWS_PROFILE", "AWS_SESSION_TOKEN"} & set(after)


@pytest.mark.parametrize(
    "name",
    ["AWS_PROFILE", "AWS_DEFAULT_PROFILE", "AWS_SESSION_TOKEN", "AWS_ENDPOINT_URL_S3"],
)
def test_nothing_that_would_lead_elsewhere_is_kept(name: str) -> None:
    assert name not in pointed_at(ENDPOINT, {name: "elsewhere"})


def test_the_users_own_profile_files_are_not_read() -> None:
    pointed = pointed_at(ENDPOINT, {"AWS_CONFIG_FILE": "/home/me/.aws/config"})
    assert pointed["AWS_CONFIG_FILE"] == pointed["AWS_SHARED_CREDENTIALS_FILE"] == os.devnull


def test_a_proxy_is_bypassed_and_other_exceptions_stay() -> None:
    pointed = pointed_at(ENDPOINT, {"HTTP_PROXY": "http://proxy", "NO_PROXY": "intranet"})
    assert pointed["NO_PROXY"] == "intranet,127.0.0.1"


def test_this_process_is_as_before_after_the_block(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AWS_PROFILE", "prod")
    before = dict(os.environ)

    def fail_inside() -> None:
        with using(ENDPOINT):
            assert os.environ["AWS_ENDPOINT_URL"] == ENDPOINT
            assert "AWS_PROFILE" not in os.environ
            raise LookupError

    with pytest.raises(LookupError):
        fail_inside()
    assert dict(os.environ) == before
