"""The modules found are those that Python would import, from where it would."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from layerlift.inspecting.compatibility.modules import find_modules

SITE = "python/lib/python3.12/site-packages"


def modules(*paths: str) -> dict[str, str]:
    return {module.name: module.path for module in find_modules(paths)}


@pytest.mark.parametrize(
    ("paths", "expected"),
    [
        (
            ["python/httpx/__init__.py", "python/httpx/_api.py"],
            {"httpx": "python/httpx/__init__.py"},
        ),
        (
            ["python/httpx/_api.py", "python/httpx/__init__.py"],
            {"httpx": "python/httpx/__init__.py"},
        ),
        (["python/six.py"], {"six": "python/six.py"}),
        (["python/größe.py"], {"größe": "python/größe.py"}),
        (["python/google/cloud/storage/__init__.py"], {"google": "python/google/"}),
        (["python/shop/a/b.py", "python/shop.py"], {"shop": "python/shop.py"}),
        (["python/shop.py", "python/shop/__init__.py"], {"shop": "python/shop/__init__.py"}),
        (
            ["python/_x.cpython-313-x86_64-linux-gnu.so"],
            {"_x": "python/_x.cpython-313-x86_64-linux-gnu.so"},
        ),
        (["python/_rust.abi3.so"], {"_rust": "python/_rust.abi3.so"}),
        (["python/secret.pyc"], {"secret": "python/secret.pyc"}),
        (["python/shop/__init__.pyc"], {"shop": "python/shop/__init__.pyc"}),
        (["python/lib/__init__.py"], {"lib": "python/lib/__init__.py"}),
        ([f"{SITE}/yaml/__init__.py"], {"yaml": f"{SITE}/yaml/__init__.py"}),
        ([f"{SITE}/b.py", "python/a.py"], {"a": "python/a.py", "b": f"{SITE}/b.py"}),
    ],
)
def test_a_module_is_shown_with_the_file_that_python_imports(
    paths: list[str], expected: dict[str, str]
) -> None:
    assert modules(*paths) == expected


@pytest.mark.parametrize(
    "path",
    [
        "python/six-1.16.dist-info/METADATA",
        "python/six-1.16.dist-info/licenses/x.py",
        "python/bin/tool.py",
        "python/__pycache__/six.cpython-313.pyc",
        "python/numpy.libs/libblas.so",
        "python/data/notes.txt",
        "python/__main__.py",
        "python/libpq.so.5",
        "python/lib/python3.12/six.py",
        "python/lib/python3/site-packages/six.py",
        "nodejs/six.py",
        "six.py",
    ],
)
def test_what_python_does_not_import_from_there_is_no_module(path: str) -> None:
    assert modules(path) == {}


def test_modules_are_in_order_of_their_names() -> None:
    assert list(modules("python/b.py", "python/a.py", "python/c.py")) == ["a", "b", "c"]


@given(st.lists(st.text(max_size=30).map("python/{}.py".format)))
def test_every_module_can_be_named_in_an_import(paths: list[str]) -> None:
    for module in find_modules(paths):
        assert module.name.isidentifier()
        assert any(path.startswith(module.path) for path in paths)
