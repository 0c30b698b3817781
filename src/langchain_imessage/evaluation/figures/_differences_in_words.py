"""Two groups of texts → what differs most in how they are written, in words.

Owns the words for a difference of each style figure, with its size.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from langchain_imessage.transforms.style._style_figures import FIGURES

if TYPE_CHECKING:
    from collections.abc import Mapping

    from langchain_imessage.transforms.style._style_figures import FigureSummary

_NAMED: Final = 3
"""Differences that are named: more are not read."""

_LEAST: Final = 0.2
"""Standard deviations, from which a difference is worth a word."""

_FLOOR: Final = 0.02
"""Added to a deviation: what somebody nearly never does has hardly any."""

_NONE: Final = 0.005
"""A share that is called none."""

_SIZES: Final = {
    "words": ("longer by {0:.0%}", "shorter by {0:.0%}"),
    "characters in a bubble": (
        "bubbles longer by {0:.0%}",
        "bubbles shorter by {0:.0%}",
    ),
    "length of a word": ("words longer by {0:.0%}", "words shorter by {0:.0%}"),
}
"""Figures of which one is said to be larger or smaller by a share."""

_COUNTS: Final = {
    "bubbles": "{0:.1f} bubbles instead of {1:.1f}",
    "commas": "{0:.1f} commas in 100 words instead of {1:.1f}",
    "apostrophes": "{0:.1f} apostrophes in 100 words instead of {1:.1f}",
    "apostrophes left out": "{0:.1f} apostrophes left out in 100 words instead of {1:.1f}",
    "abbreviations": "{0:.1f} abbreviations in 100 words instead of {1:.1f}",
    "I": "{0:.1f} times “I” in 100 words instead of {1:.1f}",
    "you": "{0:.1f} times “you” in 100 words instead of {1:.1f}",
}
_PER_HUNDRED: Final = frozenset(_COUNTS) - {"bubbles"}

_SHARES: Final = {
    "one word alone": "one word alone",
    "begins in lower case": "lower case at the start",
    "capital letters": "capital letters",
    "ends with a full stop": "full stop at the end",
    "ends with an exclamation mark": "exclamation mark at the end",
    "ends with a question mark": "question mark at the end",
    "ends without punctuation": "punctuation at the end",
    "dots in a row": "dots in a row",
    "marks in a row": "“!!” or “??”",
    "emoji": "emoji",
    "laughter": "laughter",
    "letters drawn out": "letters drawn out",
    "questions": "questions",
}


def differences_in_words(
    these: Mapping[str, FigureSummary], those: Mapping[str, FigureSummary]
) -> tuple[str, ...]:
    """Return what is most different about some texts, the largest difference first.

    Args:
        these: The figures of the texts.
        those: The figures of the texts they are compared with.

    Example:
        >>> from langchain_imessage.transforms.style._style_figures import summarize_style
        >>> these = summarize_style(["I see what you mean.", "That sounds good."])
        >>> those = summarize_style(["see ya 😀", "ok 😀"])
        >>> differences_in_words(these, those)[0]
        'full stop at the end in 100 % instead of 0 %'
    """
    found = []
    for name in FIGURES:
        off = these[name].mean - those[name].mean
        size = off / (those[name].deviation + _FLOOR)
        if abs(size) >= _LEAST:
            found.append((-abs(size), _words(name, these[name].mean, those[name].mean)))
    return tuple(words for _, words in sorted(found)[:_NAMED])


def _words(name: str, this: float, that: float) -> str:
    if name in _SIZES:
        longer, shorter = _SIZES[name]
        share = abs(this - that) / (that or 1)
        return _percent((longer if this > that else shorter).format(share))
    if name in _COUNTS:
        times = 100 if name in _PER_HUNDRED else 1
        return _COUNTS[name].format(times * this, times * that)
    if name == "ends without punctuation":
        this, that = 1 - this, 1 - that
    if this < _NONE:
        return f"no {_SHARES[name]}"
    return _percent(f"{_SHARES[name]} in {this:.0%} instead of {that:.0%}")


def _percent(words: str) -> str:
    return words.replace("%", " %")
