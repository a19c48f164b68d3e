"""Run the emulator. Started by its own Python, so: standard library and the emulator only.

With ``--attached`` it ends with whoever holds the other end of its standard input. That works
even when they are killed outright, for the kernel closes the pipe; and unlike PR_SET_PDEATHSIG it
does not mistake the end of the thread that started us for the end of the process.
"""

import os
import signal
import sys
import threading


def main() -> None:
    """Serve until told to end."""
    if "--attached" in sys.argv:
        threading.Thread(target=_end_with_parent, daemon=True).start()
    sys.argv = ["ministack"]
    from ministack.app import main as serve

    serve()


def _end_with_parent() -> None:
    while os.read(0, 1):
        pass
    # Our session holds this process and the functions' workers, nobody else.
    os.killpg(os.getpgrp(), signal.SIGKILL)


if __name__ == "__main__":
    main()
