"""Which files of a layer a canary looks for."""

import stat

from layerlift.inspecting.archive.entries import Entry
from layerlift.inspecting.canary_files import find_files


def entry(path: str, mode: int = 0o644) -> Entry:
    return Entry(path, 4, 4, 0, False, 0, 0, stat.S_IFREG | mode, False, path.encode())


def test_what_is_executed_comes_first_and_what_is_imported_not_at_all() -> None:
    entries = [
        entry("python/a.py"),
        entry("nodejs/node_modules/a/index.js"),
        entry("java/lib/a.jar"),
        entry("layerlift.yaml"),
        entry("extensions/watch", 0o755),
        entry("bin/tool", 0o755),
    ]
    files, left_out = find_files(entries)
    assert [file.path for file in files] == ["bin/tool", "extensions/watch", "java/lib/a.jar"]
    assert [file.is_executable for file in files] == [True, True, False]
    assert left_out == 0


def test_there_is_room_for_a_hundred_and_the_rest_is_counted() -> None:
    files, left_out = find_files(entry(f"data/{n:03}.bin") for n in range(105))
    assert (len(files), left_out) == (100, 5)
