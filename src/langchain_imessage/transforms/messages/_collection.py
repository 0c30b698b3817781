"""Keeps Python's garbage collector still while a session is put together."""

from __future__ import annotations

import gc
from contextlib import contextmanager
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator


_YOUNG = 1
"""The generation below the old one, and the one below that."""


@contextmanager
def collection_paused() -> Iterator[None]:
    """Keep Python from looking for cycles while a session is put together.

    There are none, and looking through all that is alive every few hundred messages is a
    quarter of the time. Afterwards what was made counts as old, or it would be looked
    through as soon as the pause is over; so that this makes no rubbish of a caller's old,
    what is young is looked through before. No code of a caller's may run meanwhile.
    """
    was_enabled = gc.isenabled()
    if was_enabled:
        gc.collect(_YOUNG)
    gc.disable()
    try:
        yield
    finally:
        if was_enabled:
            if not gc.get_freeze_count():  # what a caller has frozen stays so
                gc.freeze()
                gc.unfreeze()
            gc.enable()
