"""Examples → plain rows of roles and words, for whoever wants no file of them.

What gets through is what the sink `trl` gets: of a message its role and its words, no
answer that must not be learned, and no half of an emoji.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from langchain_imessage.datasets.formats._example_rows import RowMaker
from langchain_imessage.datasets.formats._specs import SINKS
from langchain_imessage.json_lines import whole_characters

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from langchain_core.chat_sessions import ChatSession


def chat_rows(examples: Iterable[ChatSession]) -> Iterator[list[dict[str, str]]]:
    """Make the rows of examples, one example at a time.

    Args:
        examples: Examples, as `prepare` gives them, or mapped sessions.

    Yields:
        Messages of `role` and `content`; the last is an answer to be learned.

    Raises:
        ExportError: If an example holds a message that nobody says.
    """
    maker = RowMaker(SINKS["trl"], lambda _: 0, None)
    for line, example in enumerate(examples, 1):
        for row in maker.rows(example, line):
            yield whole_characters(row.value["messages"])
