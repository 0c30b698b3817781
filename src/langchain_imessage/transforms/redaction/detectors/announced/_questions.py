"""What earlier messages ask for, or announce without saying it: a message may be just that.

Owns when a text asks, and what in a later one is the answer. Pure, and keeps no text: the
conversation's memory has the texts.
"""

# ruff: noqa: RUF001 - other alphabets are what it is about

from __future__ import annotations

import re
from collections import deque
from dataclasses import replace
from functools import lru_cache
from itertools import chain
from typing import TYPE_CHECKING

from langchain_imessage.transforms.redaction._matches import Match
from langchain_imessage.transforms.redaction.detectors._text_features import (
    features_of,
    starts_of,
)
from langchain_imessage.transforms.redaction.detectors.announced._announced import (
    announcements_in,
    asking_words,
)
from langchain_imessage.transforms.redaction.detectors.announced._announcing_words import (
    FILLERS,
)
from langchain_imessage.transforms.redaction.detectors.announced._expected_values import (
    answer_in,
)
from langchain_imessage.transforms.redaction.detectors.announced._value_forms import (
    value_key,
)

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

LOOK_BACK = 3
"""Messages before an answer in which its question may be."""

_QUESTION = re.compile(
    r"[?？؟](?:\s|$)|^\W*(?:what|whats|send|gimme|give|need|remind|share|which|when|whens|tell|text"
    r"|wie|was|wann|sag|schick|welche\w*|cual|cuál|cuando|cuándo|pasame|pásame|mandame|mándame|dime|dame"
    r"|quel|quelle|quand|envoie|donne|dis|qual|quale|quando|dammi|dimmi|mandami|manda|passa|wat"
    r"|wanneer|stuur|geef|какой|какая|что|скинь|напиши|напомни|什么|多少|告诉)\b"
    r"|\b(?:can|could|will|would) (?:u|you|ya)\b|\b(?:send|remind|tell|text|give|forward) (?:me|it|that)\b|\bkannst du\b|\bpuedes\b"
    r"|\btu peux\b|\b(?:mi|me) (?:dai|dici|mandi|manda|passa|dices|das|pasas|fala|diz)\b|\bkun je\b"
    r"|\bbatao\b|\bbhej\w*|教えて|何番|알려",
    re.IGNORECASE,
)
_WAY_IN = re.compile(
    r"\b(?:how (?:do|can|would) (?:i|we|u|you) (?:get in|open|unlock|disarm|turn off)|(?:let|buzz) (?:me|us|myself|ourselves) in"
    r"|wie komm\w* (?:ich|wir)\b.{0,20} (?:rein|hinein)|comment on (?:entre|ouvre)|c[óo]mo (?:entro|entramos|abro)"
    r"|come (?:entro|entriamo|apro)|como (?:entro|entramos|abro)|hoe kom (?:ik|je) (?:er)?(?:in|binnen))\b",
    re.IGNORECASE,
)
"""Asks for a code without its name."""

_BARE_CODE = re.compile(r"\W*(\d{4,8}|\d{3}[ -]\d{3})\W*")
_MAY_ANSWER = re.compile(r"\d|[a-zß-ÿ][A-ZÀ-Þ]|\w[^\w\s'’.,/:-]\w|_")
"""No answer is without a digit or a sign: an ordinary word is none."""

_WAY_IN_STARTS = starts_of("how let buzz wie comment cómo come hoe")
_LATEST = 16
"""Texts of which it is remembered what they ask for: several answers are looked for."""

_LONG = 160
"""Characters: nobody asks for a code in more, or answers in more."""

_ONE_MORE = "one more code"
_DIGIT = re.compile(r"\d")
_MOST_BEHIND = 6
"""Words behind an announcing word that ends a message: the value is in the next one."""


@lru_cache(maxsize=_LATEST)
def asked_kinds(text: str) -> tuple[str, ...]:
    """Return the kinds of value that a text asks for.

    Example:
        >>> asked_kinds("what's the gate code"), asked_kinds("the gate is always open")
        (('device', 'code'), ())
    """
    if len(text) > _LONG:
        return ()
    features = features_of(text)
    may_ask = features.may_begin(_WAY_IN_STARTS)
    way_in = ("device",) if may_ask and _WAY_IN.search(text) else ()
    if text.isascii() and asking_words().isdisjoint(features.words):
        return way_in
    return (*way_in, *dict.fromkeys(_kinds_in(text)))


def answers_in(text: str, texts_before: Iterable[str]) -> Iterator[Match]:
    """Yield what a text says alone, of what was asked for before.

    Args:
        text: A message: of several bubbles, each may be the answer.
        texts_before: The messages before it, as they were written.
    """
    if not _MAY_ANSWER.search(text):
        return
    asked = deque(map(asked_kinds, texts_before), maxlen=LOOK_BACK)
    start = 0
    lines = text.split("\n")
    for number, line in enumerate(lines, start=1):
        if any(asked) and len(line) < _LONG:
            for match in _answers(line, dict.fromkeys(chain(*asked))):
                yield replace(match, start=start + match.start, end=start + match.end)
        start += len(line) + 1
        if number < len(lines) and line.strip():
            asked.append(asked_kinds(line))


def _answers(line: str, kinds: Iterable[str]) -> Iterator[Match]:
    for kind in kinds:
        match = _one_more(line) if kind == _ONE_MORE else answer_in(line, kind)
        if match is not None:
            yield match


def _kinds_in(text: str) -> Iterator[str]:
    announcements = announcements_in(text)
    asks = bool(announcements) and _QUESTION.search(text) is not None
    is_long = text.count(" ") > _MOST_BEHIND
    for announcement in announcements:
        behind = text[announcement.end :].lower().split()[-_MOST_BEHIND - 1 :]
        rest = [word for word in behind if word.strip(" :=.,!…") not in FILLERS]
        ends = not rest[1:] and len(behind) <= _MOST_BEHIND
        is_asked = asks and not (announcement.kind == "device" and is_long)
        if is_asked or (ends and not _DIGIT.search(text)):
            yield announcement.kind
        elif announcement.kind == "code":
            yield _ONE_MORE


def _one_more(text: str) -> Match | None:
    bare = _BARE_CODE.fullmatch(text)
    if bare is None:
        return None
    start, end = bare.span(1)
    return Match(start=start, end=end, kind="code", key=value_key(bare[1]))
