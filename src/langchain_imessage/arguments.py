"""Arguments of public functions: of the right type, or an error that names the one at fault.

Owns the kinds of arguments there are, their words, and the decorator that checks them before
a call begins. Which values of a kind are taken is for each function to say.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping
from datetime import datetime, timedelta, tzinfo
from functools import wraps
from os import PathLike
from typing import Any, Final, NamedTuple, ParamSpec, TypeVar

from langchain_imessage.errors import ArgumentTypeError, ArgumentValueError

_P = ParamSpec("_P")
_R = TypeVar("_R")


class Kind(NamedTuple):
    """A kind of argument.

    Attributes:
        allows: Whether a value is of it.
        said: What it is called: "a text".
    """

    allows: Callable[[Any], bool]
    said: str


def instance_of(kinds: type | tuple[type, ...], said: str) -> Kind:
    """Return the kind of what is an instance of a class.

    Example:
        >>> instance_of(dict, "a dict").allows({})
        True
    """
    return Kind(lambda value: isinstance(value, kinds), said)


def or_none(kind: Kind) -> Kind:
    """Return a kind that None is of, too.

    Example:
        >>> or_none(TEXT).said
        'a text or None'
    """
    return Kind(
        lambda value: value is None or kind.allows(value), f"{kind.said} or None"
    )


def having(*names: str, said: str) -> Kind:
    """Return the kind of what has all of some methods or attributes.

    Example:
        >>> having("items", said="a mapping").allows({})
        True
    """
    return Kind(lambda value: all(hasattr(value, name) for name in names), said)


def _is_whole(value: Any) -> bool:
    return hasattr(type(value), "__index__") and not isinstance(value, bool)


def _is_number(value: Any) -> bool:
    return hasattr(type(value), "__float__") and not isinstance(value, bool)


def _are_several(value: Any) -> bool:
    """Return whether it can be iterated, and is no text or mapping by mistake."""
    return isinstance(value, Iterable) and not isinstance(value, str | bytes | Mapping)


def _are_texts(value: Any) -> bool:
    return (
        isinstance(value, Collection)
        and _are_several(value)
        and all(isinstance(one, str) for one in value)
    )


TEXT: Final = instance_of(str, "a text")
BYTES: Final = instance_of((bytes, bytearray), "bytes")
TEXTS: Final = Kind(_are_texts, "a collection of texts")
PATH: Final = instance_of((str, PathLike), "a path")
FLAG: Final = instance_of(bool, "True or False")
WHOLE: Final = Kind(_is_whole, "a whole number")
NUMBER: Final = Kind(_is_number, "a number")
SPAN: Final = instance_of(timedelta, "a timedelta")
MOMENT: Final = instance_of(datetime, "a datetime with a time zone")
ZONE: Final = instance_of(tzinfo, "a time zone")
MAPPING: Final = instance_of(Mapping, "a mapping")
FUNCTION: Final = Kind(callable, "a function")
ITERABLE: Final = Kind(_are_several, "an iterable")
SESSIONS: Final = Kind(_are_several, "an iterable of sessions")
COUNTS: Final = or_none(having("items", "__missing__", said="a Counter"))
"""Counts that a call adds to."""

PROGRESS: Final = or_none(FUNCTION)
"""What is called with how far a call is."""

COUNTER: Final = or_none(FUNCTION)
"""What counts the tokens of a text."""

SHARE: Final = Kind(
    lambda value: NUMBER.allows(value) or isinstance(value, timedelta | datetime),
    "a share, a timedelta or a moment",
)
PATHS: Final = Kind(lambda value: PATH.allows(value) or _are_several(value), "paths")
DATASET: Final = Kind(
    lambda value: PATH.allows(value) or hasattr(value, "manifest"),
    "a Dataset or its folder",
)
EXAMPLES: Final = Kind(
    lambda value: DATASET.allows(value) or _are_several(value),
    "a Dataset, its folder or examples",
)
LOADED: Final = Kind(
    lambda value: _are_several(value) or hasattr(value, "lazy_load"),
    "sessions or a loader",
)
SOURCE: Final = Kind(
    lambda value: EXAMPLES.allows(value) or hasattr(value, "lazy_load"),
    "a loader, sessions, or a dataset",
)
LINES: Final = Kind(
    lambda value: FLAG.allows(value) or callable(value), "True, False or a function"
)
"""Whether progress is shown, or what is called with each line of it."""

GAP: Final = Kind(
    lambda value: value is None or value == "auto" or SPAN.allows(value),
    'a timedelta, "auto" or None',
)
CHAIN: Final = Kind(
    lambda value: hasattr(value, "invoke") or callable(value) or MAPPING.allows(value),
    "a model, a chain or a function",
)
REDACTOR: Final = having("restore", said="a Redactor")
JOB: Final = having("fine_tuned_model", "provider", said="a Job")
EMBEDDINGS: Final = or_none(having("embed_documents", said="an embedding model"))


def require_zone(name: str, moment: datetime) -> None:
    """Refuse a moment without a time zone.

    Args:
        name: What it is called.
        moment: The moment.

    Raises:
        ValueError: If it has none.

    Example:
        >>> require_zone("after", datetime(2025, 1, 1))
        Traceback (most recent call last):
        ...
        langchain_imessage.errors.ArgumentValueError: after has no time zone: a naive datetime does not name a moment
    """
    if moment.utcoffset() is None:
        raise ArgumentValueError(
            f"{name} has no time zone: a naive datetime does not name a moment"
        )


def check_arguments(**kinds: Kind) -> Callable[[Callable[_P, _R]], Callable[_P, _R]]:
    """Have a function refuse arguments of the wrong type before it does anything.

    Its defaults are not checked, nor are parameters that are not named here. It takes about
    a microsecond, and is not for functions that are called for every message.

    Args:
        kinds: By parameter, what is taken.

    Returns:
        A decorator; the function it gives raises an `ArgumentTypeError`, which is a
        TypeError and names the parameter and the type of what was given.

    Example:
        >>> @check_arguments(name=TEXT)
        ... def greet(name: str) -> str:
        ...     return f"Hello, {name}"
        >>> greet(name=5)
        Traceback (most recent call last):
        langchain_imessage.errors.ArgumentTypeError: name must be a text, not int
    """

    def decorate(function: Callable[_P, _R]) -> Callable[_P, _R]:
        code = function.__code__
        positional = code.co_varnames[: code.co_argcount]

        @wraps(function)
        def checked(*args: _P.args, **kwargs: _P.kwargs) -> _R:
            given: Any = (*zip(positional, args, strict=False), *kwargs.items())
            for name, value in given:
                require_kind(name, value, kinds.get(name))
            return function(*args, **kwargs)

        return checked

    return decorate


def require_kind(name: str, value: object, kind: Kind | None) -> None:
    """Refuse an argument that is not of a kind.

    Args:
        name: The parameter's.
        value: What was given for it.
        kind: What is taken; None for anything.

    Raises:
        ArgumentTypeError: (a TypeError) If it is not of that kind.

    Example:
        >>> require_kind("path", "chat.db", PATH)
    """
    if kind is not None and not kind.allows(value):
        problem = f"{name} must be {kind.said}, not {type(value).__name__}"
        if isinstance(value, Mapping) and kind.allows([*value]):
            problem += f": give its keys() or its values() as {name}"
        raise ArgumentTypeError(problem)
