"""ChatSession → ChatSession: pure functions, lazy over sessions, never mutating.

This file only names what is public; it holds no logic. Each transform has a file of its
own below, and none of them may do I/O or know where a session came from.
"""

from __future__ import annotations

from langchain_imessage.transforms._detectors import DETECTORS
from langchain_imessage.transforms._found import Detector, Found
from langchain_imessage.transforms._merge import (
    merge_chat_runs,
    merge_chat_runs_in_session,
)
from langchain_imessage.transforms._reasons import Omission
from langchain_imessage.transforms._redact import Redactor
from langchain_imessage.transforms._repeats import cap_short_replies, drop_duplicates
from langchain_imessage.transforms._roles import (
    map_ai_messages,
    map_ai_messages_in_session,
)
from langchain_imessage.transforms._senders import (
    cap_per_contact,
    drop_automated,
    drop_people,
)
from langchain_imessage.transforms._split import Split, split_sessions
from langchain_imessage.transforms._stand_ins import STAND_IN
from langchain_imessage.transforms._system import add_system_prompt, system_prompt
from langchain_imessage.transforms._turns import name_speakers, trim_turns
from langchain_imessage.transforms._vault import Vault
from langchain_imessage.transforms._weights import weigh_by_reactions
from langchain_imessage.transforms._windows import window_sessions
from langchain_imessage.transforms._words import drop_words

__all__ = [
    "DETECTORS",
    "STAND_IN",
    "Detector",
    "Found",
    "Omission",
    "Redactor",
    "Split",
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
]
