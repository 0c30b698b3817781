"""A row of any sink's file → its tokens.

Owns that a row costs the same for whoever counts it: the writer, the validation and the
plan of a training.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from langchain_imessage.datasets.formats._reading import said_in
from langchain_imessage.transforms.messages._message_tokens import (
    TOKENS_PER_EXAMPLE,
    message_counter,
)

if TYPE_CHECKING:
    from collections.abc import Callable


def row_counter(count_tokens: Callable[[str], int]) -> Callable[[Any], int]:
    """Return a counter of whole rows.

    Args:
        count_tokens: Counts the tokens of a text.

    Returns:
        A function from a parsed line to its tokens: those of a pair with its longer
        answer; `TOKENS_PER_EXAMPLE` for what is no row.
    """
    count = message_counter(count_tokens)

    def count_row(row: Any) -> int:
        shared = better = worse = 0
        for said in said_in(row):
            tokens = count(said.role, said.text, said.name)
            if said.is_rejected:
                worse += tokens
            elif said.is_preferred:
                better += tokens
            else:
                shared += tokens
        return TOKENS_PER_EXAMPLE + shared + max(better, worse)

    return count_row
