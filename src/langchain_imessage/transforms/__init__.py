"""ChatSession → ChatSession: pure functions, lazy over sessions, never mutating.

This file only names what is public; it holds no logic. Each transform has a file of its
own below, and none of them may do I/O or know where a session came from.
"""

from __future__ import annotations

from langchain_imessage.transforms.conversation._merge_runs import (
    merge_chat_runs,
    merge_chat_runs_in_session,
)
from langchain_imessage.transforms.conversation._reaction_weights import (
    weigh_by_reactions,
)
from langchain_imessage.transforms.conversation._roles import (
    map_ai_messages,
    map_ai_messages_in_session,
)
from langchain_imessage.transforms.conversation._segments import Split, split_sessions
from langchain_imessage.transforms.conversation._system_prompt import (
    add_system_prompt,
    conversation_prompt,
    system_prompt,
)
from langchain_imessage.transforms.conversation._turns import name_speakers, trim_turns
from langchain_imessage.transforms.conversation._windows import window_sessions
from langchain_imessage.transforms.filters._drop_words import drop_words
from langchain_imessage.transforms.filters._duplicates import (
    cap_short_replies,
    drop_duplicates,
)
from langchain_imessage.transforms.filters._senders import (
    cap_per_contact,
    drop_automated,
    drop_people,
)
from langchain_imessage.transforms.messages._drop_reasons import Omission
from langchain_imessage.transforms.redaction._matches import Detector, Match
from langchain_imessage.transforms.redaction._placeholder_chain import (
    with_placeholders,
)
from langchain_imessage.transforms.redaction._placeholders import PLACEHOLDER
from langchain_imessage.transforms.redaction._redactor import Redactor
from langchain_imessage.transforms.redaction._vault import Vault
from langchain_imessage.transforms.redaction.detectors._table import DETECTORS
from langchain_imessage.transforms.tracing._tracing import without_tracing

__all__ = [
    "DETECTORS",
    "PLACEHOLDER",
    "Detector",
    "Match",
    "Omission",
    "Redactor",
    "Split",
    "Vault",
    "add_system_prompt",
    "cap_per_contact",
    "cap_short_replies",
    "conversation_prompt",
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
]
