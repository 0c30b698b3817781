"""Whether a word that is also a name is meant as one, by what stands around it; pure."""

# ruff: noqa: RUF001 - other alphabets are what it is about

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple

from langchain_imessage.transforms.redaction.detectors.names._common_words import (
    COMMON_WORDS,
)

if TYPE_CHECKING:
    from collections.abc import Sequence

_SENTENCE_ENDS = re.compile(r"[.!?…\n:]")
_AHEAD = (
    "i you we they he she it this that there the these those my your our his her its their "
    "be not have someone anyone everyone all any words"
)
_IS_BEHIND_VERB = frozenset(_AHEAD.split()).__contains__
"""Behind "Will", "May", "Mark" at the beginning of a sentence: then it is no name."""

_CALENDAR_TEXT = """
    may june july april august march january february september october november
    december summer winter autumn spring mai juni abril agosto mayo julio janvier
    avril maio
"""
_CALENDAR = frozenset(_CALENDAR_TEXT.split())
_WHEN_TEXT = """
    in until till til since by of on this next last every each mid late early due
    before after during end start beginning through thru around year im seit bis ab en
    desde em até hasta depuis fin début
"""
_WHEN = frozenset(_WHEN_TEXT.split())
_TO = frozenset(["to", "until", "till", "through", "and", "or", "of"])
_DOES_TEXT = """
    was has had said says called texted wants wanted went came told asked won thinks
    knows loves likes hates lives works broke left got did does doesn didn isn wasn
    hasn bought made took needs needed moved started sent invited cried fell
"""
_DOES = frozenset(_DOES_TEXT.split())
_IS_ALL_TEXT = """
    all a an the what that lost not it in on of my your our everything nothing
"""
_MONTH_IS_TEXT = """
    hot cold warm rainy wet dry over here busy coming almost around best better worst
    crazy packed free booked full fine good great perfect too so going gonna still
"""
_MONTH_IS = frozenset(_MONTH_IS_TEXT.split())
"""Behind "June is": then it is the month."""

_IS_ALL = frozenset(_IS_ALL_TEXT.split())
_CALLS_TEXT = """
    did does ask tell told asked texted dr mr mrs ms miss uncle aunt auntie poor
"""
_CALLS = frozenset(_CALLS_TEXT.split())
_JOINS_TEXT = """
    and but so because that if when how where then bc cuz cause
"""
_JOINS = frozenset(_JOINS_TEXT.split())
_ARTICLES = frozenset(["the", "a", "an"])
_BEHIND_PEOPLE_TEXT = """
    family families house place home household kid kids boy boys girl girls wedding party
    residence account reservation funeral twins sister sisters brother brothers estate
    farm cabin baby dog s are were is will can and or at
"""
_BEHIND_PEOPLE = frozenset(["", *_BEHIND_PEOPLE_TEXT.split()])
"""Behind a family's name: the watson kids, the watsons."""

_OTHERS_TEXT = """
    ann arbor, jack daniels, johnnie walker, ben jerry, dr pepper, trader joes, papa johns, jimmy johns,
    arnold palmer, jackson hole, mary jane, bloody mary, tom collins, tim hortons, dave busters,
    peter pan, harry potter, taylor swift, james bond, michael jackson, michael jordan, marie kondo,
    mark twain, saint john, san jose, san juan, santa maria, john deere, calvin klein, ralph lauren,
    tommy hilfiger, jim beam, captain morgan, virginia beach, charlotte nc, austin tx, florence italy
"""
_OTHERS = frozenset(
    tuple(pair.split()) for pair in _OTHERS_TEXT.replace("\n", " ").split(",")
)
"""First names of places, drinks, shops and famous people, with what follows them there."""

_SHORT = 2
"""Letters of a word that is likely to be one, whatever else it is."""


class NameWord(NamedTuple):
    """A word of a text, folded, and where it stands."""

    start: int
    end: int
    text: str


def is_common(name: str) -> bool:
    """Return whether a name is a word, too, or the plural of one: hope, summers."""
    return name in COMMON_WORDS or (name[-1] == "s" and name[:-1] in COMMON_WORDS)


def is_meant(
    text: str, words: Sequence[NameWord], place: int, name: str, *, is_first: bool
) -> bool:
    """Return whether the word at a place is meant as a name.

    Args:
        text: The text.
        words: Its words.
        place: Which of them.
        name: The name it may be, in lower case, without a genitive "s".
        is_first: Whether it is somebody's first name.
    """
    word = words[place]
    written = text[word.start : word.start + len(name)]
    if written.upper() == written.lower():  # a script without capitals
        return True
    if any(
        (_text_at(words, first), _text_at(words, first + 1)) in _OTHERS
        for first in (place - 1, place)
    ):
        return False
    if _is_verse(text, word.end) or (name in _CALENDAR and _is_date(words, place)):
        return False
    if not is_common(name) and len(name) > _SHORT:
        return is_first or not _is_of_a_thing(words, place)
    if has_cue(text, words, place, is_first=is_first):
        return True
    if not (written.istitle() or (written.isupper() and len(name) <= _SHORT and not is_common(name))):  # fmt: skip
        return False
    if not _begins_sentence(text, words, place) or not is_common(name):
        return True
    return is_first and not _IS_BEHIND_VERB(_text_at(words, place + 1))


def has_cue(
    text: str, words: Sequence[NameWord], place: int, *, is_first: bool
) -> bool:
    """Return whether what stands around a word says that it is somebody's name."""
    following = _text_at(words, place + 1)
    before = _text_at(words, place - 1) if place else ""
    if following == "s" and text[words[place].end] in "'’" and is_first:
        return place + 2 < len(words)
    if before in _CALLS and not _IS_BEHIND_VERB(following):
        return True
    if not is_first or not (_begins_sentence(text, words, place) or before in _JOINS):
        return False
    if following in _DOES:
        return True
    is_what = _text_at(words, place + 2)
    if following != "is" or (words[place].text in _CALENDAR and is_what in _MONTH_IS):
        return False
    return is_what not in {*_IS_ALL, ""}


def _text_at(words: Sequence[NameWord], place: int) -> str:
    return words[place].text if 0 <= place < len(words) else ""


def _is_of_a_thing(words: Sequence[NameWord], place: int) -> bool:
    """Return whether a last name only says which thing is meant: the watson computer."""
    before = _text_at(words, place - 1) if place else ""
    following = _text_at(words, place + 1)
    return before in _ARTICLES and not (following in _BEHIND_PEOPLE or following in _DOES)  # fmt: skip


def _is_verse(text: str, end: int) -> bool:
    """Return whether a chapter and verse follow: Mark 4:12."""
    return re.match(r" \d{1,3}:\d", text[end : end + 6]) is not None


def _is_date(words: Sequence[NameWord], place: int) -> bool:
    before, following = (
        _text_at(words, place - 1) if place else "",
        _text_at(words, place + 1),
    )
    if before in _WHEN or before[:1].isdigit() or following[:1].isdigit():
        return True
    return before == "from" and (following in _TO or not following)


def _begins_sentence(text: str, words: Sequence[NameWord], place: int) -> bool:
    if place == 0:
        return True
    between = text[words[place - 1].end : words[place].start]
    return _SENTENCE_ENDS.search(between) is not None
