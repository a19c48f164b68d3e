"""Asking a function that was made to be asked, and reading what Lambda answers."""

import json
import time
from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from typing import Any

from layerlift.adapters.clients import error_code
from layerlift.domain.errors import Unavailable
from layerlift.ports.aws import Invocation

Answer = Mapping[str, Any]
"""What ``invoke`` of boto3 returned."""

_UNREADABLE = "unreadable answer"
"""Ours, beside the kinds of error that Lambda has names for."""


def invoke_all(
    invoke: Callable[[], Invocation], *, cold: int, warm: int, deadline: float
) -> tuple[Invocation, ...]:
    """Return the invocations: the cold ones at the same time, then the others one by one.

    The first that runs out of time is the last: the others would do the same. None is begun after
    the deadline, by the monotonic clock, but the cold ones.
    """
    with ThreadPoolExecutor(cold) as threads:
        done = list(threads.map(lambda _: invoke(), range(cold)))
    for _ in range(warm):
        if done[-1].timed_out or time.monotonic() > deadline:
            break
        done.append(invoke())
    return tuple(done)


def ask(
    client: Any, name: str, payload: bytes, read: Callable[[Answer, Any], Invocation], **more: Any
) -> Invocation:
    """Invoke a function once; ``read`` makes an invocation of the answer and its JSON.

    ``more`` are further arguments of Invoke.

    :raises Unavailable: if it is gone: another run of the same canary has come to its end.
    """
    from botocore.exceptions import ClientError

    try:
        answer = client.invoke(FunctionName=name, Payload=payload, **more)
    except ClientError as problem:
        if error_code(problem) == "ResourceNotFoundException":
            raise Unavailable(f"the canary {name} was removed while it was at work") from problem
        raise
    text = answer["Payload"].read()
    try:
        body = json.loads(text) if text else None
    except (ValueError, RecursionError):
        # A runtime of the function's own may answer anything, and nests it as deep as it likes.
        return Invocation(error="its answer is not JSON", error_kind=_UNREADABLE)
    return _crashed(body) if "FunctionError" in answer else read(answer, body)


def _crashed(body: Any) -> Invocation:
    """Return an invocation that ended in an error of the function or of its runtime."""
    about = body if isinstance(body, dict) else {}
    message, kind = str(about.get("errorMessage", body)), str(about.get("errorType", ""))
    # Lambda says where it looked for a bootstrap, /opt among it. An error that names no such place
    # is of an environment that takes no runtime from a layer.
    took_no_runtime = kind == "Runtime.InvalidEntrypoint" and "/opt/" not in message
    return Invocation(
        error=message,
        error_kind=kind,
        timed_out=kind == "Sandbox.Timedout" or "Task timed out after" in message,
        not_exercised=("the custom runtime: none is taken from a layer here",)
        if took_no_runtime
        else (),
    )
