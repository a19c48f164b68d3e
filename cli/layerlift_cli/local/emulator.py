"""Start the emulator, and end it."""

import socket
import subprocess
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, nullcontext
from pathlib import Path

from layerlift_cli.errors import OutOfReach
from layerlift_cli.local import environment, launch
from layerlift_cli.local.checkout import Checkout
from layerlift_cli.local.log import tail
from layerlift_cli.local.process import ProcessIdentity, end_session, identify
from layerlift_cli.local.scratch import make_scratch, remove_scratch
from layerlift_cli.local.state import (
    LocalState,
    forget_state,
    read_state,
    running_state,
    write_state,
)

# It is ready after about a second; a busy machine may need more for the first imports.
READY_SECONDS = 60.0
POLL_SECONDS = 0.05

# Between choosing a free port and listening on it, somebody else may take it.
PORT_TRIES = 3
PORT_TAKEN = "already in use"


def log_file(state_dir: Path) -> Path:
    """Where the emulator and all functions in it write."""
    return state_dir / "emulator.log"


def start(
    checkout: Checkout,
    state_dir: Path,
    *,
    attached: bool,
    extra: Mapping[str, str] | None = None,
) -> tuple[LocalState, subprocess.Popen[bytes]]:
    """Start one on a free port and wait until it answers.

    `attached` means that it must not survive this process. `extra` are settings for the emulator,
    which hands its environment on to the functions.
    """
    state_dir.mkdir(parents=True, exist_ok=True)
    _end_recorded(state_dir)
    for _ in range(PORT_TRIES):
        port = _free_port()
        child = _spawn(checkout, state_dir, port, attached=attached, extra=extra or {})
        identity = identify(child.pid)
        if identity is not None:
            state = LocalState(identity, port)
            write_state(state_dir, state)  # before waiting: a kill from here on leaves a trace
            if _answers(state, child):
                return state, child
            _end(state_dir, identity)
        child.wait()
        if PORT_TAKEN not in tail(log_file(state_dir)):
            break
    forget_state(state_dir)
    raise OutOfReach(
        f"The emulator did not start:\n{tail(log_file(state_dir))}",
        next_step=f"Mend what it says and try again; its whole log is {log_file(state_dir)}",
    )


def stop(state_dir: Path) -> bool:
    """End what `start` recorded here, and its functions; False if nothing ran."""
    ran = _end_recorded(state_dir)
    remove_scratch(_temporary(state_dir))
    return ran


@contextmanager
def running_emulator(
    checkout: Checkout,
    state_dir: Path,
    *,
    attached: bool = True,
    extra: Mapping[str, str] | None = None,
) -> Iterator[LocalState]:
    """An emulator of the caller's own, that is gone after the block whatever happens in it."""
    state, child = start(checkout, state_dir, attached=attached, extra=extra)
    try:
        yield state
    finally:
        stop(state_dir)
        if child.stdin:
            child.stdin.close()
        child.wait()


def _end_recorded(state_dir: Path) -> bool:
    state = read_state(state_dir)
    ran = state is not None and _end(state_dir, state.process)
    forget_state(state_dir)
    return ran


def _end(state_dir: Path, identity: ProcessIdentity) -> bool:
    return end_session(identity, marker=f"TMPDIR={_temporary(state_dir)}")


def _spawn(
    checkout: Checkout, state_dir: Path, port: int, *, attached: bool, extra: Mapping[str, str]
) -> subprocess.Popen[bytes]:
    temporary = _temporary(state_dir)
    held = make_scratch(temporary)
    (temporary / "home").mkdir()
    command = [str(checkout.emulator_python), str(Path(launch.__file__).resolve())]
    with log_file(state_dir).open("wb") as log, held or nullcontext():
        return subprocess.Popen(
            [*command, *(["--attached"] if attached else [])],
            env={**_settings(temporary, port), **extra},
            cwd=temporary,
            stdin=subprocess.PIPE if attached else subprocess.DEVNULL,
            stdout=log,
            stderr=subprocess.STDOUT,
            # Neither Ctrl-C nor a closed terminal is meant for it; and `stop` ends the session.
            start_new_session=True,
            # It holds the lock of its folder for as long as it lives.
            pass_fds=() if held is None else (held.fileno(),),
        )


def _settings(temporary: Path, port: int) -> dict[str, str]:
    """The emulator's whole environment: the functions inherit it, so nothing else may be in it."""
    return {
        "PATH": "/usr/local/bin:/usr/bin:/bin",
        "HOME": str(temporary / "home"),
        "LANG": "C.UTF-8",
        "TMPDIR": str(temporary),
        "AWS_ACCESS_KEY_ID": environment.ACCESS_KEY,
        "AWS_SECRET_ACCESS_KEY": environment.SECRET_KEY,
        "MINISTACK_REGION": environment.REGION,
        "AUTH": "true",
        "BIND_HOST": "127.0.0.1",
        "GATEWAY_PORT": str(port),
        "IOT_MTLS_ENABLED": "0",  # would bind a fixed port
        "SFTP_ENABLED": "0",  # likewise
        "LAMBDA_EXECUTOR": "local",
        "DOCKER_HOST": f"unix://{temporary}/no-docker",  # leave the user's containers alone
        "STATE_DIR": str(temporary / "state"),
        "S3_DATA_DIR": str(temporary / "s3"),
    }


def _temporary(state_dir: Path) -> Path:
    return state_dir.resolve() / "tmp"


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def _answers(state: LocalState, child: subprocess.Popen[bytes]) -> bool:
    """Wait until it is ready; False if it ended or took too long."""
    deadline = time.monotonic() + READY_SECONDS
    while child.poll() is None and time.monotonic() < deadline:
        if is_ready(state):
            return True
        time.sleep(POLL_SECONDS)
    return False


def is_ready(state: LocalState) -> bool:
    """Whether it answers that it is ready."""
    # No proxy, whatever the environment says: this is a call to ourselves.
    # Inside: it is slow to import, and every command imports this module.
    import urllib.error
    import urllib.request

    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    try:
        with opener.open(f"{state.endpoint}/_ministack/ready", timeout=5) as answer:
            ready: bool = answer.status == 200
            return ready
    except (OSError, urllib.error.URLError):
        return False


def healthy(state_dir: Path) -> LocalState | None:
    """The emulator recorded here, if it runs and answers."""
    state = running_state(state_dir)
    return state if state and is_ready(state) else None
