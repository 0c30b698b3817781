"""The collector's pause ends, and moves nothing that it was not made for."""

from __future__ import annotations

import gc
import weakref
from typing import TYPE_CHECKING

import pytest

from langchain_imessage.garbage_collection import collection_paused

if TYPE_CHECKING:
    from collections.abc import Iterator


class Ring:
    """Garbage as soon as nobody refers to it: it refers to itself."""

    def __init__(self) -> None:
        self.itself = self


@pytest.fixture(autouse=True)
def _collector_on() -> Iterator[None]:
    gc.enable()
    yield
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


def test_it_moves_no_object_of_the_host_program() -> None:
    old, ring = [object()], Ring()
    gc.collect()  # which frees some that are frozen
    gone, frozen = weakref.ref(ring), gc.get_freeze_count()
    del ring
    with collection_paused():
        pass
    assert any(one is old for one in gc.get_objects(2))
    assert gc.get_freeze_count() == frozen
    assert gone() is not None, "only the youngest generation is examined"


def test_what_was_made_has_left_the_youngest_generation() -> None:
    with collection_paused():
        made = [[number] for number in range(1000)]
    youngest = set(map(id, gc.get_objects(0)))
    assert not youngest & set(map(id, made))


def test_what_a_caller_has_frozen_stays_so_and_nothing_else_is() -> None:
    before = [object()]
    gc.freeze()
    after = [object()]
    with collection_paused():
        pass
    listed = gc.get_objects()  # what is frozen is not among them
    assert not any(one is before for one in listed)
    assert any(one is after for one in listed)
