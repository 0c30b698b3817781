"""Tokens of whole messages, given a counter of a text's: the one rule, for all that count.

Owns what stands around a message and an example in a chat template; pure. How a text is
counted is the caller's choice.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Callable

TOKENS_PER_MESSAGE: Final = 4
"""What a message costs beside its content: three, and its role, which is one token in all
of OpenAI's vocabularies (OpenAI's cookbook)."""

TOKENS_PER_NAME: Final = 1
"""What a `name` costs beside itself (OpenAI's cookbook)."""

TOKENS_PER_EXAMPLE: Final = 3
"""What an example costs beside its messages (OpenAI's cookbook)."""


def message_counter(count: Callable[[str], int]) -> Callable[[str, str, str], int]:
    """Return a counter of whole messages.

    Args:
        count: Counts the tokens of a text.

    Returns:
        A function from role, content and name ("" for none) to the message's tokens, as
        OpenAI's cookbook counts them.
    """

    def count_message(_role: str, content: str, name: str = "") -> int:
        named = TOKENS_PER_NAME + count(name) if name else 0
        return TOKENS_PER_MESSAGE + count(content) + named

    return count_message
