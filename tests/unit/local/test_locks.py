import subprocess
import sys
import threading
from pathlib import Path

from layerlift_cli.local.locks import exclusive, shared

HOLD = """
import sys, time
from pathlib import Path
from layerlift_cli.local.locks import exclusive
with exclusive(Path(sys.argv[1]), lambda: None):
    print("held", flush=True)
    time.sleep(60)
"""


def never() -> None:
    raise AssertionError("nobody should have to wait")


def test_the_second_waits_until_the_first_has_finished(tmp_path: Path) -> None:
    lock = tmp_path / "folder" / "lock"
    waiting = threading.Event()
    order: list[str] = []

    def second() -> None:
        with exclusive(lock, waiting.set):
            order.append("second")

    thread = threading.Thread(target=second)
    with exclusive(lock, never):
        thread.start()
        assert waiting.wait(5)
        order.append("first")
    thread.join(5)
    assert order == ["first", "second"]


def test_readers_share(tmp_path: Path) -> None:
    inside = 0
    with shared(tmp_path / "lock", never):
        inside += 1
        with shared(tmp_path / "lock", never):
            inside += 1
    assert inside == 2


def test_a_writer_waits_for_a_reader(tmp_path: Path) -> None:
    waiting = threading.Event()

    def write() -> None:
        with exclusive(tmp_path / "lock", waiting.set):
            pass

    thread = threading.Thread(target=write)
    with shared(tmp_path / "lock", never):
        thread.start()
        assert waiting.wait(5)
    thread.join(5)
    assert not thread.is_alive()


def test_a_killed_holder_holds_no_more(tmp_path: Path) -> None:
    lock = tmp_path / "lock"
    holder = subprocess.Popen(
        [sys.executable, "-c", HOLD, str(lock)], stdout=subprocess.PIPE, text=True
    )
    assert holder.stdout
    assert holder.stdout.readline() == "held\n"
    holder.kill()
    holder.communicate()
    with exclusive(lock, never):
        pass
