"""The slots in which pydantic keeps what a model holds, and what fills them unchecked.

Who fills them has to try out whether that makes the models pydantic makes.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeAlias

from pydantic import BaseModel

Setter: TypeAlias = Callable[[BaseModel, Any], None]


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
