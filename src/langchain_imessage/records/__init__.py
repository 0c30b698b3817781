"""What a Messages database holds, as plain values; no I/O, no database, no LangChain.

A record's repr shows ids and counts only: the words and the people in it are private.
"""

from langchain_imessage.records._chat_records import (
    Chat,
    GroupEvent,
)
from langchain_imessage.records._content_records import (
    App,
    Attachment,
    Edit,
    Link,
    Mention,
    Poll,
    PollOption,
    Reaction,
    Reply,
    Style,
    Translation,
    Vote,
)
from langchain_imessage.records._ledger_record import (
    Ledger,
    Reason,
)
from langchain_imessage.records._message_record import (
    Conversation,
    Details,
    Message,
    Part,
)

__all__ = [
    "App",
    "Attachment",
    "Chat",
    "Conversation",
    "Details",
    "Edit",
    "GroupEvent",
    "Ledger",
    "Link",
    "Mention",
    "Message",
    "Part",
    "Poll",
    "PollOption",
    "Reaction",
    "Reason",
    "Reply",
    "Style",
    "Translation",
    "Vote",
]
