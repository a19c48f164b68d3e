"""Values are built when they are first used: by whichever thread, and without surprises then."""

import importlib
import pkgutil
import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest

import layerlift
from layerlift.domain.model import Value

THREADS = 8


@pytest.fixture
def hasty() -> Iterator[None]:
    """Threads take turns as often as they can."""
    before = sys.getswitchinterval()
    sys.setswitchinterval(1e-6)
    yield
    sys.setswitchinterval(before)


@pytest.mark.usefixtures("hasty")
def test_a_value_may_be_first_used_by_several_threads_at_once() -> None:
    for _ in range(200):
        _use_in_threads()


def _use_in_threads() -> None:
    class Inner(Value):
        number: int

    class Outer(Value):
        inner: Inner
        more: tuple[Inner, ...] = ()

    started = Barrier(THREADS)

    def use(number: int) -> str:
        started.wait()
        inner = Inner(number=number) if number % 2 else Inner.model_validate({"number": number})
        return Outer(inner=inner).model_dump_json()

    with ThreadPoolExecutor(THREADS) as threads:
        found = tuple(threads.map(use, range(THREADS)))
    assert found == tuple(f'{{"inner":{{"number":{n}}},"more":[]}}' for n in range(THREADS))


def test_every_value_of_the_core_can_be_built() -> None:
    for found in pkgutil.walk_packages(layerlift.__path__, "layerlift."):
        if not found.name.startswith("layerlift.probe"):
            importlib.import_module(found.name)
    values = {value for value in _below(Value) if value.__module__.startswith("layerlift.")}
    assert len(values) > 50
    for value in values:
        value.model_rebuild()
        assert value.__pydantic_complete__, value


def _below(value: type[Value]) -> Iterator[type[Value]]:
    for below in value.__subclasses__():
        yield below
        yield from _below(below)
