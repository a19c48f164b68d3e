"""Only the child that holds the other end of a connection is killed."""

import os
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager

from tests.chaos.killing import Functions

_CALLER = """
import socket, sys
connection = socket.create_connection(("127.0.0.1", int(sys.argv[1])))
print(connection.getsockname()[1], flush=True)
sys.stdin.read()
"""


@contextmanager
def function(name: str, **secrets: str) -> Iterator[tuple[subprocess.Popen[str], int]]:
    """A child of ours with a connection open, and the port that it calls from."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        child = subprocess.Popen(
            [sys.executable, "-c", _CALLER, str(server.getsockname()[1])],
            env=os.environ | {"AWS_LAMBDA_FUNCTION_NAME": name} | secrets,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        assert child.stdout
        try:
            yield child, int(child.stdout.readline())
        finally:
            child.kill()
            child.communicate()


def test_the_function_that_calls_is_killed_and_no_other() -> None:
    functions = Functions(emulator=os.getpid())
    with function("Publish") as (publish, port), function("Lock") as (lock, _):
        assert functions.kill(port)
        assert publish.wait(10) == -signal.SIGKILL
        assert lock.poll() is None
    assert functions.killed == ["Publish"]


def test_what_is_no_child_of_the_emulator_lives_on() -> None:
    functions = Functions(emulator=1)
    with function("Publish") as (publish, port):
        assert not functions.kill(port)
        assert publish.poll() is None


def test_a_function_that_is_spared_lives_on() -> None:
    functions = Functions(emulator=os.getpid(), spared=("Recover",))
    with function("layerlift-RecoverFunction-1") as (recover, port):
        assert not functions.kill(port)
        assert recover.poll() is None


def test_the_secrets_of_functions_are_known() -> None:
    functions = Functions(emulator=os.getpid())
    given = {"AWS_SESSION_TOKEN": "a-token-that-is-long", "AWS_SECRET_ACCESS_KEY": "test"}
    with function("Publish", **given):
        assert functions.secrets() >= {"a-token-that-is-long"}
        assert "test" not in functions.secrets()
