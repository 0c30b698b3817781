"""Numbers stored without their country → the stored ones with it; pure.

A phone number is stored with its country by iMessage and, by some carriers, without it.
"""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING

from langchain_imessage.addresses import LEAST_DIGITS, is_without_country

if TYPE_CHECKING:
    from collections.abc import Iterable

    from langchain_imessage.addresses import Address


def with_country(addresses: Iterable[Address]) -> dict[str, Address]:
    """Find the whole number of each that is stored without its country.

    Args:
        addresses: Those of a database.

    Returns:
        By canonical form of one without its country: the one it is. What can be several
        is not in it, for nobody knows which.

    Example:
        >>> from langchain_imessage.addresses import parse_address
        >>> stored = map(parse_address, ["+14155550101", "4155550101", "5550101"])
        >>> [(local, whole.key) for local, whole in with_country(stored).items()]
        [('4155550101', '+14155550101')]
    """
    phones = {one.key: one for one in addresses if one.kind == "phone"}
    local = [key for key in phones if key[:1] != "+"]
    if not local:  # nearly always
        return {}
    by_end: defaultdict[str, list[str]] = defaultdict(list)
    for key in phones.keys() - local:
        by_end[key[-LEAST_DIGITS:]].append(key)
    fitting = {
        key: [
            whole
            for whole in by_end.get(key[-LEAST_DIGITS:], ())
            if is_without_country(key, whole)
        ]
        for key in local
    }
    return {key: phones[one[0]] for key, one in fitting.items() if len(one) == 1}
