"""Conversations → rows of tokens that fit, with the mask of what is learned in them.

All own turns of a conversation are learned in one row, so its tokens are read once. Where
it is too long for one row it is cut at answers into several, each with context before its
first answer. Every answer is learned once, behind tokens it would be asked with.
"""

from __future__ import annotations

from array import array
from bisect import bisect_left
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from langchain_imessage.finetuning.local._examples import LearnedConversation
    from langchain_imessage.finetuning.local.worker._chat_tokens import (
        ChatTokens,
        Message,
        Turn,
    )

_CONTEXT_SHARE = 0.5
"""How much of a row the context of its first answer may take when a conversation is cut:
the more, the better the answer is understood and the fewer others fit behind it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class EncodedRow:
    """A row of tokens.

    Attributes:
        tokens: All of them.
        spans: Where the learned ones begin and end, an answer each.
        indexes: The places of these answers among the conversation's messages.
        is_shortened: Whether messages before its first answer were left out.
    """

    tokens: array[int]
    spans: tuple[tuple[int, int], ...]
    indexes: tuple[int, ...] = ()
    is_shortened: bool = False

    @property
    def learned(self) -> int:
        """How many tokens are learned."""
        return sum(end - begin for begin, end in self.spans)


def encode(
    conversation: LearnedConversation, chat: ChatTokens, *, longest: int
) -> Iterator[EncodedRow]:
    """Yield the rows of a conversation; an answer too long for one is in none.

    Args:
        conversation: The messages, and which of them are learned.
        chat: The model's chat template.
        longest: How many tokens a row may have.

    Raises:
        FineTuningError: If the model's chat template refuses the messages, or an answer
            cannot be told from what stands before it.
    """
    cutter = _Cutter(conversation.messages, chat, longest)
    place_of = {turn.index: place for place, turn in enumerate(cutter.turns)}
    todo = [place_of[index] for index in conversation.learned]
    while todo:
        wanted = todo[0]
        row, last = cutter.row(cutter.first_place(wanted), todo)
        if row is None:
            row, last = cutter.row(wanted, todo)
        if row is not None:
            yield row
        todo = [place for place in todo if place > last]


class _Cutter:
    """Cuts one conversation into rows."""

    def __init__(
        self, messages: Sequence[Message], chat: ChatTokens, longest: int
    ) -> None:
        self._messages = messages
        self._chat = chat
        self._longest = longest
        self.turns = list(chat.turns(messages))
        self._sizes = [len(turn.prompt) + len(turn.answer) for turn in self.turns]

    def first_place(self, wanted: int) -> int:
        """Return the answer that a row begins with, so that the wanted one has context."""
        if not self.turns[wanted].follows:
            return bisect_left(range(wanted), x=True, key=partial(self._fits, wanted))
        if sum(self._sizes[: wanted + 1]) <= self._longest:
            return 0
        first, size = wanted, self._sizes[wanted]
        room = self._longest * _CONTEXT_SHARE
        while first and size + self._sizes[first - 1] <= room:
            first -= 1
            size += self._sizes[first]
        return first

    def row(self, first: int, todo: Sequence[int]) -> tuple[EncodedRow | None, int]:
        """Encode the answers from one on.

        Returns:
            The row, None if the first answer to do is too long for it; and the last
            answer that is done.
        """
        tokens: array[int] = array("i")
        spans: list[tuple[int, int]] = []
        indexes: list[int] = []
        last = todo[0]
        for place, turn in self._turns_from(first):
            if not turn.follows:  # its prompt is all there is before it
                if spans:
                    break
                tokens = array("i")
            start = len(tokens) + len(turn.prompt)
            end = start + len(turn.answer)
            if end > self._longest and (spans or place == last):
                break
            tokens.extend(turn.prompt)
            tokens.extend(turn.answer)
            if place in todo:
                spans.append((start, end))
                indexes.append(turn.index)
                last = place
        if not spans:
            return None, last
        row = EncodedRow(
            tokens=tokens[: spans[-1][1]],
            spans=tuple(spans),
            indexes=tuple(indexes),
            is_shortened=first > 0,
        )
        return row, last

    def _fits(self, wanted: int, first: int) -> bool:
        turn = next(turn for place, turn in self._turns_from(first) if place == wanted)
        return len(turn.prompt) + len(turn.answer) <= self._longest

    def _turns_from(self, first: int) -> Iterator[tuple[int, Turn]]:
        """Yield the answers from one on, with their places.

        It begins earlier where the first one follows another answer: a row begins with
        what somebody else says.
        """
        while first and not self._is_asked(first):
            first -= 1
        begin = self.turns[first - 1].index + 1 if first else 0
        return enumerate(self._chat.turns(self._messages, begin=begin), start=first)

    def _is_asked(self, place: int) -> bool:
        begin, end = self.turns[place - 1].index + 1, self.turns[place].index
        return any(message["role"] == "user" for message in self._messages[begin:end])
