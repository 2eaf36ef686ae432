"""How the process of a command begins and ends; not for a caller in whose own process a command runs."""

from __future__ import annotations

import gc
import os
import sys
from contextlib import suppress
from typing import NoReturn

_OBJECTS = 100_000
"""More than a no-op of hundreds of resources creates; about 20 MB, if all of them were garbage."""


def collect_rarely() -> None:
    """Look for cyclic garbage only after many new objects.

    What a command loads and reads stays in use until its end, and was gone through again and again: a fifth of the time
    it takes to validate 10,000 containers. The peak of memory is the same.
    """
    gc.set_threshold(_OBJECTS)


def end_process(code: int) -> NoReturn:
    """Exit at once, without freeing every module and object first.

    What others registered to be done at exit is done, such as writing coverage. A thread that Python would wait for is
    waited for, with Python's own exit.
    """
    import atexit
    import threading

    if any(not thread.daemon for thread in threading.enumerate() if thread is not threading.main_thread()):
        sys.exit(code)
    atexit._run_exitfuncs()
    for stream in (sys.stdout, sys.stderr):
        with suppress(OSError, ValueError):
            stream.flush()
    os._exit(code)
