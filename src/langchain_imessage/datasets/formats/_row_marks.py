"""What a row shares with others: its conversation and people, and the marks of its content.

Owns what may be on one side of a division only: a message, one that is replied to, a
question with its answer, and a long line said again (a forwarded or quoted one). All are
hashes; nothing holds a text.
"""

from __future__ import annotations

from itertools import chain
from typing import TYPE_CHECKING, Any, NamedTuple, cast

from langchain_imessage.transforms.filters._duplicates import duplicate_keys
from langchain_imessage.transforms.messages._content import lines_of
from langchain_imessage.transforms.messages._participants import conversation_of

if TYPE_CHECKING:
    from collections.abc import Sequence

    from langchain_core.chat_sessions import ChatSession

    from langchain_imessage.datasets.formats._example_turns import ExampleTurn

_LONG_PAIR = 10
"""Characters of a question with its answer: shorter ones ("ok?" "yes") are said every day, and
to have read them tells a model nothing of what is held out."""

_LONG_LINE = 40
"""Characters of a line that is a quotation where it is said again."""

_LONG_LABEL = 40
"""Characters of who said a line, or that it is passed on: "[name 1]: ...", "Fwd: ..."."""

_AFTER_LABEL = ": "


class About(NamedTuple):
    """Whose conversation a row is from.

    Attributes:
        chat: What distinguishes the conversation; shown nowhere.
        title: A group's title; "" where there is none, or it may not be shown.
        people: Who speaks beside the owner, named as in the messages.
    """

    chat: tuple[str, ...]
    title: str
    people: tuple[str, ...]

    def __repr__(self) -> str:  # type: ignore[explicit-override]  # typing has it from 3.12
        """Show how many people there are, never who."""
        return f"About(people={len(self.people)})"


def about(session: ChatSession) -> About:
    """Return whose conversation an example is from."""
    known = cast("dict[str, Any]", session)
    heard = [
        message.additional_kwargs
        for message in session["messages"]
        if message.type == "human"
    ]
    senders = dict.fromkeys([k.get("sender") for k in heard if not k.get("is_from_me")])
    people = [name for name in senders if name and isinstance(name, str)]
    return About(conversation_of(session), str(known.get("title") or ""), tuple(people))


def marks_of(turns: Sequence[ExampleTurn], learned: Sequence[int]) -> tuple[int, ...]:
    """Return the marks of a row.

    Args:
        turns: What is in it.
        learned: Places of the answers that are learned from it.
    """
    marks: list[int] = []
    for turn in turns:
        if turn.role != "system":
            marks += map(hash, turn.ids)
            if turn.replies:
                marks += map(hash, turn.replies)
    # Pairs: what is learned, behind what it answers.
    places = [*chain.from_iterable([(place - 1, place) for place in learned])]
    texts = [lines_of(turns[place].content) for place in places]
    keys = duplicate_keys(texts, digits=True)
    parts: list[str] = []
    for at in range(0, len(texts), 2):
        asked, answer = texts[at : at + 2]
        if len(asked) + len(answer) >= _LONG_PAIR:
            marks.append(hash((keys[at], keys[at + 1])))
    for text, key in zip(texts, keys, strict=True):
        if len(text) >= _LONG_LINE:
            marks.append(hash(("line", key)))
            if "\n" in text or _AFTER_LABEL in text:  # few texts have parts
                parts += _parts(text)
    if parts:
        marks += [hash(("line", key)) for key in duplicate_keys(parts, digits=True)]
    return tuple(marks)


def _parts(text: str) -> list[str]:
    """Return what may be a quotation in a text: long lines, and what follows a label."""
    parts, lines = [], text.split("\n")
    if len(lines) > 1:
        parts = [line for line in lines if len(line) >= _LONG_LINE]
        lines.append(text)
    for line in lines:
        label, colon, rest = line.partition(_AFTER_LABEL)
        if colon and len(label) <= _LONG_LABEL and len(rest) >= _LONG_LINE:
            parts.append(rest)
    return parts
