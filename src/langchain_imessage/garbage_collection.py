"""The garbage collector, paused while many objects without cycles are made.

Owns how that is done without touching what else lives in the process. Nobody else may
switch the collector off.

Gains, in seconds of CPU for 200,000 messages (CPython 3.11, best of three interleaved
rounds):

| trick | without | with |
|---|---|---|
| the collector paused, sessions of 2,000 not kept | 0.43 | 0.21 |
| the collector paused, sessions of 2,000 all kept | 0.95 | 0.37 |
| ... and what was made examined once, at the end of the pause | 0.37 | 0.29 |
"""

from __future__ import annotations

import gc
from contextlib import contextmanager
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

_YOUNGEST = 0
"""The generation of objects that the collector has not examined yet."""


@contextmanager
def collection_paused() -> Iterator[None]:
    """Pause the garbage collector while many objects are made that contain no cycles.

    Examining all live objects every few hundred allocations would find nothing. At the
    end the objects made since are examined once and so leave the youngest generation;
    older objects are not touched, and neither is what the host program has frozen. Code
    of a caller must not run in the meantime.
    """
    if not gc.isenabled():
        yield
        return
    gc.disable()
    try:
        yield
    finally:
        gc.collect(_YOUNGEST)
        gc.enable()
