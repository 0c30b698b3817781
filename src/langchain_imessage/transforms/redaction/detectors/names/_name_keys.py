"""What the ways to write one name are equal by, and whom a name means; pure."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from langchain_imessage.addresses import parse_address
from langchain_imessage.text import name_words

if TYPE_CHECKING:
    from collections.abc import Collection

_BEHIND = re.compile(r".\(([^()]+)\)\s*$")
"""What stands in brackets at the end of a name."""

SEVERAL = "?"
"""Begins the key of a name that may mean one of several people."""


def key_of(name: str) -> str:
    """Return a key that is equal for two ways to write one name.

    An address behind it tells two people of one name apart: "Ann Lee (+14155550101)".
    """
    key = " ".join(name_words(name)) or name
    behind = _BEHIND.search(name)
    address = parse_address(behind[1]) if behind else None
    is_apart = address is not None and address.kind != "word"
    return f"{key} ({address.key})" if address and is_apart else key


def is_address(name: str) -> bool:
    """Return whether a person is only called by their number or e-mail address."""
    return parse_address(name).kind != "word"


def whom(name: str, persons: Collection[str], present: Collection[str]) -> str:
    """Return whom a name means: who takes part, or is called just so, or the only one."""
    here = [person for person in persons if person in present]
    if len(here) == 1:
        return here[0]
    if len(persons) == 1:
        return next(iter(persons))
    return name if name in persons else SEVERAL + name
