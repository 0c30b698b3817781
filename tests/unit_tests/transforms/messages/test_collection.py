"""The pause of the garbage collector: it ends, and keeps nobody's rubbish."""

from __future__ import annotations

import gc
import weakref
from typing import TYPE_CHECKING

import pytest

from langchain_imessage.transforms.messages._collection import collection_paused

if TYPE_CHECKING:
    from collections.abc import Iterator


class Ring:
    """Rubbish, as soon as nobody has it: it refers to itself."""

    def __init__(self) -> None:
        self.itself = self


@pytest.fixture(autouse=True)
def _enabled() -> Iterator[None]:
    gc.enable()
    yield
    gc.unfreeze()
    gc.enable()


def test_the_collector_is_still_and_goes_on_afterwards() -> None:
    with collection_paused():
        assert not gc.isenabled()
    assert gc.isenabled()


def test_it_goes_on_after_an_error_too() -> None:
    with pytest.raises(ValueError, match="x"), collection_paused():
        raise ValueError("x")
    assert gc.isenabled()


def test_who_has_stopped_it_finds_it_stopped() -> None:
    gc.disable()
    with collection_paused():
        pass
    assert not gc.isenabled()


def test_rubbish_of_before_is_gone_and_not_made_old() -> None:
    ring = Ring()
    gone = weakref.ref(ring)
    del ring
    with collection_paused():
        assert gone() is None


def test_what_was_made_is_old_and_is_not_looked_through_at_once() -> None:
    with collection_paused():
        made = [[number] for number in range(1000)]
    young = {id(one) for generation in (0, 1) for one in gc.get_objects(generation)}
    assert not young & set(map(id, made))


def test_what_a_caller_has_frozen_stays_so() -> None:
    gc.freeze()
    frozen = gc.get_freeze_count()
    with collection_paused():
        pass
    assert gc.get_freeze_count() == frozen
