"""Where in a layer a file lies: whether it came with an installed package, and in which part."""

_INSTALLED = frozenset({"python", "site-packages", "dist-packages", "node_modules", "gems"})
"""Folders into which installers unpack packages:
https://docs.aws.amazon.com/lambda/latest/dg/packaging-layers.html names those of the runtimes."""

_NO_PACKAGES = frozenset({"lib", "bin", "gems"})
"""What lies in such a folder, and is none: ``python/lib/python3.13``, ``python/bin``."""

_TEST_FOLDERS = frozenset(
    {
        *("test", "tests", "__tests__", "testing", "testcases", "spec", "specs"),
        *("testdata", "test_data", "test-data", "fixture", "fixtures"),
        *("doc", "docs", "example", "examples", "sample", "samples"),
    }
)


def package_of(path: str) -> str | None:
    """Return the folder of the innermost installed package in which ``path`` lies, if any."""
    parts = path.split("/")
    for index in range(len(parts) - 3, -1, -1):
        if parts[index] in _INSTALLED:
            end = index + (3 if parts[index + 1].startswith("@") else 2)
            is_package = end < len(parts) and parts[index + 1] not in _NO_PACKAGES
            return "/".join(parts[:end]) if is_package else None
    return None


def is_test_material(path: str) -> bool:
    """Whether ``path`` lies among the tests, examples or manuals of an installed package."""
    package = package_of(path)
    if package is None:
        return False
    folders = path[len(package) + 1 :].lower().split("/")[:-1]
    return not _TEST_FOLDERS.isdisjoint(folders)


def is_node_module(path: str) -> bool:
    """Whether ``path`` lies in a package that npm or one like it unpacked."""
    package = package_of(path)
    return package is not None and "node_modules" in package.split("/")
