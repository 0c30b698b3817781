"""What decides that a pattern is not tried must know all that the pattern could find.

Patterns are taken apart, so that a word that is added to one, and not to what stands before
it, is seen; and texts are read twice, the second time with every pattern tried.
"""

from __future__ import annotations

import ast
import importlib
import pkgutil
import re
from functools import cache
from pathlib import Path
from string import ascii_lowercase
from typing import TYPE_CHECKING

from pattern_samples import samples_of

from langchain_imessage.transforms import DETECTORS
from langchain_imessage.transforms.redaction import detectors
from langchain_imessage.transforms.redaction._finder import Finder
from langchain_imessage.transforms.redaction.detectors import (
    _codes,
    _emails,
    _numbers,
    _places,
    _spelled_digits,
    _text_features,
    _typed_codes,
)
from langchain_imessage.transforms.redaction.detectors._codes import find_codes
from langchain_imessage.transforms.redaction.detectors._emails import find_emails
from langchain_imessage.transforms.redaction.detectors._numbers import (
    find_ibans,
    find_ids,
    find_ssns,
)
from langchain_imessage.transforms.redaction.detectors._places import find_places
from langchain_imessage.transforms.redaction.detectors._spelled_digits import (
    spelled_numbers,
)
from langchain_imessage.transforms.redaction.detectors.addresses import (
    _street_addresses,
)
from langchain_imessage.transforms.redaction.detectors.announced import _questions
from langchain_imessage.transforms.redaction.detectors.announced._announced import (
    find_announced,
)
from langchain_imessage.transforms.redaction.detectors.announced._announcing_words import (
    WORDS,
)
from langchain_imessage.transforms.redaction.detectors.announced._questions import (
    asked_kinds,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    import pytest

    from langchain_imessage.transforms.redaction.detectors._text_features import (
        TextFeatures,
    )

_LONGEST = 120
_ID_DIGITS = 6
"""With fewer digits no id is found, though a parcel's or a car's may have fewer."""

_ANYTHING = re.compile("")
_QUICK_LOOKS = (
    *((_typed_codes, name) for name in ("_MAY_OPEN", "_FOUR_DIGITS")),
    *((_street_addresses, name) for name in ("_SUFFIX", "_SHORT_DIRECTION")),
    *((_street_addresses, name) for name in ("_FIVE_DIGITS", "_MAYBE_POSTCODE")),
    (_street_addresses, "_MAYBE_UPPER_POSTCODE"),
)
"""Patterns that are tried before others."""

_STRICTER = ((_typed_codes, "_MAY_HOLD_ONE"), (_street_addresses, "_OTHER_WORDS"))
"""Likewise, but they keep some texts from being found, as "444#" and "aleja z 4"."""

_STRICTER_WORDS = ("_TYPE_WORDS", "_TYPE_WORDS_IN_ASCII")
"""Likewise "4 allee z"."""


class _Every(frozenset[str]):
    def isdisjoint(self, _other: Iterable[object]) -> bool:
        return False


def _with_codes() -> Iterator[str]:
    for word in samples_of(_codes._WORD, varied=2):
        yield from (f"{word} 4821", f"4821 {word}")
    for pattern in (_codes._TO_USE, _typed_codes._ENTERED, _typed_codes._TURNED):
        yield from samples_of(pattern)
    for code in samples_of(_typed_codes._LETTERED) + samples_of(_typed_codes._CODE):
        yield f"type at the door {code}"
    for text in samples_of(_typed_codes._LOCKED):
        yield text.replace("4-", " 4-", 1)


_ADDRESSES = (
    *_street_addresses._WITH_TYPE,
    *_street_addresses._WITH_FRENCH_TYPE,
    _street_addresses._WITH_SOUTHERN_TYPE,
    _street_addresses._WITH_SHORT_SOUTHERN_TYPE,
    _street_addresses._WITH_SUFFIX,
    _street_addresses._OTHERS,
    _street_addresses._ASCII_OTHERS,
    _street_addresses._AT_DIRECTED,
    _street_addresses._WITH_ZIP,
    _street_addresses._WITH_LOWER_POSTCODE,
    _street_addresses._WITH_POSTCODE,
)


def _with_addresses() -> Iterator[str]:
    samples = [text for pattern in _ADDRESSES for text in samples_of(pattern)]
    for text in samples_of(_street_addresses._INDIAN):  # "flat" is in another gate
        samples += [text.replace("flat", "plot"), text.replace("sector", "park")]
    for text in samples:
        yield from (text, text.replace(" ", ""), text.upper())
    yield from ("r. augusta 4", "bpno4", "hno4, park road", "hnumber4, park road")
    for letter in ascii_lowercase:
        yield from (f"ul{letter}ala 4", f"av{letter}ala 4")


def _address_patterns(text: str) -> Iterator[str]:
    """Yield the patterns that are tried on a text, and find something."""
    for pattern in _street_addresses._patterns_for(text):
        if pattern.search(text):
            yield pattern.pattern


def _with_mail_addresses() -> Iterator[str]:
    yield from samples_of(_emails._SPELLED)
    for line in samples_of(_emails._LINE):
        yield f"z.z{line}z at gmail"


def _with_numbers_in_words() -> Iterator[str]:
    for name in ("_FRENCH", "_NUMBER", "_HALF"):
        yield from samples_of(getattr(_spelled_digits, name))


def _with_ids() -> Iterator[str]:
    for pattern in (_numbers._PARCEL, _numbers._NATIONAL):
        for text in samples_of(pattern):
            if sum(map(str.isdigit, text)) >= _ID_DIGITS:
                yield text


def _with_announced() -> Iterator[str]:
    for phrases in WORDS.values():
        for digits in range(1, 10):
            yield f"{phrases.split(',')[0]}: {'482148217'[:digits]}"
            yield f"{phrases.split(',')[0]}: AB{'482148217'[:digits]}"


def _literals() -> Iterator[str]:
    """Yield the texts of the tests of redaction."""
    for path in sorted(Path(__file__).parent.glob("test_*.py")):
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if isinstance(node, ast.Constant) and isinstance(node.value, str):
                yield node.value


@cache
def _texts() -> dict[Callable[[str], Iterable[object]], list[str]]:
    """Return texts for each detector."""
    literals = [*{text for text in _literals() if len(text) < _LONGEST}]
    texts = dict.fromkeys((*DETECTORS, asked_kinds), literals)
    texts[find_codes] = [*literals, *_with_codes()]
    texts[_address_patterns] = [*_with_addresses()]
    texts[find_emails] = [*literals, *_with_mail_addresses()]
    texts[find_places] = [*literals, *samples_of(_places._PAIR)]
    texts[find_ids] = [*literals, *_with_ids()]
    texts[find_ssns] = [*literals, *samples_of(_numbers._SSN)]
    texts[find_ibans] = [*literals, *samples_of(_numbers._SORT_AND_ACCOUNT)]
    texts[find_announced] = [*literals, *_with_announced()]
    texts[spelled_numbers] = [*_with_numbers_in_words()]
    texts[asked_kinds] = [*literals, *samples_of(_questions._WAY_IN)]
    return texts


def _found() -> set[tuple[str, str, object]]:
    """Return what is found in all texts."""
    asked_kinds.cache_clear()
    return {
        (detector.__name__, text, one)
        for detector, texts in _texts().items()
        for text in texts
        for one in detector(text)
    }


def _try_every_pattern(monkeypatch: pytest.MonkeyPatch) -> None:
    features_of = _text_features.features_of

    def of_any_text(text: str) -> TextFeatures:
        return features_of(text)._replace(
            folds=False, is_simple=False, is_latin=False, digits=1000, is_mixed=True
        )

    for found in pkgutil.walk_packages(detectors.__path__, f"{detectors.__name__}."):
        module = importlib.import_module(found.name)
        if module is not _text_features and hasattr(module, "features_of"):
            monkeypatch.setattr(module, "features_of", of_any_text)
    for module, name in _QUICK_LOOKS:
        monkeypatch.setattr(module, name, _ANYTHING)


def test_every_pattern_is_tried_on_what_it_finds(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    for module, name in _STRICTER:
        monkeypatch.setattr(module, name, _ANYTHING)
    for name in _STRICTER_WORDS:
        monkeypatch.setattr(_street_addresses, name, _Every())
    found = _found()
    _try_every_pattern(monkeypatch)

    assert _found() == found


def test_no_text_is_plain_that_has_a_secret_without_a_digit() -> None:
    digits = "zero oh nine seven six five cero nueve siete seis cinco null neun sieben"
    digits += " sechs neuf sept sette cinque nove sete quatro"
    keys = "sk- rk_live_ pk_test_ hf_ ghp_ gho_ ghu_ ghs_ ghr_ npm_ glpat- pypi- shpat_"
    keys += " whsec_"
    texts = [
        *(f"{word} one two four eight two one two" for word in digits.split()),
        *(f"{key}qwertyuiopasdfgh" for key in keys.split()),
        *(f"zz at zz {dot} com" for dot in ("dot", "point", "punkt", "punto", "ponto")),
        *(f"zz {at} gmail" for at in ("arroba", "chiocciola", "arobase")),
        *(
            f"{word}: four two one"
            for word in ("pin", "code", "passcode", "cvv", "cvc")
        ),
    ]
    finder = Finder(DETECTORS, None)

    assert [text for text in texts if not [*finder.find(text)]] == []
    assert [text for text in texts if finder.plain.has(text)] == []
