"""The slots in which pydantic keeps what a model holds, and what fills them unchecked.

Who fills them has to try out whether that makes the models pydantic makes: see `faithful`.
"""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from typing import Any, TypeAlias, TypeVar

from pydantic import BaseModel

Setter: TypeAlias = Callable[[BaseModel, Any], None]
_Way = TypeVar("_Way")


def slot_setters() -> tuple[Setter, Setter, Setter, Setter]:
    """Give what sets a model's values, given fields, extra fields and private ones.

    Each is the slot's own: `object.__setattr__` has to look for it first, every time.

    Raises:
        KeyError: If pydantic keeps them elsewhere.
    """
    slots = vars(BaseModel)
    return (
        slots["__dict__"].__set__,
        slots["__pydantic_fields_set__"].__set__,
        slots["__pydantic_extra__"].__set__,
        slots["__pydantic_private__"].__set__,
    )


def faithful(
    quick: Callable[[], _Way], is_faithful: Callable[[_Way], bool], sure: _Way
) -> _Way:
    """Choose a quick way to make models where it makes the right ones, else the sure way.

    Args:
        quick: Gives the quick way; with a pydantic that keeps things elsewhere it fails.
        is_faithful: Tries a way out.
        sure: The sure way.
    """
    with suppress(AttributeError, KeyError, TypeError, ValueError):
        way = quick()
        if is_faithful(way):
            return way
    return sure
