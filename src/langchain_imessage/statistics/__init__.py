"""Who, when, how much, and how fast it was answered: figures of a history, and a picture.

This file only names what is public, and imports it when it is first asked for (PEP 562).
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from langchain_imessage.statistics._history_plot import plot_statistics
    from langchain_imessage.statistics._history_statistics import (
        HistoryStatistics,
        MonthStatistics,
        PersonStatistics,
        history_statistics,
    )

__all__ = [
    "HistoryStatistics",
    "MonthStatistics",
    "PersonStatistics",
    "history_statistics",
    "plot_statistics",
]


def __getattr__(name: str) -> object:
    if name not in __all__:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    home = "_history_plot" if name == "plot_statistics" else "_history_statistics"
    return getattr(import_module(f"{__name__}.{home}"), name)


def __dir__() -> list[str]:
    return sorted(__all__)
