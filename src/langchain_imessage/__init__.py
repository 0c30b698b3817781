"""Your own Messages history as LangChain conversations, and those as training data.

The public names are loaded when they are first asked for (PEP 562): importing the package
costs nothing, and what a name does not need is never imported.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from langchain_imessage.adapters.openai import (
        convert_dict_to_message,
        convert_message_to_dict,
        convert_messages_for_finetuning,
        convert_openai_messages,
    )
    from langchain_imessage.chat_loaders.imessage import (
        IMessageChatLoader,
        nanoseconds_from_2001_to_datetime,
    )
    from langchain_imessage.chat_message_histories.imessage import (
        IMessageChatMessageHistory,
    )
    from langchain_imessage.chatdb import ChatDatabase, annotate
    from langchain_imessage.errors import IMessageError
    from langchain_imessage.export import write_jsonl, write_sessions
    from langchain_imessage.records import Ledger, Reason
    from langchain_imessage.transforms import (
        map_ai_messages,
        map_ai_messages_in_session,
        merge_chat_runs,
        merge_chat_runs_in_session,
    )

__version__ = "0.1.0"

__all__ = [
    "ChatDatabase",
    "IMessageChatLoader",
    "IMessageChatMessageHistory",
    "IMessageError",
    "Ledger",
    "Reason",
    "annotate",
    "convert_dict_to_message",
    "convert_message_to_dict",
    "convert_messages_for_finetuning",
    "convert_openai_messages",
    "map_ai_messages",
    "map_ai_messages_in_session",
    "merge_chat_runs",
    "merge_chat_runs_in_session",
    "nanoseconds_from_2001_to_datetime",
    "write_jsonl",
    "write_sessions",
]

_HOMES = {
    "adapters.openai": (
        "convert_dict_to_message",
        "convert_message_to_dict",
        "convert_messages_for_finetuning",
        "convert_openai_messages",
    ),
    "chat_loaders.imessage": (
        "IMessageChatLoader",
        "nanoseconds_from_2001_to_datetime",
    ),
    "chat_message_histories.imessage": ("IMessageChatMessageHistory",),
    "chatdb": ("ChatDatabase", "annotate"),
    "errors": ("IMessageError",),
    "export": ("write_jsonl", "write_sessions"),
    "records": ("Ledger", "Reason"),
    "transforms": (
        "map_ai_messages",
        "map_ai_messages_in_session",
        "merge_chat_runs",
        "merge_chat_runs_in_session",
    ),
}
_HOME_OF = {name: module for module, names in _HOMES.items() for name in names}


def __getattr__(name: str) -> object:
    if name not in _HOME_OF:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(f"{__name__}.{_HOME_OF[name]}"), name)


def __dir__() -> list[str]:
    return sorted([*globals(), *__all__])
