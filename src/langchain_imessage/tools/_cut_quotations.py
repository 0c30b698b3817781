"""Takes out what a tapback in words quotes, where that was said before the scope begins.

A phone without iMessage says `Liked “see you at eight”` for a tapback, and quotes a message
for it. Where that message is read it becomes a reaction; where the scope begins later, the
sentence would tell what was said before.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from langchain_imessage.decoding._compatibility_sentences import parse_text_tapback
from langchain_imessage.transforms.messages._content import text_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from langchain_core.chat_sessions import ChatSession
    from langchain_core.messages import BaseMessage


def without_quotations(sessions: Iterable[ChatSession]) -> Iterator[ChatSession]:
    """Yield sessions in which no tapback in words says what it quotes."""
    for session in sessions:
        yield {**session, "messages": [*map(_without_quotation, session["messages"])]}


def _without_quotation(message: BaseMessage) -> BaseMessage:
    text = text_of(message.content)
    found = parse_text_tapback(text)
    if found is None or not found.quoted:
        return message
    start = text.find(found.quoted)
    shown = f"{text[:start]}…{text[start + len(found.quoted) :]}"
    return message.model_copy(update={"content": shown})
