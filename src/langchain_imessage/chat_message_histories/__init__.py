"""Conversations as the memory of a chain, at langchain_community's path.

This file only names what is public.
"""

from langchain_imessage.chat_message_histories.imessage import (
    IMessageChatMessageHistory,
)

__all__ = ["IMessageChatMessageHistory"]
