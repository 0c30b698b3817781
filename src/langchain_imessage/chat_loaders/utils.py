"""The transforms at langchain_community's path; only re-exports, holds nothing else."""

from __future__ import annotations

from langchain_imessage.transforms import (
    map_ai_messages,
    map_ai_messages_in_session,
    merge_chat_runs,
    merge_chat_runs_in_session,
)

__all__ = [
    "map_ai_messages",
    "map_ai_messages_in_session",
    "merge_chat_runs",
    "merge_chat_runs_in_session",
]
