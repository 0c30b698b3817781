"""Who, when, how much, and how fast it was answered: figures of a history, and a picture.

This file only names what is public, and imports it when it is first asked for (PEP 562).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from langchain_imessage.lazy_names import lazy_names

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

__getattr__, __dir__ = lazy_names(
    __name__,
    {
        "_history_plot": ("plot_statistics",),
        "_history_statistics": (
            "HistoryStatistics",
            "MonthStatistics",
            "PersonStatistics",
            "history_statistics",
        ),
    },
)
