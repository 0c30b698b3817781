"""Text → the terms it is indexed by, and a search → the terms it looks for; pure.

Words are those of `text.py`. Where a script writes no blanks between words (Chinese,
Japanese, Thai, ...) every two neighbouring characters are a term, and a search for more of
them is one for terms in a row: so a word is found wherever it stands, also one of a single
character, which SQLite's own trigrams need three for. Vowels that Arabic and Hebrew write
as marks make no difference, nor do a hamza and a lengthened line: most texts leave them out.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass, field
from itertools import pairwise
from typing import TYPE_CHECKING

from langchain_imessage.text import find_words, fold, script_runs, without_accents

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

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


@dataclass(frozen=True, slots=True, kw_only=True)
class SearchTerm:
    """Words to be found next to each other.

    Attributes:
        tokens: The terms, in a row.
        is_prefix: Whether the last one may go on.
    """

    tokens: tuple[str, ...] = field(repr=False)
    is_prefix: bool = False

    @property
    def expression(self) -> str:
        """How SQLite's full-text search is asked for it."""
        return f'"{" ".join(self.tokens)}"{" *" if self.is_prefix else ""}'

    def is_in(self, tokens: Sequence[str]) -> bool:
        """Return whether it is among the terms of a text."""
        *first, last = self.tokens
        count = len(self.tokens)
        for start in range(len(tokens) - count + 1):
            found = tokens[start : start + count]
            is_last = (
                found[-1].startswith(last) if self.is_prefix else found[-1] == last
            )
            if is_last and [*found[:-1]] == first:
                return True
        return False


def index_tokens(text: str) -> list[str]:
    """Return the terms a text is indexed by, in order.

    Example:
        >>> index_tokens("Zoë's café: 去北京")
        ['zoe', 's', 'cafe', '去北', '北京', '京']
    """
    tokens = [token for word in find_words(text) for token in _tokens(word[0])]
    return tokens if text.isascii() else [*tokens, *_EMOJI.findall(text)]


def index_terms(text: str) -> str:
    """Return a text as what is indexed of it: its terms, divided by blanks.

    Plain ASCII is returned as it is: SQLite finds the same words in it, and faster.
    """
    if text.isascii():
        return text.replace("\0", " ")
    return " ".join(index_tokens(text))


def search_terms(query: str) -> list[SearchTerm]:
    """Return what a search looks for, each once.

    Args:
        query: Words; in quotation marks those that stand next to each other; `word*` for
            words that begin so.

    Example:
        >>> [term.expression for term in search_terms('Café "see you" birth*')]
        ['"cafe"', '"see you"', '"birth" *']
    """
    found: list[SearchTerm] = []
    for quoted, word in _PIECES.findall(query):
        words = [m[0] for m in find_words(quoted or word) if _folded(m[0])]
        together = [words] if quoted else [[one] for one in words]
        terms = [_term(one) for one in together if one]
        if terms and word.endswith("*"):
            terms[-1] = SearchTerm(tokens=terms[-1].tokens, is_prefix=True)
        found += terms
        found += [SearchTerm(tokens=(e,)) for e in _EMOJI.findall(quoted or word)]
    return list(dict.fromkeys(found))


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
    """
    terms = search_terms(query)
    parts = {token for term in terms for token in term.tokens}
    ends = tuple(term.tokens[-1] for term in terms if term.is_prefix)
    found = []
    for word in find_words(text):
        tokens = [*_tokens(word[0])]
        if not parts.isdisjoint(tokens) or any(t.startswith(ends) for t in tokens):
            found.append(word.span())
    return found


def _tokens(word: str) -> Iterator[str]:
    if word.isascii():
        yield word.lower()
        return
    for run, is_unspaced in script_runs(_folded(word)):
        if is_unspaced:
            yield from (first + second for first, second in pairwise(run))
            yield run[-1]  # so that a single character is the beginning of some term
        else:
            yield without_accents(run)


def _folded(word: str) -> str:
    """Return a word without what may be written otherwise, but for accents."""
    word = fold(word)
    if not _MARKED.search(word):
        return word
    bare = _LEFT_OUT.sub("", unicodedata.normalize("NFD", word))
    return unicodedata.normalize("NFC", bare)


def _term(words: Sequence[str]) -> SearchTerm:
    tokens = [token for word in words for token in _tokens(word)]
    run, is_unspaced = script_runs(_folded(words[-1]))[-1]
    if not is_unspaced:
        return SearchTerm(tokens=tuple(tokens))
    if len(run) > 1:  # what follows it in the text is unknown
        return SearchTerm(tokens=tuple(tokens[:-1]))
    return SearchTerm(tokens=tuple(tokens), is_prefix=True)
