"""Ends a worker process when the process that started it does, however that ends.

Owns how a parent's end is noticed; what runs until then, and what it prints, is its own.
"""

from __future__ import annotations

import os
import select
import threading

_LOOK_EVERY = 1.0
"""Seconds between two looks whether the parent is still the same. The end of standard
input is seen at once, but not if the parent was forked and its copy keeps it open."""


def end_with_parent() -> None:
    """End this process when its standard input does, or another becomes its parent.

    What is still to be read of standard input is to be read before: it is thrown away.
    """
    threading.Thread(target=_end_with, args=(os.getppid(),), daemon=True).start()


def _end_with(parent: int) -> None:
    while os.getppid() == parent:
        if select.select([0], [], [], _LOOK_EVERY)[0] and not os.read(0, 1):
            break
    os._exit(0)
