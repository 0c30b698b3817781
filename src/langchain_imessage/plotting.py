"""The axes a figure is drawn on: the caller's, or new ones of matplotlib (extra `plot`).

Owns what is said where matplotlib is not installed. Draws nothing.
"""

from __future__ import annotations

from typing import Any

from langchain_imessage.errors import MissingDependencyError


def axes_to_draw_on(ax: Any = None, **options: Any) -> Any:
    """Return axes to draw on.

    Args:
        ax: The caller's matplotlib axes; new ones if None.
        **options: How new ones are made, as `matplotlib.pyplot.subplots` takes it.

    Raises:
        MissingDependencyError: If matplotlib is not installed.
    """
    try:
        from matplotlib import pyplot as plt
    except ImportError as error:
        raise MissingDependencyError("matplotlib", extra="plot") from error
    return ax or plt.subplots(**options)[1]
