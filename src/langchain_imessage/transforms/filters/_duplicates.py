"""What is said too often: examples that are the same, and answers that are everywhere.

Owns what "the same" means. It is lazy: what came first is kept.
"""

from __future__ import annotations

import hashlib
import re
import unicodedata
from collections import Counter
from functools import lru_cache
from typing import TYPE_CHECKING

from langchain_imessage.arguments import COUNTS, SESSIONS, WHOLE, check_arguments
from langchain_imessage.text import letters_in_each, without_ends
from langchain_imessage.transforms.messages._content import is_ai, text_of
from langchain_imessage.transforms.messages._drop_reasons import Omission, without

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence

    from langchain_core.chat_sessions import ChatSession
    from langchain_core.messages import BaseMessage

_DRAWN_OUT = re.compile(r"([^\W\d_])\1\1\1*+")
"""Possessive: else each letter of a long run would take 85 bytes meanwhile."""

_DRAWN_OUT_LETTERS = re.compile(r"([^\0])\1\1++")
"""The same among nothing but letters, in a third of the time."""

_RUN = re.compile(r"([a-z])\1\1++")
"""A letter drawn out in folded ASCII, digits or not."""

_LATEST = 4
"""Calls whose keys are remembered: those of an example, of which its row is made next."""

_SHORT = 20
"""Characters: an answer up to this long says little of what it answers."""

_MOST_SHORT = 20_000
"""Different short answers that are counted at a time."""

_SHORT_TEXTS = 4_096
"""Short answers whose form without case and ends is remembered: less than 1 MB."""

SHORT_REPLIES = 50
"""How often a short answer may be all an example teaches, if nothing else is said."""


@check_arguments(sessions=SESSIONS, dropped=COUNTS)
def drop_duplicates(
    sessions: Iterable[ChatSession], *, dropped: Counter[str] | None = None
) -> Iterator[ChatSession]:
    """Leave out examples that teach what another one teaches.

    Two are the same if they have the same answers to the same users' turns, exactly or
    but for case, punctuation, digits and letters drawn out: forwarded texts, delivery
    notices, "haaappy!!". Answers whose `weight` is 0 teach nothing and are only context.

    Args:
        sessions: Examples; those without an answer are told by all they say.
        dropped: Counts the messages left out, by reason.

    Returns:
        The first of each, lazily.

    Example:
        >>> from langchain_core.messages import AIMessage, HumanMessage
        >>> once = {"messages": [HumanMessage("Hungry?"), AIMessage("Yes!")]}
        >>> again = {"messages": [HumanMessage("hungry"), AIMessage("YES")]}
        >>> len(list(drop_duplicates([once, again])))
        1
    """
    is_new = duplicate_test()

    def reason(session: ChatSession) -> str:
        return "" if is_new(taught_in(session["messages"])) else Omission.DUPLICATE

    return without(sessions, reason, dropped)


@check_arguments(sessions=SESSIONS, most=WHOLE, histogram=COUNTS, dropped=COUNTS)
def cap_short_replies(
    sessions: Iterable[ChatSession],
    *,
    most: int = SHORT_REPLIES,
    histogram: Counter[str] | None = None,
    dropped: Counter[str] | None = None,
) -> Iterator[ChatSession]:
    """Leave out examples that teach nothing but a short answer taught often enough.

    People do say "ok", so no answer is left out for being short: only once it has been
    in so many examples, and only where an example has no other answer.

    Args:
        sessions: Examples.
        most: How often a short answer may be all an example teaches.
        histogram: Counts the short answers there are, left out or not. Of the rare ones
            some are forgotten where there are very many.
        dropped: Counts the messages left out, by reason.

    Returns:
        The others, lazily.

    Example:
        >>> from langchain_core.messages import AIMessage, HumanMessage
        >>> said = [{"messages": [HumanMessage(n), AIMessage("Ok!")]} for n in "123"]
        >>> histogram = Counter()
        >>> len(list(cap_short_replies(said, most=2, histogram=histogram)))
        2
        >>> histogram
        Counter({'ok': 3})
    """
    is_wanted = short_reply_test(most, Counter() if histogram is None else histogram)

    def reason(session: ChatSession) -> str:
        wanted = is_wanted(answers_in(session["messages"]))
        return "" if wanted else Omission.FREQUENT_SHORT_REPLY

    return without(sessions, reason, dropped)


