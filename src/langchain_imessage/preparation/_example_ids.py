"""What tells an example from others: a number made of what is said in it, and nothing else.

Owns how it is made, so that whatever holds an example's words (a session, a line of a
file, the review page) comes to the same one.
"""

from __future__ import annotations

from hashlib import blake2b
from typing import TYPE_CHECKING

from langchain_imessage.json_lines import whole_characters
from langchain_imessage.transforms.messages._content import text_of
from langchain_imessage.transforms.messages._speakers import role_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from langchain_core.messages import BaseMessage

_DIGITS = 16
_SYSTEM = "system"
_ASSISTANT = "assistant"


def example_id(messages: Iterable[BaseMessage | tuple[str, str]]) -> str:
    """Make an example's id.

    Args:
        messages: LangChain messages; or pairs of role and text, as a line of a dataset
            has them. System prompts do not count.

    Returns:
        Sixteen hexadecimal digits.

    Example:
        >>> from langchain_core.messages import AIMessage, HumanMessage
        >>> example_id([HumanMessage("Hi!"), AIMessage("Hello.")])
        '056ac28382568f31'
        >>> example_id([("user", "Hi!"), ("assistant", "Hello.")])
        '056ac28382568f31'
    """
    digest = blake2b(digest_size=_DIGITS // 2)
    for role, text in map(_pair, messages):
        if role != _SYSTEM:
            digest.update(_bytes_of(role, text))
    return digest.hexdigest()


def opening_ids(messages: Iterable[BaseMessage]) -> Iterator[str]:
    """Return the ids of an example and of all that it begins with, up to an answer."""
    digest = blake2b(digest_size=_DIGITS // 2)
    for role, text in map(_pair, messages):
        if role != _SYSTEM:
            digest.update(_bytes_of(role, text))
        if role == _ASSISTANT:
            yield digest.hexdigest()


def _pair(message: BaseMessage | tuple[str, str]) -> tuple[str, str]:
    if isinstance(message, tuple):
        return message
    return role_of(message), text_of(message.content)


def _bytes_of(role: str, text: str) -> bytes:
    try:
        raw = text.encode()
    except UnicodeEncodeError:  # as they are in a file: no half of a pair is left
        raw = whole_characters(text).encode()
    return b"%s\0%d\0%s" % (role.encode(), len(raw), raw)
