"""Public names that a package imports when they are first asked for (PEP 562).

Owns how such a name is found and listed; which names there are, each package says itself.
"""

from __future__ import annotations

import sys
from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping


def lazy_names(
    package: str, homes: Mapping[str, tuple[str, ...]]
) -> tuple[Callable[[str], object], Callable[[], list[str]]]:
    """Return a package's `__getattr__` and `__dir__`.

    Args:
        package: The package's `__name__`.
        homes: A module's path below the package → the public names it has.

    Raises:
        AttributeError: From `__getattr__`, as for any name that a module lacks.

    Example:
        >>> find, _ = lazy_names("langchain_imessage", {"records": ("Ledger",)})
        >>> find("Ledger").__name__
        'Ledger'
    """
    home_of = {name: module for module, names in homes.items() for name in names}

    def find(name: str) -> object:
        if name not in home_of:
            raise AttributeError(f"module {package!r} has no attribute {name!r}")
        return getattr(import_module(f"{package}.{home_of[name]}"), name)

    def list_public() -> list[str]:
        return sorted(sys.modules[package].__all__)

    return find, list_public
