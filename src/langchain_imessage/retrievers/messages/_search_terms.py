"""Text → the terms it is indexed by, and a search → the terms it looks for; pure.

Words are those of `text.py`. Where a script writes no blanks between words (Chinese,
Japanese, Thai, ...) every two neighbouring characters are a term, and a search for more of
them is one for terms in a row: so a word is found wherever it stands, also one of a single
character, which SQLite's own trigrams need three for. Vowels that Arabic and Hebrew write
as marks make no difference, nor do a hamza and a lengthened line: most texts leave them out.
What an apostrophe or a hyphen joins (don't, l'ami, e-mail) is found by its parts, and as one
word: it is written in all these ways.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass, field, replace
from itertools import chain, pairwise
from typing import TYPE_CHECKING

from langchain_imessage.text import find_words, fold, script_runs, without_accents

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

_PIECES = re.compile(r'"([^"]*)"|([^\s"]+)')
"""What is in quotation marks is one piece of a search, and each word one."""

_MARKED = re.compile("[\u0590-\u06ff]")
_LEFT_OUT = re.compile(
    "[\u0591-\u05bd\u05bf\u05c1\u05c2\u05c4\u05c5\u05c7\u0610-\u061a\u0640\u064b-\u065f"
    "\u0670\u06d6-\u06dc\u06df-\u06e4\u06e7\u06e8\u06ea-\u06ed]"
)
"""Scripts whose vowels are marks that may be left out, and these marks."""

_EMOJI = re.compile("[\u2600-\u27bf\U0001f000-\U0001faff]")
"""Found like words. They are indexed behind them, so that words stay next to each other."""

_EMOJI_RUN = re.compile(f"{_EMOJI.pattern}(?:{_EMOJI.pattern}|[\ufe0f\u200d])*")
_AS_TYPED = str.maketrans(dict.fromkeys("\u2018\u2019", "'") | {"\u2013": "-"})
_AS_TYPED |= str.maketrans(dict.fromkeys("\u201c\u201d\u2026\u2014\u00a0", " "))
"""What a telephone writes for what was typed in ASCII: most texts have nothing else."""


_APOSTROPHES = "'`\u00b4\u2018\u2019\u201b\u2032\u05f3\u05f4\uff07"
_HYPHENS = "-\u2010\u2011\u2012\u2013\u05be\uff0d"
_JOINERS = frozenset(_APOSTROPHES + _HYPHENS)
_LETTER_APOSTROPHES = {0x2BB: "'", 0x2BC: "'"}
"""Those that are letters for Unicode, and in the words of some languages."""

_ASCII_JOINED = re.compile("[A-Za-z0-9]+(?:[-'`][A-Za-z0-9]+)+")
_ASCII_JOINERS = str.maketrans("", "", "-'`")

_LIGATURES = str.maketrans(
    {
        "æ": "ae",
        "œ": "oe",
        "ø": "o",
        "ł": "l",
        "đ": "d",
        "ð": "d",
        "ħ": "h",
        "\u0131": "i",
    }
)
"""Letters that Unicode does not take apart, as they are written on other keyboards."""

_SHORTEST_PART = 3
"""Letters of a part of a joined word that is looked for in its stead: not "s" nor "ll"."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SearchTerm:
    """Words to be found next to each other.

    Attributes:
        tokens: The terms, in a row.
        is_prefix: Whether the last one may go on.
        parts: The parts of a joined word, which may stand apart, too.
    """

    tokens: tuple[str, ...] = field(repr=False)
    is_prefix: bool = False
    parts: tuple[str, ...] = field(default=(), repr=False)

    @property
    def expression(self) -> str:
        """How SQLite's full-text search is asked for it."""
        rows = [f'"{" ".join(row)}"' for row in (self.tokens, self.parts) if row]
        return " OR ".join(f"{row} *" if self.is_prefix else row for row in rows)

    def is_in(self, tokens: Sequence[str]) -> bool:
        """Return whether it is among the terms of a text."""
        return any(self._has(row, tokens) for row in (self.tokens, self.parts) if row)

    def _has(self, row: Sequence[str], tokens: Sequence[str]) -> bool:
        *first, last = row
        count = len(row)
        for start in range(len(tokens) - count + 1):
            found = tokens[start : start + count]
            is_last = (
                found[-1].startswith(last) if self.is_prefix else found[-1] == last
            )
            if is_last and [*found[:-1]] == first:
                return True
        return False


def index_tokens(text: str) -> list[str]:
    """Return the terms a text is indexed by, in order; joined words come at its end.

    Example:
        >>> index_tokens("Zoë's café: 去北京")
        ['zoe', 's', 'cafe', '去北', '北京', '京', 'zoes']
    """
    words = _words_of(text)
    tokens = [token for word in words for token in _tokens(word[0])]
    joined = (run for run in _runs(words) if len(run) > 1)
    tokens += [token for run in joined for token in _as_one(run)]
    return tokens if text.isascii() else [*tokens, *_EMOJI.findall(text)]


def index_terms(text: str) -> str:
    """Return a text as what is indexed of it: its terms, divided by blanks.

    Plain ASCII stays as it is: SQLite finds the same words in it, and faster. So does what
    is ASCII but for emoji and for the marks a telephone writes.
    """
    emoji: list[str] = []
    plain = text
    if not text.isascii():
        plain = _EMOJI_RUN.sub(" ", text.translate(_AS_TYPED))
        if not plain.isascii():
            return " ".join(index_tokens(text))
        emoji = _EMOJI.findall(text)
    joined = _ASCII_JOINED.findall(plain) if _has_joiner(plain) else ()
    words = (word.translate(_ASCII_JOINERS) for word in joined)
    return " ".join((plain.replace("\0", " "), *words, *emoji))


