"""Which words every address of a kind has one of, to be looked for before its pattern; pure.

A pattern is tried on a text that has them. They are more than what its addresses have: that
a pattern is tried in vain changes nothing.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from langchain_imessage.transforms.redaction.detectors._text_features import (
    starts_of,
    words_of,
)

if TYPE_CHECKING:
    from langchain_imessage.transforms.redaction.detectors._text_features import (
        TextFeatures,
    )

_LETTERS = "abcdefghijklmnopqrstuvwxyz"


def _joined(short: str, others: str = "") -> frozenset[bytes]:
    """Return the starts of a short word that what follows may be joined to, and others'."""
    return starts_of(
        " ".join([short, others, *(short + letter for letter in _LETTERS)])
    )


_STREET_IN_POLISH = _joined("ul")
_HOUSE = _joined("h", "hno hnumber")
_AVENUE = _joined("av")

_EASTERN = _STREET_IN_POLISH | starts_of("al aleja os pl trg utca cad sok sk mah bul")
_SLAVIC_LETTERS = "úÚěĚřŘ"
"""In út, náměstí, tř."""

_BOXES_AND_UNITS = starts_of(
    "p po pobox post apartado apdo caixa casella b bp bpn postbus skrytka cep flat apartment"
    " apt unit ste suite wohnung appt apto piso depto dpto interno bloco lgh whg sector"
)
_SECTORS = words_of(
    "sector sec phase block cross main street road rd nagar colony layout marg vihar enclave"
    " floor tower apartment apartments apt apts park society"
)
_BEFORE_SECTOR = starts_of("flat plot house door shop qtr villa") | _HOUSE
_IN_SECTOR = re.compile(r"[A-Z][-/ ]?\d|[a-z][-/]\d")
_NUMBERED = re.compile(
    r"\d(?:/\d| (?:[nsew]\b|north|south|east|west)|[a-z]? the )", re.IGNORECASE
)
_FRENCH = words_of(
    "rue avenue av boulevard bd bld place chemin allee impasse quai route cours faubourg fbg"
    " square passage sentier villa rond"
)
_FRENCH_LETTERS = "éÉ"
"""In allée, cité."""

_SOUTHERN = words_of(
    "calle c avenida avda plaza paseo via viale piazza corso rua travessa largo"
)
_SOUTHERN_WORDS = tuple(
    b"calle avenida av plaza pza plza paseo carrer ronda camino carrera cra calz blvd via"
    b" piazza corso vicolo rua travessa alameda pra largo rodovia estrada".split()
)
_SOUTHERN_STARTS = (
    frozenset(word[:3] for word in _SOUTHERN_WORDS if word != b"av") | _AVENUE
)
_SOUTHERN_LETTERS = words_of("c p v r cl tv al")
"""Of c/, pº, p.za, v.le, and with a dot."""


def may_have_unit(text: str, features: TextFeatures) -> bool:
    """Return whether a text may have a box, a unit, a sector, or an address of the east."""
    return (
        may_be_eastern(features)
        or features.may_begin(_BOXES_AND_UNITS)
        or _NUMBERED.search(text) is not None
        or (
            features.may_have(_SECTORS)
            and (
                features.may_begin(_BEFORE_SECTOR)
                or _IN_SECTOR.search(text) is not None
            )
        )
    )


def may_be_eastern(features: TextFeatures) -> bool:
    """Return whether a text may have an address as in the east of Europe, or beyond."""
    return not features.is_latin or features.may_begin(_EASTERN, _SLAVIC_LETTERS)


def may_be_french(features: TextFeatures) -> bool:
    """Return whether a text may have a French street."""
    return features.may_have(_FRENCH, _FRENCH_LETTERS)


def may_be_southern(features: TextFeatures) -> bool:
    """Return whether a text may have a Spanish, Italian or Portuguese street."""
    return features.may_have(_SOUTHERN)


def may_be_short_southern(features: TextFeatures) -> bool:
    """Return the same of one that is shortened, or joined to its name."""
    return features.may_have(_SOUTHERN_LETTERS) or (
        features.may_begin(_SOUTHERN_STARTS)
        and any(word.startswith(_SOUTHERN_WORDS) for word in features.words)
    )
