"""What a row shares with others: its conversation and people, and the marks of its content.

Owns what may be on one side of a division only: a message, one that is replied to, a
question with its answer, and a long line said again (a forwarded or quoted one). All are
hashes; nothing holds a text.
"""

from __future__ import annotations

from itertools import chain, compress, repeat
from math import nan
from typing import TYPE_CHECKING, Any, NamedTuple, cast

from langchain_imessage.preparation.texts._text_examples import people_heard
from langchain_imessage.transforms.filters._duplicates import duplicate_keys
from langchain_imessage.transforms.messages._content import lines_of
from langchain_imessage.transforms.messages._participants import conversation_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from langchain_core.chat_sessions import ChatSession

    from langchain_imessage.datasets.formats._example_turns import ExampleTurn
    from langchain_imessage.preparation.texts._text_examples import TextExample

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
    title = str(cast("dict[str, Any]", session).get("title") or "")
    return About(conversation_of(session), title, people_heard(session["messages"]))


def about_text(example: TextExample) -> About:
    """Return the same of an example of texts."""
    segment = example.talk.segment
    title = example.title or str(segment.get("title") or "")
    return About(conversation_of(segment), title, example.talk.people)


def segment_of(
    session: Mapping[str, Any], moments: Iterable[float | None], line: int
) -> tuple[float, int]:
    """Return when the segment of an example began, and its key.

    Without word of that (`split`, as `prepare` gives it) an example is its own segment.

    Args:
        session: The example.
        moments: When its messages were sent.
        line: Its number.
    """
    split = session.get("split")
    if not split:
        known = next((moment for moment in moments if moment is not None), nan)
        return known, hash(("line", line))
    started = split.get("started")
    chat = session.get("chat") or {}
    people = chat.get("guids") or chat.get("participants") or ()
    key = (tuple(people), chat.get("name"), split.get("piece"), started)
    return nan if started is None else float(started), hash(key)


def marks_of(turns: Sequence[ExampleTurn], learned: Sequence[int]) -> list[int]:
    """Return the marks of a row.

    Args:
        turns: What is in it.
        learned: Places of the answers that are learned from it.
    """
    said = [turn for turn in turns if turn.role != "system"]
    known = [id_ for turn in said for id_ in (*turn.ids, *turn.replies)]
    # Pairs: what is learned, behind what it answers.
    places = chain.from_iterable([(place - 1, place) for place in learned])
    return marks_of_texts(known, [lines_of(turns[place].content) for place in places])


def marks_of_texts(ids: Iterable[str], texts: Sequence[str]) -> list[int]:
    """Return the marks of a row of some messages.

    Args:
        ids: Of the messages, and of those they reply to.
        texts: What is learned, each answer behind what it answers.
    """
    keys = duplicate_keys(texts, digits=True)
    sizes = [*map(len, texts)]
    pairs = zip(keys[::2], keys[1::2], strict=True)
    long_pairs = [
        size + more >= _LONG_PAIR
        for size, more in zip(sizes[::2], sizes[1::2], strict=True)
    ]
    is_long = [size >= _LONG_LINE for size in sizes]
    lines = [*compress(keys, is_long)]
    if parts := _parts([*compress(texts, is_long)]):
        lines += duplicate_keys(parts, digits=True)
    return [
        *map(hash, ids),
        *map(hash, compress(pairs, long_pairs)),
        *map(hash, zip(repeat("line"), lines, strict=False)),
    ]


def _parts(texts: Sequence[str]) -> list[str]:
    """Return what may be a quotation in texts: long lines, and what follows a label."""
    several = "\n".join([text for text in texts if "\n" in text])
    parts = [line for line in several.split("\n") if len(line) >= _LONG_LINE]
    for text in [text for text in (*texts, *parts) if _AFTER_LABEL in text]:
        label, _, rest = text.partition(_AFTER_LABEL)
        if len(label) <= _LONG_LABEL and len(rest) >= _LONG_LINE:
            parts.append(rest)
    return parts
