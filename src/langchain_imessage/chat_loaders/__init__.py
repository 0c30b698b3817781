"""Loaders of chat sessions, at langchain_community's paths.

This file only names what is public, and imports it when it is first asked for (PEP 562):
`chat_loaders.utils` alone must not pull in the database reader.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from langchain_imessage.lazy_names import lazy_names

if TYPE_CHECKING:
    from langchain_imessage.chat_loaders.imessage import IMessageChatLoader

__all__ = ["IMessageChatLoader"]

__getattr__, __dir__ = lazy_names(__name__, {"imessage": ("IMessageChatLoader",)})
