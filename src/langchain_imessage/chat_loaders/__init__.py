"""Loaders of chat sessions, at langchain_community's paths.

This file only names what is public, and imports it when it is first asked for (PEP 562):
`chat_loaders.utils` alone must not pull in the database reader.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from langchain_imessage.chat_loaders.imessage import IMessageChatLoader

__all__ = ["IMessageChatLoader"]


def __getattr__(name: str) -> object:
    if name not in __all__:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    from langchain_imessage.chat_loaders.imessage import (  # noqa: PLC0415 - see above
        IMessageChatLoader,
    )

    return IMessageChatLoader


def __dir__() -> list[str]:
    return sorted([*globals(), *__all__])
