"""Native code of a layer, from paths and bytes to findings."""

from layerlift.domain.report import Finding
from layerlift.inspecting.native.checks import check_native
from layerlift.inspecting.native.files import NativeFile, read_native
from layerlift.inspecting.native.formats import recognise
from tests.unit.inspecting.native.content import Content


def native(path: str, content: bytes) -> NativeFile:
    found = recognise(content)
    assert found is not None
    return read_native(path, Content(content), found)


def findings(*files: tuple[str, bytes]) -> list[Finding]:
    return list(check_native([native(*file) for file in files]))


def codes(*files: tuple[str, bytes]) -> list[str]:
    return [finding.code for finding in findings(*files)]
