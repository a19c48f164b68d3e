"""Imports what a layer brings and says what failed. Runs alone: the standard library only.

The event is ``{"modules": [{"name": …, "path": …}]}``, the answer
``{"imported": n, "failures": [{"module": …, "error": …}]}``.
"""

import importlib
from typing import Any

_MAX_ERROR = 300


def handler(event: dict[str, Any], context: object) -> dict[str, Any]:
    """Import every module of the event; a module of the same name elsewhere does not count."""
    failures = []
    for module in event["modules"]:
        error = _import(module["name"], module["path"])
        if error:
            failures.append({"module": module["name"], "error": error[:_MAX_ERROR]})
    return {"imported": len(event["modules"]) - len(failures), "failures": failures}


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
