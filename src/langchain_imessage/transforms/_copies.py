"""A message with some fields changed, three times as fast as `model_copy` where that is safe.

That leans on how pydantic lays out its models; whether it still does is tried out once,
and if not, `model_copy` does the work.
"""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING, Any, TypeAlias

from langchain_core.messages import AIMessage, HumanMessage

if TYPE_CHECKING:
    from collections.abc import Callable

    from langchain_core.messages import BaseMessage

Copier: TypeAlias = "Callable[[BaseMessage, dict[str, Any]], BaseMessage]"
"""Makes a copy of a message, some of whose fields have other values."""


@cache
def message_copier() -> Copier:
    """Choose how to copy messages."""
    return _quick if _is_faithful(_quick) else _slow


def _slow(message: BaseMessage, update: dict[str, Any]) -> BaseMessage:
    return message.model_copy(update=update)


def _quick(message: BaseMessage, update: dict[str, Any]) -> BaseMessage:
    kind = type(message)
    if (
        (kind is not HumanMessage and kind is not AIMessage)
        or message.__pydantic_extra__
        or message.__pydantic_private__
    ):
        return _slow(message, update)
    copy = kind.__new__(kind)
    put = object.__setattr__
    put(copy, "__dict__", {**vars(message), **update})
    put(copy, "__pydantic_fields_set__", message.__pydantic_fields_set__ | {*update})
    put(copy, "__pydantic_extra__", None if message.__pydantic_extra__ is None else {})
    put(copy, "__pydantic_private__", None)
    return copy


def _is_faithful(copier: Copier) -> bool:
    """Tell whether what a copier makes is what `model_copy` makes."""
    update = {"content": "other", "additional_kwargs": {"sender": "Me"}}
    try:
        return all(
            (made := copier(message, update)) == (right := _slow(message, update))
            and made.model_dump() == right.model_dump()
            and made.model_fields_set == right.model_fields_set
            and vars(made) == vars(right)
            and vars(made) is not vars(message)
            for message in (HumanMessage("words", id="1"), AIMessage("words"))
        )
    except (AttributeError, TypeError, ValueError):
        return False
