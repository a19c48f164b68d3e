"""Run the emulator. Started by its own Python, so: standard library and the emulator only.

With ``--attached`` it ends with whoever holds the other end of its standard input. That works
even when they are killed outright, for the kernel closes the pipe; and unlike PR_SET_PDEATHSIG it
does not mistake the end of the thread that started us for the end of the process.
"""

import os
import signal
import sys
import threading

# The emulator has each Python function import botocore as it starts, to count how deep functions
# call each other: 0.2 s of every canary, and on AWS a function that does not use botocore does not
# load it. It is counted all the same, from the moment that a function imports botocore itself.
COUNTS_DEPTH = "    _ms_install_invoke_depth()\n"
COUNTS_DEPTH_LATER = "    _ms_after_import('botocore.handlers', _ms_install_invoke_depth)\n"
AFTER_IMPORT = '''
def _ms_after_import(name, then):
    """Call ``then`` once the module ``name`` of a package has been imported by somebody."""
    import importlib.machinery, sys

    class Finder(importlib.machinery.PathFinder):
        @classmethod
        def find_spec(cls, wanted, path=None, target=None):
            if wanted != name:
                return None
            sys.meta_path.remove(cls)
            spec = super().find_spec(wanted, path, target)
            if spec is not None:
                execute = spec.loader.exec_module

                def exec_module(module):
                    execute(module)
                    package, _, last = name.rpartition(".")
                    setattr(sys.modules[package], last, module)  # import does so after this
                    then()

                spec.loader.exec_module = exec_module
            return spec

    sys.meta_path.insert(0, Finder)
'''


def main() -> None:
    """Serve until told to end."""
    if "--attached" in sys.argv:
        threading.Thread(target=_end_with_parent, daemon=True).start()
    sys.argv = ["ministack"]
    from ministack.app import main as serve
    from ministack.core import lambda_runtime

    lambda_runtime._PYTHON_WORKER_SCRIPT = starting_light(lambda_runtime._PYTHON_WORKER_SCRIPT)
    serve()


def starting_light(worker: str) -> str:
    """Return the program of a Python function's process, which leaves botocore to the function."""
    return AFTER_IMPORT + worker.replace(COUNTS_DEPTH, COUNTS_DEPTH_LATER)


def _end_with_parent() -> None:
    while os.read(0, 1):
        pass
    # Our session holds this process and the functions' workers, nobody else.
    os.killpg(os.getpgrp(), signal.SIGKILL)


if __name__ == "__main__":
    main()
