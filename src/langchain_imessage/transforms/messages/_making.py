"""Makes messages, several times as fast as their constructor where that is safe.

A constructor checks what it is given. What is put together from values of a message that
was checked, or of a record, is known to be right, so it is put together from a finished
message. That leans on how pydantic lays out its models; whether it still does is tried
out once for each kind, and if not, the constructor does the work.
"""

from __future__ import annotations

from functools import cache, partial
from typing import TYPE_CHECKING, Any, Generic, Protocol, TypeAlias, TypeVar

from langchain_core.messages import AIMessage, BaseMessage, HumanMessage

from langchain_imessage.transforms.messages._slots import faithful, slot_setters

if TYPE_CHECKING:
    from collections.abc import Callable

Content: TypeAlias = "str | list[Any]"
"""Words, or content blocks."""

_M = TypeVar("_M", bound=BaseMessage)
_Made_co = TypeVar("_Made_co", bound=BaseMessage, covariant=True)


class Maker(Protocol, Generic[_Made_co]):
    """Makes a message of its content, its id and its additional kwargs."""

    def __call__(
        self, content: Content, guid: str | None, kwargs: dict[str, Any], /
    ) -> _Made_co: ...


@cache
def human_message_maker() -> Maker[HumanMessage]:
    """Choose how to make human messages."""
    return _choose(HumanMessage)


@cache
def ai_message_maker() -> Maker[AIMessage]:
    """Choose how to make AI messages."""
    return _choose(AIMessage)


def _choose(kind: type[_M]) -> Maker[_M]:
    construct = _constructor(kind)
    return faithful(
        partial(_assembler, kind), partial(_is_faithful, construct=construct), construct
    )


def _constructor(kind: type[_M]) -> Maker[_M]:
    def construct(content: Content, guid: str | None, kwargs: dict[str, Any], /) -> _M:
        return kind(content=content, id=guid, additional_kwargs=kwargs)

    return construct


def _assembler(kind: type[_M]) -> Maker[_M]:
    finished = _constructor(kind)("", None, {})
    fields = dict(vars(finished))
    given_here = {"content", "id", "additional_kwargs"}
    fresh = [
        (name, type(value))
        for name, value in fields.items()
        if type(value) in {dict, list} and name not in given_here
    ]
    given = finished.model_fields_set
    extra, private = finished.__pydantic_extra__, finished.__pydantic_private__
    new: Callable[[type[_M]], _M] = kind.__new__
    set_values, set_given, set_extra, set_private = slot_setters()

    def assemble(content: Content, guid: str | None, kwargs: dict[str, Any], /) -> _M:
        message = new(kind)
        values = fields.copy()
        for name, empty in fresh:
            values[name] = empty()
        values["content"] = content
        values["id"] = guid
        values["additional_kwargs"] = kwargs
        set_values(message, values)
        set_given(message, given.copy())
        set_extra(message, None if extra is None else {})
        set_private(message, private)
        return message

    return assemble


def _is_faithful(maker: Maker[BaseMessage], construct: Maker[BaseMessage]) -> bool:
    """Tell whether what a maker makes is what the constructor makes."""
    example = ("words", "id", {"sender": "Me"})
    made, right = maker(*example), construct(*example)
    return (
        made == right
        and made.model_dump() == right.model_dump()
        and made.model_fields_set == right.model_fields_set
        and made.model_copy(update={"content": "x"}).content == "x"
        and vars(made).keys() == vars(right).keys()
    )
