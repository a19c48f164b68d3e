"""The probe for Node.js, run by a Node.js on this machine as Lambda runs it."""

import json
import os
import subprocess
from pathlib import Path
from typing import Any

import pytest

import layerlift.probe

PROBE = Path(layerlift.probe.__file__).parent / "canary_probe.js"
CALL = """
const { handler } = require(process.argv[1]);
const event = JSON.parse(process.argv[2]);
(async () => {
  const answers = [await handler(event, {}), await handler(event, {})];
  console.log(JSON.stringify(answers));
})();
"""
FILE = {"path": "data/model.bin", "size": 4, "is_executable": False}


@pytest.fixture
def layer(tmp_path: Path) -> Path:
    (tmp_path / "nodejs/node_modules").mkdir(parents=True)
    (tmp_path / "data").mkdir()
    (tmp_path / "data/model.bin").write_text("four")
    return tmp_path


def package(layer: Path, name: str, about: dict[str, Any], **files: str) -> dict[str, str]:
    """Put a package, `_` in the names of its files standing for a dot; return how it is asked."""
    folder = layer / "nodejs/node_modules" / name
    folder.mkdir(parents=True)
    (folder / "package.json").write_text(json.dumps({"name": name} | about))
    for file, text in files.items():
        (folder / file.replace("_", ".")).write_text(text)
    return {"name": name, "path": f"nodejs/node_modules/{name}"}


def ask(layer: Path, *packages: dict[str, str], **fields: Any) -> list[dict[str, Any]]:
    """Return the answers of two invocations."""
    event = {"packages": packages, "files": [], "check": None} | fields
    done = subprocess.run(
        ["node", "-e", CALL, str(PROBE), json.dumps(event)],
        env={"PATH": os.environ["PATH"], "NODE_PATH": f"{layer}/nodejs/node_modules"},
        capture_output=True,
        text=True,
        check=True,
        timeout=30,
    )
    # What the probe writes into the function's log comes before.
    *log, last = done.stdout.splitlines()
    answers: list[dict[str, Any]] = json.loads(last)
    assert [json.loads(line)["failures"] for line in log] == [len(a["failures"]) for a in answers]
    return answers


def test_every_kind_of_package_is_loaded_and_the_second_time_is_warm(layer: Path) -> None:
    cold, warm = ask(
        layer,
        package(layer, "plain", {}, index_js="module.exports = 1"),
        package(layer, "@scope/main", {"main": "a.js"}, a_js="module.exports = 1"),
        package(layer, "modern", {"type": "module", "exports": "./a.js"}, a_js="export default 1"),
        package(
            layer,
            "import-only",
            {"type": "module", "exports": {".": {"import": "./a.js"}}},
            a_js="await 1; export default 1",
        ),
    )
    assert (cold["exercised"]["packages"], cold["failures"]) == (4, [])
    assert (cold["cold"], warm["cold"]) == (True, False)
    assert cold["duration_ms"] >= cold["startup_ms"] >= 0


def test_a_package_that_does_not_load_is_named(layer: Path) -> None:
    asked = package(layer, "broken", {}, index_js="require('no-such-package')")
    failures = ask(layer, asked)[0]["failures"]
    assert failures == [{"what": "broken", "error": "Error: Cannot find module 'no-such-package'"}]


def test_a_package_without_anything_to_require_is_not_exercised(layer: Path) -> None:
    types = package(layer, "@types/node", {"main": "", "types": "index.d.ts"})
    (answer, _) = ask(layer, types)
    assert (answer["exercised"]["packages"], answer["failures"]) == (0, [])
    assert answer["not_exercised"] == ["packages that have nothing to require: @types/node"]


def test_a_check_is_awaited_and_answers(layer: Path) -> None:
    text = "exports.check = async (payload) => ({ sum: payload.n + 1 })"
    package(layer, "shop", {}, index_js=text)
    check = {"handler": "shop.check", "payload": {"n": 1}}
    assert ask(layer, check=check)[0]["answer"] == '{"sum":2}'


def test_a_check_that_fails_says_why(layer: Path) -> None:
    package(layer, "shop", {}, index_js="exports.check = () => { throw new TypeError('no') }")
    (answer, _) = ask(layer, check={"handler": "shop.check", "payload": None})
    assert answer["failures"] == [{"what": "shop.check", "error": "TypeError: no"}]


@pytest.mark.parametrize(
    ("file", "errors"),
    [
        (FILE, []),
        (FILE | {"size": 5}, ["has 4 bytes instead of 5"]),
        (FILE | {"path": "data/gone.bin"}, ["is not there"]),
    ],
)
def test_files_are_there_whole_and_readable(
    layer: Path, file: dict[str, Any], errors: list[str]
) -> None:
    (answer, _) = ask(layer, files=[file])
    assert [failure["error"] for failure in answer["failures"]] == errors
