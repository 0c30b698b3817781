"""ChatSession → ChatSession: pure functions, lazy over sessions, never mutating.

This file only names what is public; it holds no logic. Each transform has a file of its
own below, and none of them may do I/O or know where a session came from.
"""

from __future__ import annotations

from langchain_imessage.transforms._merge import (
    merge_chat_runs,
    merge_chat_runs_in_session,
)
from langchain_imessage.transforms._roles import (
    map_ai_messages,
    map_ai_messages_in_session,
)

__all__ = [
    "map_ai_messages",
    "map_ai_messages_in_session",
    "merge_chat_runs",
    "merge_chat_runs_in_session",
]
