"""Two rows are fetched at once, so that the smallest conversations come in parts, too."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from langchain_imessage.chatdb import _statements

if TYPE_CHECKING:
    from collections.abc import Iterator


@pytest.fixture(autouse=True, scope="module")
def few_rows_at_once() -> Iterator[None]:
    """Fetch two rows at once."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(_statements, "_ROWS", 2)
        yield
