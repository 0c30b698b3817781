"""Foundation's classes: the groups of an object → its value; reads no bytes."""

from __future__ import annotations

from itertools import chain
from typing import TYPE_CHECKING, Any

from langchain_imessage.typedstream._values import (
    URL,
    AttributedString,
    Date,
    Run,
    Value,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

Groups = list[tuple[Any, ...]]


def _text(value: object) -> str:
    if not isinstance(value, str):
        raise TypeError
    return value


def _string(groups: Groups) -> str:
    ((raw,),) = groups
    if not isinstance(raw, bytes):
        raise TypeError
    return raw.decode("utf-8", "replace")


def _attributed_string(groups: Groups) -> AttributedString:
    text = _text(groups[0][0])
    known: dict[int, Any] = {}
    runs: list[Run] = []
    rest = iter(groups[1:])
    for number, length in rest:
        attributes = known.get(number)
        if attributes is None:
            (attributes,) = next(rest, (None,))
            if not isinstance(attributes, dict):
                raise TypeError
            known[number] = attributes
        if not isinstance(length, int):
            raise TypeError
        runs.append(Run(length=length, attributes=attributes))
    return AttributedString(text=text, runs=tuple(runs))


def _dictionary(groups: Groups) -> dict[str, Value]:
    items = iter(_counted(groups, 2))
    found: dict[Any, Value] = dict(zip(items, items, strict=True))
    for key in found:
        if not isinstance(key, str):
            raise TypeError
    return found


def _array(groups: Groups) -> tuple[Value, ...]:
    return tuple(_counted(groups, 1))


def _counted(groups: Groups, per_item: int) -> Sequence[Value]:
    # No group is empty: as many values as groups are one in each.
    count, *values = chain.from_iterable(groups)
    if len(values) != len(groups) - 1 or len(values) != count * per_item:
        raise ValueError
    return values


def _number(groups: Groups) -> Value:
    (code,), (value,) = groups
    return bool(value) if code in {"B", "c"} and value in {0, 1} else value


def _data(groups: Groups) -> bytes:
    (length,), (raw,) = groups
    if len(raw) != length:
        raise ValueError
    return bytes(raw)


def _url(groups: Groups) -> URL:
    (is_relative,), *bases, (relative,) = groups
    base = bases[0][0] if is_relative else None
    if not (base is None or isinstance(base, URL)) or len(bases) != bool(is_relative):
        raise TypeError
    return URL(base=base, relative=_text(relative))


def _date(groups: Groups) -> Date:
    ((seconds,),) = groups
    return Date(seconds=float(seconds))


BUILDERS: dict[str, Callable[[Groups], Value]] = {
    "NSString": _string,
    "NSAttributedString": _attributed_string,
    "NSDictionary": _dictionary,
    "NSArray": _array,
    "NSSet": _array,
    "NSNumber": _number,
    "NSData": _data,
    "NSURL": _url,
    "NSDate": _date,
}
"""By class; the mutable ones are found by the class above them. A builder raises a
LookupError, TypeError or ValueError if the groups do not fit the class."""
