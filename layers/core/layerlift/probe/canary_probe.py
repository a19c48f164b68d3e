"""Tries what a layer brings and says what failed. Runs alone: the standard library only.

The event names what to try: ``modules`` and ``compiled`` (``{"name", "path"}`` each), ``files``
(``{"path", "size", "is_executable"}``), ``commands`` (lists of words) and ``check`` (``{"handler",
"payload"}`` or null). The answer says whether the function was ``cold``, how many milliseconds
loading (``startup_ms``) and all of it (``duration_ms``) took, what was ``exercised`` (a count of
each kind), the ``failures`` (``{"what", "error"}``), what was ``not_exercised`` (sentences), and
the check's ``answer`` as JSON text. ``canary_probe.js`` gives the same answer.
"""

import importlib
import importlib.machinery
import json
import os
import sys
import time
from pathlib import Path
from typing import Any

_MAX_ERROR = 300
_MAX_ANSWER = 20_000
_COMMAND_SECONDS = 10
_UNPACKED = "/opt"
"""https://docs.aws.amazon.com/lambda/latest/dg/packaging-layers.html"""

_invocations = 0


def handler(event: dict[str, Any], context: object) -> dict[str, Any]:
    """Try everything of the event."""
    global _invocations
    _invocations += 1
    begun = time.perf_counter()
    failures: list[dict[str, str]] = []
    skipped: list[str] = []
    exercised = {"modules": _import_all(event["modules"], failures)}
    exercised["compiled"] = _import_all(_loadable(event["compiled"], skipped), failures)
    startup = time.perf_counter() - begun
    exercised["files"] = _read_all(event["files"], failures, skipped)
    exercised["commands"] = _run_all(event["commands"], failures, skipped)
    answer = _call(event["check"], context, failures) if event["check"] else None
    print(json.dumps({"exercised": exercised, "failures": len(failures)}))  # noqa: T201 - its log
    return {
        "cold": _invocations == 1,
        "startup_ms": round(startup * 1000),
        "duration_ms": round((time.perf_counter() - begun) * 1000),
        "exercised": exercised,
        "failures": failures,
        "not_exercised": skipped,
        "answer": answer,
    }


def _failure(what: str, error: str) -> dict[str, str]:
    return {"what": what, "error": error[:_MAX_ERROR]}


def _import_all(modules: list[dict[str, str]], failures: list[dict[str, str]]) -> int:
    wrong = [(module["name"], _import(module["name"], module["path"])) for module in modules]
    failures += [_failure(name, error) for name, error in wrong if error]
    return sum(not error for _, error in wrong)


def _import(name: str, path: str) -> str:
    """Return why the module cannot be had from the layer, empty if it can."""
    try:
        module = importlib.import_module(name)
    except BaseException as problem:  # A module may even exit: that is a finding, too.
        return f"{type(problem).__name__}: {problem}"
    file = getattr(module, "__file__", None)
    places = [file] if file else [f"{place}/" for place in getattr(module, "__path__", ())]
    if any(_is_from_layer(place, path) for place in places):
        return ""
    return f"was imported from {places[0] if places else 'nowhere'} instead of the layer"


def _is_from_layer(place: str, path: str) -> bool:
    # The folder decides: of files for several machines the layer names one, and Python loads its
    # own. A path that ends in "/" is a folder itself: that of a namespace package.
    folder = place.rpartition("/")[0] + "/"
    return folder.endswith("/" + path.rpartition("/")[0] + "/")


def _loadable(compiled: list[dict[str, str]], skipped: list[str]) -> list[dict[str, str]]:
    """Return those that this Python looks for: the others are for its other versions."""
    suffixes = importlib.machinery.EXTENSION_SUFFIXES
    names = {module["name"] for module in compiled}
    loadable = {m["name"]: m for m in compiled if _suffix(m["path"]) in suffixes}
    if len(loadable) < len(names):
        count = len(names) - len(loadable)
        skipped.append(f"{count} compiled modules that are for other versions of Python")
    return list(loadable.values())


def _suffix(path: str) -> str:
    """Return all behind the first dot of a file's name, where a module says what it is for."""
    return "." + path.rpartition("/")[2].partition(".")[2]


def _root(path: str) -> Path | None:
    """Return the folder that the layer with the file ``path`` is unpacked to, None if none is."""
    places = [Path(place) for place in sys.path if place]
    # A layer's folder on the path is the layer itself, or its folder python.
    for place in (Path(_UNPACKED), *places, *(place.parent for place in places)):
        if (place / path).exists():
            return place
    return None


def _read_all(
    files: list[dict[str, Any]], failures: list[dict[str, str]], skipped: list[str]
) -> int:
    read = 0
    modeless = 0
    for file in files:
        error = _read(file)
        modeless += error == _MODELESS
        if error in ("", _MODELESS):
            read += 1
        else:
            failures.append(_failure(file["path"], error))
    if modeless:
        skipped.append(f"whether {modeless} files are executable: layers are not at /opt here")
    return read


_MODELESS = "is there, but layers are unpacked without their modes here"


def _read(file: dict[str, Any]) -> str:
    """Return what is wrong with a file, empty if nothing is."""
    root = _root(file["path"])
    if root is None:
        return "is not there"
    path = root / file["path"]
    try:
        with path.open("rb") as content:
            size = sum(len(part) for part in iter(lambda: content.read(1 << 20), b""))
    except OSError as problem:
        return f"cannot be read: {problem.strerror}"
    if size != file["size"]:
        return f"has {size} bytes instead of {file['size']}"
    if file["is_executable"] and not os.access(path, os.X_OK):
        return "is not executable" if root == Path(_UNPACKED) else _MODELESS
    return ""


def _run_all(commands: list[list[str]], failures: list[dict[str, str]], skipped: list[str]) -> int:
    done = 0
    for words in commands:
        root = _root(words[0]) or Path(_UNPACKED)
        program = root / words[0]
        if root != Path(_UNPACKED) and not os.access(program, os.X_OK):
            skipped.append(f"the command {words[0]}: layers are not at /opt here")
            continue
        error = _run([str(program), *words[1:]])
        done += not error
        if error:
            failures.append(_failure(" ".join(words), error))
    return done


def _run(command: list[str]) -> str:
    """Return why a command of the layer's manifest failed, empty if it did not."""
    import subprocess  # Few layers have any, and start-up is what is measured here.

    try:
        done = subprocess.run(
            command,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            timeout=_COMMAND_SECONDS,
            check=False,
        )
    except subprocess.TimeoutExpired:
        return f"did not end in {_COMMAND_SECONDS} seconds"
    except OSError as problem:
        return f"cannot be run: {problem.strerror}"
    said = (done.stderr or done.stdout).decode(errors="replace").strip()
    return f"ended with {done.returncode}: {said}" if done.returncode else ""


def _call(check: dict[str, Any], context: object, failures: list[dict[str, str]]) -> str | None:
    """Return the JSON that the layer's own handler answers, None if it fails."""
    name, _, function = check["handler"].rpartition(".")
    try:
        answer = getattr(importlib.import_module(name), function)(check["payload"], context)
        text = json.dumps(answer)
    except BaseException as problem:
        error = f"{type(problem).__name__}: {problem}"
    else:
        if len(text) <= _MAX_ANSWER:
            return text
        error = f"its answer has {len(text)} characters, more than {_MAX_ANSWER}"
    failures.append(_failure(check["handler"], error))
    return None