def terms_of(said: Iterable[tuple[object, str]]) -> str:
    """Return what is indexed of some messages, each an id and a text."""
    return "\n".join([index_terms(text) for _, text in said])


def _has_joiner(text: str) -> bool:
    """Return whether something may be joined in an ASCII text: in most nothing is."""
    return "'" in text or "-" in text or "`" in text


def search_terms(query: str) -> list[SearchTerm]:
    """Return what a search looks for, each once.

    Args:
        query: Words; in quotation marks those that stand next to each other; `word*` for
            words that begin so.

    Example:
        >>> [term.expression for term in search_terms('Café "see you" birth*')]
        ['"cafe"', '"see you"', '"birth" *']
        >>> [term.expression for term in search_terms("don't")]
        ['"dont" OR "don t"']
    """
    found: list[SearchTerm] = []
    for quoted, word in _PIECES.findall(query):
        piece = quoted or word
        words = [m for m in _words_of(piece) if _folded(m[0])]
        runs = [words] if quoted else _runs(words)
        terms = [_term([m[0] for m in run], quoted) for run in runs if run]
        if terms and word.endswith("*"):
            terms[-1] = replace(terms[-1], is_prefix=True)
        found += terms
        found += [SearchTerm(tokens=(e,)) for e in _EMOJI.findall(piece)]
    return list(dict.fromkeys(found))


def loose_terms(terms: Sequence[SearchTerm]) -> list[SearchTerm]:
    """Return terms with the parts of joined words that may be looked for in their stead.

    Example:
        >>> [term.expression for term in loose_terms(search_terms("Ann's"))]
        ['"anns" OR "ann s"', '"ann"']
    """
    parts = chain.from_iterable(term.parts for term in terms)
    alone = [SearchTerm(tokens=(one,)) for one in parts if len(one) >= _SHORTEST_PART]
    return list(dict.fromkeys([*terms, *alone]))


def marked_places(query: str, text: str) -> list[tuple[int, int]]:
    """Return where the words stand in a text that a search looks for.

    Args:
        query: The search.
        text: The text.

    Returns:
        The first character of each, and the one behind it.

    Example:
        >>> marked_places("cafe", "At the Café.")
        [(7, 11)]
        >>> marked_places("dont", "I don't.")
        [(2, 7)]
    """
    terms = search_terms(query)
    parts = {token for term in terms for token in (*term.tokens, *term.parts)}
    ends = tuple(term.tokens[-1] for term in terms if term.is_prefix)
    found = []
    for run in _runs(_words_of(text)):
        whole = run[0].start(), run[-1].end()
        if len(run) > 1 and _is_marked([*_as_one(run)], parts, ends):
            found.append(whole)
        else:
            found += [
                m.span() for m in run if _is_marked([*_tokens(m[0])], parts, ends)
            ]
    return found


def _is_marked(tokens: Sequence[str], parts: set[str], ends: tuple[str, ...]) -> bool:
    return not parts.isdisjoint(tokens) or any(t.startswith(ends) for t in tokens)


def _words_of(text: str) -> list[re.Match[str]]:
    """Return a text's words, also where an apostrophe in them is a letter."""
    plain = text if text.isascii() else text.translate(_LETTER_APOSTROPHES)
    return [*find_words(plain)]


def _runs(words: Sequence[re.Match[str]]) -> list[list[re.Match[str]]]:
    """Return words in runs: those that an apostrophe or a hyphen joins, else each alone."""
    runs: list[list[re.Match[str]]] = []
    for word in words:
        if runs and word.string[runs[-1][-1].end() : word.start()] in _JOINERS:
            runs[-1].append(word)
        else:
            runs.append([word])
    return runs


def _as_one(words: Sequence[re.Match[str]]) -> Iterator[str]:
    return _tokens("".join(word[0] for word in words))


def _tokens(word: str) -> Iterator[str]:
    if word.isascii():
        yield word.lower()
        return
    for run, is_unspaced in script_runs(_folded(word)):
        if is_unspaced:
            yield from (first + second for first, second in pairwise(run))
            yield run[-1]  # so that a single character is the beginning of some term
        else:
            yield without_accents(run).translate(_LIGATURES)


def _folded(word: str) -> str:
    """Return a word without what may be written otherwise, but for accents."""
    word = fold(word)
    if not _MARKED.search(word):
        return word
    bare = _LEFT_OUT.sub("", unicodedata.normalize("NFD", word))
    return unicodedata.normalize("NFC", bare)


def _term(words: Sequence[str], quoted: str) -> SearchTerm:
    parts = _row(words)
    if quoted or len(words) == 1:
        return parts
    whole = _row(["".join(words)])
    return replace(whole, parts=parts.tokens) if not whole.is_prefix else parts


def _row(words: Sequence[str]) -> SearchTerm:
    """Return the term for words next to each other."""
    tokens = [token for word in words for token in _tokens(word)]
    run, is_unspaced = script_runs(_folded(words[-1]))[-1]
    if not is_unspaced:
        return SearchTerm(tokens=tuple(tokens))
    if len(run) > 1:  # what follows it in the text is unknown
        return SearchTerm(tokens=tuple(tokens[:-1]))
    return SearchTerm(tokens=tuple(tokens), is_prefix=True)
