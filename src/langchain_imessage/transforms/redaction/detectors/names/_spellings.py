"""How a name may be typed: without accents, run together, drawn out, inflected; pure."""

# ruff: noqa: RUF001 - other alphabets are what it is about

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from langchain_imessage.text import name_words, without_accents
from langchain_imessage.transforms.redaction.detectors.names._nicknames import NICKNAMES

if TYPE_CHECKING:
    from collections.abc import Iterator

_SHARP = str.maketrans({"ø": "o", "ł": "l", "đ": "d", "ð": "d", "þ": "th", "æ": "ae", "œ": "oe", "ı": "i"})  # fmt: skip
_UMLAUTS = str.maketrans({"ä": "ae", "ö": "oe", "ü": "ue", "ø": "oe", "å": "aa", "æ": "ae", "ł": "l"})  # fmt: skip
_RUN_TOGETHER = re.compile(r"[-'\u2019\u2010\u2011·.]")
_DRAWN_OUT = re.compile(r"(\w)\1{2,}")
_RUN_OR_LETTER = re.compile(r"(.)\1*")
_MOST_DRAWN_OUT = 9
"""Times a letter is repeated: who repeats it oftener says no more by it."""

_CYRILLIC = re.compile(r"[\u0400-\u04ff]+")
_SLAVIC = re.compile(
    r"[ąćęłńśźżčďěňřšťůžđ]|(?:ski|ska|cki|cka|wicz|czyk|czak|ová|ova|ić|vić|nko|owski|owska)$"
)
_ENDINGS = {
    "а": "а у ы і и е ой ою ою о",
    "я": "я ю и і ї е є ей ею єю",
    "й": "й я ю ем єм ем е є ї",
    "ь": "ь я ю ем єм и і є",
    "о": "о а у ом ові",
    "a": "a y i ę ą ie o e u ou ej",
    "i": "i iego iemu im ich",
    "e": "e a u em",
}
_SLAVIC_NAMES_TEXT = """
    katarzyna agnieszka joanna piotr krzysztof tomasz andrzej marcin grzegorz jakub wojciech
    mateusz bartosz kamil maciej ewa beata magdalena aleksandra zofia dorota justyna monika
    patrycja sylwia iwona grażyna zbigniew stanisław tadeusz ryszard marek dariusz mariusz
    sławomir jacek pavel petr jana tereza lucie ondrej jakub vojtech zdenek milan dusan
    marko luka petra ivana nikola goran zoran dragan jelena milica nemanja bojan mirjana
    nowak kowal wojcik mazur dudek pawlak baran sikora novak horvat kovac svoboda
"""
_SLAVIC_NAMES = frozenset(_SLAVIC_NAMES_TEXT.split())
"""Of Poland, Czechia and their south, where nothing else of a name says so."""

_LOOKALIKES = str.maketrans(
    "авекмнорстухіјѕүһԁѵαβεζηικμνορτυχ", "abekmhopctyxijsyhdvabezhikmnoptyx"
)
"""Letters of Cyrillic and Greek that look Latin, as capitals at least."""

_LATIN, _LOOKS_LATIN = re.compile("[a-z]"), re.compile("[\u0370-\u052f]")
_GREEK = re.compile(r"[\u0370-\u03ff\u1f00-\u1fff]+")
_CONSONANT_CYRILLIC = "а у ом ем е ові ою і ы и ів ов"
_CONSONANT_LATIN = "a owi em u ie e ovi om"
_PREFIXES = {"hebrew": "ה ו ב ל מ ש כ וה ול שה", "arabic": "و ف ب ل ك ول وب"}
_HEBREW = re.compile(r"[\u05d0-\u05ea]")
_ARABIC = re.compile(r"[\u0621-\u064a]")
_VOWELS = frozenset("aeiouy")
_LEAST = 3
_SHORT_NAME = 5
"""Letters of a first name of which a pet name is made by an ending."""


def spellings(word: str) -> set[str]:
    """Return the ways a word of a name is typed in haste.

    Example:
        >>> sorted(spellings("müller"))
        ['mueller', 'muller', 'müller']
    """
    bare = without_accents(word)
    return {word, bare, bare.translate(_SHARP), word.translate(_UMLAUTS), without_accents(word.translate(_UMLAUTS))}  # fmt: skip


def in_latin(word: str) -> str:
    """Return a word of two alphabets with Latin letters for those that look like them.

    Example:
        >>> in_latin("\u0430nn"), in_latin("анна")
        ('ann', 'анна')
    """
    if word.isascii() or not (_LATIN.search(word) and _LOOKS_LATIN.search(word)):
        return word
    return word.translate(_LOOKALIKES)


