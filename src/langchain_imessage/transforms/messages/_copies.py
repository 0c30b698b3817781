"""A message with some fields changed, three times as fast as `model_copy` where that is safe.

That leans on how pydantic lays out its models; whether it still does is tried out once,
and if not, `model_copy` does the work.
"""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING, Any, TypeAlias

from langchain_core.messages import AIMessage, HumanMessage

from langchain_imessage.transforms.messages._slots import faithful, slot_setters

if TYPE_CHECKING:
    from collections.abc import Callable

    from langchain_core.messages import BaseMessage

Copier: TypeAlias = "Callable[[BaseMessage, dict[str, Any]], BaseMessage]"
"""Makes a copy of a message, some of whose fields have other values."""


@cache
def message_copier() -> Copier:
    """Choose how to copy messages."""
    slow: Copier = _slow
    return faithful(_quick_copier, _is_faithful, slow)


def _slow(message: BaseMessage, update: dict[str, Any]) -> BaseMessage:
    return message.model_copy(update=update)


def _quick_copier() -> Copier:
    set_values, set_given, set_extra, set_private = slot_setters()

    def copied(message: BaseMessage, update: dict[str, Any]) -> BaseMessage:
        kind = type(message)
        extra = message.__pydantic_extra__
        if (
            (kind is not HumanMessage and kind is not AIMessage)
            or extra
            or message.__pydantic_private__
        ):
            return _slow(message, update)
        copy = kind.__new__(kind)
        set_values(copy, vars(message) | update)
        set_given(copy, message.__pydantic_fields_set__.union(update))
        set_extra(copy, None if extra is None else {})
        set_private(copy, None)
        return copy

    return copied


def _is_faithful(copier: Copier) -> bool:
    """Tell whether what a copier makes is what `model_copy` makes."""
    update = {"content": "other", "additional_kwargs": {"sender": "Me"}}
    return all(
        (made := copier(message, update)) == (right := _slow(message, update))
        and made.model_dump() == right.model_dump()
        and made.model_fields_set == right.model_fields_set
        and vars(made) == vars(right)
        and vars(made) is not vars(message)
        for message in (HumanMessage("words", id="1"), AIMessage("words"))
    )
