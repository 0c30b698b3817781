"""A row of any sink's file → its tokens.

Owns that a row costs the same for whoever counts it: the writer, the validation and the
plan of a training.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from langchain_imessage.datasets.formats._limits import IMAGE_TOKENS
from langchain_imessage.datasets.formats._read_rows import images_in, said_in
from langchain_imessage.transforms.messages._content import lines_of
from langchain_imessage.transforms.messages._message_tokens import (
    OPENAI,
    Overhead,
    message_counter,
)

if TYPE_CHECKING:
    from collections.abc import Callable


def row_counter(
    count_tokens: Callable[[str], int], overhead: Overhead = OPENAI
) -> Callable[[Any], int]:
    """Return a counter of whole rows.

    Args:
        count_tokens: Counts the tokens of a text.
        overhead: What the chat template puts around messages and examples.

    Returns:
        A function from a parsed line to its tokens: those of a pair with its longer
        answer; what stands around an example for what is no row.
    """
    count = message_counter(count_tokens, overhead)

    def count_row(row: Any) -> int:
        shared = better = worse = 0
        for said in said_in(row):
            text = said.text if said.blocks is None else lines_of(said.blocks)
            tokens = count(said.role, text, said.name)
            tokens += IMAGE_TOKENS * images_in(said.blocks)
            if said.is_rejected:
                worse += tokens
            elif said.is_preferred:
                better += tokens
            else:
                shared += tokens
        return overhead.per_example + shared + max(better, worse)

    return count_row
