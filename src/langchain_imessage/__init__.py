"""Your own Messages history as LangChain conversations, and those as training data.

The public names are loaded when they are first asked for (PEP 562): importing the package
costs nothing, and what a name does not need is never imported.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from langchain_imessage.lazy_names import lazy_names

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
    from langchain_imessage.datasets import (
        Dataset,
        read_dataset,
        to_dataframe,
        to_hf_dataset,
        upload_to_langsmith,
        validate,
        write_dataset,
        write_jsonl,
        write_report,
        write_sessions,
    )
    from langchain_imessage.document_loaders.imessage import IMessageLoader
    from langchain_imessage.errors import IMessageError
    from langchain_imessage.finetuning import Job, attach, fine_tune
    from langchain_imessage.output_parsers import BubblesOutputParser
    from langchain_imessage.preparation import (
        PreparationReport,
        Prepared,
        example_id,
        prepare,
        read_vault,
        write_vault,
    )
    from langchain_imessage.records import Ledger, Reason
    from langchain_imessage.transforms import (
        Redactor,
        Vault,
        add_system_prompt,
        cap_per_contact,
        cap_short_replies,
        drop_automated,
        drop_duplicates,
        drop_people,
        drop_words,
        map_ai_messages,
        map_ai_messages_in_session,
        merge_chat_runs,
        merge_chat_runs_in_session,
        name_speakers,
        split_sessions,
        system_prompt,
        trim_turns,
        weigh_by_reactions,
        window_sessions,
        with_placeholders,
        without_tracing,
    )

__version__ = "0.1.0"

__all__ = [
    "BubblesOutputParser",
    "ChatDatabase",
    "Dataset",
    "IMessageChatLoader",
    "IMessageChatMessageHistory",
    "IMessageError",
    "IMessageLoader",
    "Job",
    "Ledger",
    "PreparationReport",
    "Prepared",
    "Reason",
    "Redactor",
    "Vault",
    "add_system_prompt",
    "annotate",
    "attach",
    "cap_per_contact",
    "cap_short_replies",
    "convert_dict_to_message",
    "convert_message_to_dict",
    "convert_messages_for_finetuning",
    "convert_openai_messages",
    "drop_automated",
    "drop_duplicates",
    "drop_people",
    "drop_words",
    "example_id",
    "fine_tune",
    "map_ai_messages",
    "map_ai_messages_in_session",
    "merge_chat_runs",
    "merge_chat_runs_in_session",
    "name_speakers",
    "nanoseconds_from_2001_to_datetime",
    "prepare",
    "read_dataset",
    "read_vault",
    "split_sessions",
    "system_prompt",
    "to_dataframe",
    "to_hf_dataset",
    "trim_turns",
    "upload_to_langsmith",
    "validate",
    "weigh_by_reactions",
    "window_sessions",
    "with_placeholders",
    "without_tracing",
    "write_dataset",
    "write_jsonl",
    "write_report",
    "write_sessions",
    "write_vault",
]

__getattr__, __dir__ = lazy_names(
    __name__,
    {
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
        "document_loaders.imessage": ("IMessageLoader",),
        "errors": ("IMessageError",),
        "datasets": (
            "Dataset",
            "read_dataset",
            "to_dataframe",
            "to_hf_dataset",
            "upload_to_langsmith",
            "validate",
            "write_dataset",
            "write_jsonl",
            "write_report",
            "write_sessions",
        ),
        "finetuning": ("Job", "attach", "fine_tune"),
        "output_parsers": ("BubblesOutputParser",),
        "preparation": (
            "PreparationReport",
            "Prepared",
            "example_id",
            "prepare",
            "read_vault",
            "write_vault",
        ),
        "records": ("Ledger", "Reason"),
        "transforms": (
            "Redactor",
            "Vault",
            "add_system_prompt",
            "cap_per_contact",
            "cap_short_replies",
            "drop_automated",
            "drop_duplicates",
            "drop_people",
            "drop_words",
            "map_ai_messages",
            "map_ai_messages_in_session",
            "merge_chat_runs",
            "merge_chat_runs_in_session",
            "name_speakers",
            "split_sessions",
            "system_prompt",
            "trim_turns",
            "weigh_by_reactions",
            "window_sessions",
            "with_placeholders",
            "without_tracing",
        ),
    },
)
