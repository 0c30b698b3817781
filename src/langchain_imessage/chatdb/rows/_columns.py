"""The columns a row is read from, and what makes a row a special one; no SQL is run.

Knows the names and types of columns; `_queries` makes statements of them.
"""

from __future__ import annotations

from typing import NamedTuple

from langchain_imessage.typedstream._plain_bodies import EMPTY_BODIES

ATTACHMENT_COLUMNS = {
    "guid": "TEXT",
    "original_guid": "TEXT",
    "filename": "TEXT",
    "mime_type": "TEXT",
    "uti": "TEXT",
    "transfer_name": "TEXT",
    "total_bytes": "INTEGER",
    "is_sticker": "INTEGER",
    "hide_attachment": "INTEGER",
    "emoji_image_short_description": "TEXT",
    "attribution_info": "BLOB",
    "user_info": "BLOB",
}
"""What `Queries.attachments` selects behind the message, with its types."""


class MessageRow(NamedTuple):
    """One row of the message table.

    The fields up to `special` are selected for every row, by `Queries.messages`; the
    others only for those that need them, by `Queries.details`. The order is that of
    reading: rows of one unit sort by date, then ROWID. `service` is what `service_name`
    takes.
    """

    date: int | None
    rowid: int
    guid: str | None
    text: str | None
    body: bytes | None
    is_from_me: int | None
    handle_id: int | None
    service: str | int | None
    date_delivered: int | None
    date_read: int | None
    special: int | None
    subject: str | None
    reply_to: str | None
    item_type: int | None
    associated_type: int | None
    associated_guid: str | None
    associated_emoji: str | None
    date_edited: int | None
    schedule_type: int | None
    schedule_state: int | None
    summary: bytes | None
    balloon: str | None
    payload: bytes | None
    has_attachments: int | None
    effect: str | None
    reply_part: str | None
    is_audio: int | None
    date_played: int | None
    group_action: int | None
    group_title: str | None
    other_handle: int | None
    share_status: int | None
    share_direction: int | None
    satellite: int | None
    is_empty: int | None


PLAIN_FIELDS = MessageRow._fields.index("special") + 1
"""How many fields are selected for every row."""

NO_DETAILS = (None,) * (len(MessageRow._fields) - PLAIN_FIELDS)
"""What the other fields are of a row that is not special."""

SERVICES = dict(enumerate(("iMessage", "SMS", "RCS", "iMessageLite")))
"""Services that are selected as numbers: a small number comes out of SQLite, and turns into
the one text of all its rows, in a third of the time of a text for each row."""


def service_name(selected: str | int | None) -> str | None:
    """Return a service as stored: a text that was selected, or that of a number."""
    return SERVICES[selected] if isinstance(selected, int) else selected


COLUMN_OF = {
    "body": "attributedBody",
    "reply_to": "thread_originator_guid",
    "associated_type": "associated_message_type",
    "associated_guid": "associated_message_guid",
    "associated_emoji": "associated_message_emoji",
    "summary": "message_summary_info",
    "balloon": "balloon_bundle_id",
    "payload": "payload_data",
    "has_attachments": "cache_has_attachments",
    "effect": "expressive_send_style_id",
    "reply_part": "thread_originator_part",
    "is_audio": "is_audio_message",
    "group_action": "group_action_type",
}
"""Where a field has another name than its column."""

TYPE_OF = {
    **dict.fromkeys(("guid", "text", "subject", "reply_to"), "TEXT"),
    **dict.fromkeys(("associated_guid", "associated_emoji", "balloon"), "TEXT"),
    **dict.fromkeys(("effect", "reply_part", "group_title"), "TEXT"),
    **dict.fromkeys(("is_audio", "group_action", "other_handle"), "INTEGER"),
    **dict.fromkeys(("share_status", "share_direction"), "INTEGER"),
    **dict.fromkeys(("item_type", "associated_type", "date_edited"), "INTEGER"),
    **dict.fromkeys(("schedule_type", "schedule_state"), "INTEGER"),
    "is_empty": "INTEGER",
    **dict.fromkeys(("body", "summary", "payload"), "BLOB"),
}
"""What a field must be: SQLite lets any value stand in any column."""

_PLAIN_SUMMARY = 150
"""Bytes. A history holds archived texts and is larger; a summary without one is a few
flags. (Its date of editing is sometimes 0, so that the size is asked as well.)"""

SPECIAL_TESTS = {
    "item_type": "{} <> 0",
    "subject": "{} <> ''",
    "balloon_bundle_id": "{} <> ''",
    "payload_data": "{} IS NOT NULL",
    "expressive_send_style_id": "{} <> ''",
    "message_summary_info": f"length({{}}) > {_PLAIN_SUMMARY}",
    "is_audio_message": "{} <> 0",
    "thread_originator_guid": "{} <> ''",
    "date_edited": "{} <> 0",
    "is_stewie": "{} <> 0",
    "schedule_type": "{} <> 0",
    "sent_or_received_off_grid": "{} <> 0",
}
"""What holds for some column of a special row that is not about another one."""

ABOUT_ANOTHER = 2
"""What `special` is of a row about another, such as a reaction: its body is not read."""

EMPTY_BODY = max(map(len, EMPTY_BODIES))
"""Bytes of a body without words; one of a single letter is longer."""

SATELLITE_COLUMNS = ("is_stewie", "sent_or_received_off_grid")
