"""Names for addresses where an address book is found, without being asked for them."""

from __future__ import annotations

from importlib.util import find_spec
from typing import TYPE_CHECKING, TypeVar

from langchain_imessage.errors import DatabaseError

if TYPE_CHECKING:
    from collections.abc import Callable

T = TypeVar("T")


def with_found_names(do: Callable[[str | None], T], contacts: str | None) -> T:
    """Do something with the names that were asked for, else with those that are found.

    Args:
        do: Takes what `contacts` is to be, and opens the database with it.
        contacts: What was asked for; None if nothing was.

    Returns:
        What was done. An address book that cannot be read costs its names alone.
    """
    if contacts is None and find_spec("phonenumbers"):
        try:
            return do("auto")
        except DatabaseError:
            pass  # of the address book, or of the database: then it is raised again
    return do(contacts)