def duplicate_test() -> Callable[[Sequence[str]], bool]:
    """Return a test: whether what an example teaches is what none before it taught."""
    seen: set[int] = set()  # eight bytes of a hash each: all that is kept of an example

    def is_new(taught: Sequence[str]) -> bool:
        key = lesson_key(taught)
        if key in seen:
            return False
        seen.add(key)
        return True

    return is_new


def lesson_key(taught: Sequence[str]) -> int:
    """Return a number that is the same for examples that teach the same.

    Args:
        taught: The texts of an example that `taught_in` returns.
    """
    lesson = "\0".join(duplicate_keys(taught))
    raw = lesson.encode("utf-8", "surrogatepass")
    return int.from_bytes(hashlib.blake2b(raw, digest_size=8).digest(), "big")


def short_reply_test(
    most: int | None, histogram: Counter[str]
) -> Callable[[Sequence[str]], bool]:
    """Return a test: whether the answers of an example are more than frequent short ones.

    Args:
        most: How often one may be all an example teaches; None for any number.
        histogram: Counts the short answers.
    """
    taught: Counter[str] = Counter()

    def is_wanted(answers: Sequence[str]) -> bool:
        short = [_spoken(a) for a in answers if len(a) <= _SHORT]
        if not short:
            return True
        _add(histogram, short)
        if (
            most is not None
            and len(short) == len(answers)
            and all(taught[answer] >= most for answer in short)
        ):
            return False
        _add(taught, short)
        return True

    return is_wanted


def answers_in(messages: Sequence[BaseMessage]) -> list[str]:
    """Return the answers that are taught."""
    return [text_of(message.content) for message in messages if _is_taught(message)]


def taught_in(messages: Sequence[BaseMessage]) -> list[str]:
    """Return the answers that are taught, each behind what it answers; else all texts."""
    found: list[BaseMessage] = []
    before: BaseMessage | None = None
    for message in messages:
        if _is_taught(message):
            found += [message] if before is None else [before, message]
        before = message
    return [text_of(message.content) for message in found or messages]


def _is_taught(message: BaseMessage) -> bool:
    return is_ai(message) and message.additional_kwargs.get("weight") != 0


def duplicate_keys(texts: Sequence[str], *, digits: bool = False) -> list[str]:
    """Return for each text what those that say the same have in common.

    That is their letters; of a text without any, its signs.

    Args:
        texts: The texts.
        digits: Whether those that differ in their digits say something else.
    """
    letters = "\0".join(letters_in_each(texts, digits=digits))
    if letters.isascii():
        letters = _without_runs(letters)
    else:
        drawn_out = _DRAWN_OUT if digits else _DRAWN_OUT_LETTERS
        letters = drawn_out.sub(r"\1", letters)
    keys = letters.split("\0")
    return [key or text.strip() for key, text in zip(keys, texts, strict=False)]


@lru_cache(maxsize=_LATEST)
def _without_runs(letters: str) -> str:
    """Return folded letters of ASCII, each that is drawn out once.

    All are compared at once, as one number with itself a byte further on: what is alike
    becomes 0, and 0 beside 0 is three alike. To search for them takes ten times as long.
    """
    number = int.from_bytes(letters.encode(), "big")
    unlike = number ^ (number >> 8)
    alike = (unlike | (unlike >> 8)).to_bytes(len(letters), "big")
    parts: list[str] = []
    start, third = 0, alike.find(0)
    while third >= 0:
        run = _RUN.match(letters, third - 2)
        if run:
            parts.append(letters[start : third - 1])
            start = run.end()
        third = alike.find(0, run.end() if run else third + 1)
    return "".join([*parts, letters[start:]])


@lru_cache(maxsize=_SHORT_TEXTS)
def _spoken(text: str) -> str:
    """Return a short answer without case, punctuation at its ends and long letters."""
    folded = unicodedata.normalize("NFKC", text).casefold()
    letters = without_ends(_DRAWN_OUT.sub(r"\1", folded))
    return letters or text.strip()


def _add(counts: Counter[str], answers: list[str]) -> None:
    for answer in answers:
        counts[answer] += 1
    if len(counts) > _MOST_SHORT:
        # What is to be capped or shown is never rare: the rare ones make room.
        for answer in [answer for answer, count in counts.items() if count == 1]:
            del counts[answer]
