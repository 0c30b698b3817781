"""What distinguishes an example from all others: a digest of the ids of its messages.

Owns how an id is made, of messages and of rows alike, and the ids of messages whose loader
gave them none. Nothing finds an example again by its text where its messages have ids.
"""

from __future__ import annotations

from collections import Counter
from functools import lru_cache
from hashlib import blake2b
from itertools import chain
from typing import TYPE_CHECKING

from langchain_core.messages import AIMessage, HumanMessage

from langchain_imessage.arguments import ITERABLE, check_arguments
from langchain_imessage.json_lines import whole_characters
from langchain_imessage.transforms.messages._content import ids_of, is_ai, text_of
from langchain_imessage.transforms.messages._speakers import role_of
from langchain_imessage.transforms.messages._timestamps import seconds_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from langchain_core.messages import BaseMessage

_DIGITS = 16
_SYSTEM = "system"
_LATEST = 4
"""Ids that are remembered: a row is asked for the id that its example just had."""


@check_arguments(messages=ITERABLE)
def example_id(messages: Iterable[BaseMessage | tuple[str, str]]) -> str:
    """Make an example's id.

    Args:
        messages: LangChain messages, known by their ids (a merged one by those it was made
            of), or where they have none by their role and text; or pairs of role and text.
            System prompts do not count. An answer of weight 0 is context, and makes another
            example of the same messages.

    Returns:
        Sixteen hexadecimal digits.

    Example:
        >>> from langchain_core.messages import AIMessage, HumanMessage
        >>> example_id([HumanMessage("Hi!", id="1"), AIMessage("Hello.", id="2")])
        'd887d08ad2f352f8'
        >>> example_id([HumanMessage("Hi!"), AIMessage("Hello.")])
        '056ac28382568f31'
        >>> example_id([("user", "Hi!"), ("assistant", "Hello.")])
        '056ac28382568f31'
    """
    every = [*messages]
    if ids := _ids_alone(every):
        return id_of_ids(tuple(map(str, ids)))
    return id_of_parts(chain.from_iterable(map(_parts, every)))


def id_of_parts(parts: Iterable[str]) -> str:
    """Make an id of what `parts_of_ids` and `part_of_text` returned."""
    known = "".join(parts).encode()
    return blake2b(known, digest_size=_DIGITS // 2).hexdigest()


@lru_cache(maxsize=_LATEST)
def id_of_ids(ids: tuple[str, ...]) -> str:
    """Make the id of an example whose messages are all known by ids, and learned."""
    return id_of_parts(parts_of_ids(ids))


def parts_of_ids(ids: Iterable[object], *, is_context: bool = False) -> list[str]:
    """Return what a message known by ids adds to an example's id.

    Args:
        ids: The message's id, or those of the messages it was merged from.
        is_context: Whether it is an answer that is not learned.
    """
    kind = "context" if is_context else "id"
    texts = [*map(str, ids)]
    sizes = {*map(len, texts)}
    if len(sizes) == 1 and "".join(texts).isascii():  # as nearly always
        head = f"{kind}\0{sizes.pop()}\0"  # a call for each takes four times as long
        return [head + text for text in texts]
    return [part_of_text(kind, text) for text in texts]


def part_of_text(role: str, text: str) -> str:
    """Return what a message without an id adds to an example's id."""
    size = len(text)
    if not text.isascii():
        text = whole_characters(text)  # as in a file: no half of a pair is left
        size = len(text.encode())
    return f"{role}\0{size}\0{text}"


class IdMaker:
    """Adds an id to messages that have none, the same in every pass.

    It is made of what is known of the message: its conversation, sender and time; and where
    it has no time, of all that stands before it in its session. So messages that come in
    elsewhere change no id. A message just like an earlier one gets a number behind its id.
    """

    def __init__(self) -> None:
        self._seen: Counter[int] = Counter()

    def with_ids(
        self, messages: Sequence[BaseMessage], chat: Sequence[str]
    ) -> list[BaseMessage]:
        """Return messages that all have an id.

        Args:
            messages: The messages of a session.
            chat: What distinguishes its conversation.
        """
        found: list[BaseMessage] = []
        before = id_of_parts(part_of_text("chat", one) for one in chat)
        for message in messages:
            if message.id is not None:
                found.append(message)
                continue
            known = _made_id(message, chat, before)
            if seconds_of(message) is None:
                before = known
            times = self._seen[int(known, 16)] = self._seen[int(known, 16)] + 1
            if times > 1:
                known = f"{known}-{times}"
            found.append(message.model_copy(update={"id": known}))
        return found


def _made_id(message: BaseMessage, chat: Sequence[str], before: str) -> str:
    moment = seconds_of(message)
    context = [before] if moment is None else [*chat, repr(moment)]
    sender = message.additional_kwargs.get("sender")
    words = [*context, str(sender), text_of(message.content)]
    return id_of_parts(part_of_text(message.type, word) for word in words)


def _ids_alone(messages: Sequence[BaseMessage | tuple[str, str]]) -> list[object]:
    """Return the ids of messages that are all known by them, and none of them context.

    Returns:
        The ids, as nearly always; [] where a message has to be looked at by itself.
    """
    found: list[object] = []
    for message in messages:
        if type(message) is not HumanMessage and type(message) is not AIMessage:
            return []
        kwargs = message.additional_kwargs
        ids = kwargs.get("ids")
        if "weight" in kwargs or (ids and type(ids) is not list):
            return []
        if ids:
            found += ids
        elif message.id is None:
            return []
        else:
            found.append(message.id)
    return found


def _parts(message: BaseMessage | tuple[str, str]) -> list[str]:
    if isinstance(message, tuple):
        role, text = message
        return [] if role == _SYSTEM else [part_of_text(role, text)]
    role = role_of(message)
    if role == _SYSTEM:
        return []
    ids = ids_of(message)
    if not ids:
        return [part_of_text(role, text_of(message.content))]
    has_no_weight = message.additional_kwargs.get("weight") == 0
    return parts_of_ids(ids, is_context=has_no_weight and is_ai(message))