def run_together(name: str) -> Iterator[str]:
    """Yield the words of a name without the blank, hyphen or apostrophe between them.

    Example:
        >>> list(run_together("Jean-Luc O'Brien"))
        ['jeanluc', 'obrien']
        >>> list(run_together("Ana María Núñez"))
        ['anamaría', 'ananúñez']
    """
    spaced = ["".join(name_words(part)) for part in name.split()]
    if len(spaced) > 2:  # noqa: PLR2004 - two given names, and the last
        yield spaced[0] + spaced[1]
        yield spaced[0] + spaced[-1]
    for part in name.split():
        if _RUN_TOGETHER.search(part.strip("-'’.·")):
            words = name_words(part)
            if len(words) > 1:
                yield "".join(words)


def short_forms(first: str) -> set[str]:
    """Return what somebody with a first name may be called.

    Example:
        >>> {"annie", "anna"} <= short_forms("ann")
        True
    """
    found = set(NICKNAMES.get(first, ()))
    if first.isascii() and first.isalpha() and _LEAST <= len(first) <= _SHORT_NAME:
        stem = first.rstrip("e") if first.endswith("e") else first
        if stem[-1] not in _VOWELS:
            double = (
                stem + stem[-1] if len(stem) == _LEAST and stem[-2] in _VOWELS else stem
            )
            found |= {f"{double}ie", f"{double}y", f"{double}i"}
    return found


def looks_slavic(words: tuple[str, ...]) -> bool:
    """Return whether a name in Latin letters is likely to be inflected."""
    return any(word in _SLAVIC_NAMES or _SLAVIC.search(word) for word in words)


def inflections(word: str, *, is_slavic: bool = False) -> set[str]:
    """Return the cases of a Slavic or Greek name.

    Args:
        word: A word of the name, folded.
        is_slavic: Whether the whole name is Slavic, in Latin letters.

    Example:
        >>> "оленою" in inflections("олена")
        True
    """
    is_cyrillic = _CYRILLIC.fullmatch(word) is not None
    if len(word) < _LEAST:
        return set()
    if _GREEK.fullmatch(word):
        return _greek_cases(word)
    if not (is_cyrillic or is_slavic or _SLAVIC.search(word)):
        return set()
    if word.endswith(("ий", "ый")):
        soft = {word[:-1] + ending for ending in _ENDINGS["й"].split()}
        return soft | {
            word[:-2] + ending for ending in ["ого", "ому", "им", "ым", "ом", "ій"]
        }
    endings = _ENDINGS.get(word[-1])
    if endings:
        return {word[:-1] + ending for ending in endings.split()}
    consonant = _CONSONANT_CYRILLIC if is_cyrillic else _CONSONANT_LATIN
    return {word + ending for ending in consonant.split()}


def _greek_cases(word: str) -> set[str]:
    bare = without_accents(word)
    stems = {one[:-1] for one in (word, bare) if one[-1] in "ςσ"}
    return {bare, *stems, *(stem + ending for stem in stems for ending in ["υ", "ι"])}


def prefixes(word: str) -> tuple[str, ...]:
    """Return what may be written before a name, in one word with it."""
    if len(word) < _LEAST:
        return ()
    if _HEBREW.match(word):
        return tuple(_PREFIXES["hebrew"].split())
    return tuple(_PREFIXES["arabic"].split()) if _ARABIC.match(word) else ()


def drawn_out(word: str) -> Iterator[str]:
    """Yield the ways to draw a name in ASCII out: its vowels, or its last letter.

    Example:
        >>> "annnn" in drawn_out("ann")
        True
    """
    if not (word.isascii() and word.isalpha()):
        return
    for match in _RUN_OR_LETTER.finditer(word):
        if match.end() == len(word) or match[0][0] in _VOWELS:
            for times in range(3, _MOST_DRAWN_OUT):
                yield word[: match.start()] + match[0][0] * times + word[match.end() :]


def shortened(word: str) -> tuple[str, ...]:
    """Return what a drawn-out word is drawn out of; nothing if it is not.

    Example:
        >>> shortened("annnn")
        ('ann', 'an')
    """
    if not _DRAWN_OUT.search(word):
        return ()
    return (_DRAWN_OUT.sub(r"\1\1", word), _DRAWN_OUT.sub(r"\1", word))
