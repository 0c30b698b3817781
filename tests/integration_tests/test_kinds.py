"""Every kind of content, in every era that can hold it; makes the table in docs/content.md.

A kind is written as Messages writes it and must come out as it is documented, wherever
the era's schema has the columns for it. With LANGCHAIN_IMESSAGE_UPDATE_DOCS set the table
is written anew; without, it must be what this run found.
"""

from __future__ import annotations

import os
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from langchain_imessage import IMessageChatLoader
from langchain_imessage.testing import (
    ERAS,
    LINK,
    POLL,
    ChatDatabaseWriter,
    File,
    Written,
    app_payload,
    archive_body,
    extension,
    link_payload,
    poll_payload,
    vote_payload,
)

if TYPE_CHECKING:
    from collections.abc import Callable

NOON = datetime(2024, 5, 1, 12, tzinfo=UTC)
ANN, BOB = "+15550101", "+15550102"
DOCS = Path(__file__).parents[2] / "docs" / "content.md"
BEGIN, END = "<!-- kinds: made by the tests -->\n", "<!-- end of kinds -->"


@dataclass
class Page:
    """What a kind is written on: a group of three, a minute for each call."""

    db: ChatDatabaseWriter
    ann: int
    chat: int
    minutes: int = 0

    def at(self) -> datetime:
        self.minutes += 1
        return NOON + timedelta(minutes=self.minutes)

    def say(self, text: str | None, **options: Any) -> Written:
        return self.db.message(
            self.chat, text, **{"sender": self.ann, "at": self.at(), **options}
        )

    def app(self, bundle: str, payload: bytes | None, **options: Any) -> Written:
        columns = {"balloon_bundle_id": bundle, "payload_data": payload}
        there = {k: v for k, v in columns.items() if k in self.db.columns("message")}
        return self.say("\ufffd", **there, **options)


@dataclass
class Kind:
    """A kind of content.

    `needs` are the columns it takes; `key` is where it is documented to be found, and
    `holds` is asked about what stands there.
    """

    name: str
    write: Callable[[Page], Any]
    key: str
    holds: Callable[[Any], object]
    needs: tuple[str, ...] = ()


def balloon(name: str, bundle: str, sentence: str, kind: str) -> Kind:
    return Kind(
        name,
        lambda page: page.app(extension(bundle), app_payload(ldtext=sentence)),
        "app",
        lambda app: (app["kind"], app["text"]) == (kind, sentence),
        ("balloon_bundle_id", "payload_data"),
    )


def preview(name: str, kind: str, made: bytes, title: str) -> Kind:
    return Kind(
        name,
        lambda page: page.app(LINK, made),
        "links",
        lambda links: (links[-1]["kind"], links[-1]["title"]) == (kind, title),
        ("payload_data",),
    )


def event(name: str, **columns: int | str) -> Kind:
    return Kind(
        name,
        lambda page: (
            page.db.group_event(page.chat, sender=page.ann, at=page.at(), **columns),
            page.say("after it"),
        ),
        "events",
        lambda events: events[0]["kind"] == name and events[0]["sender"] == ANN,
        tuple(columns),
    )


def react(page: Page, kind: str, *, part: int | None = 0) -> None:
    target = page.say("react to this")
    page.db.reaction(target, kind, chat=page.chat, at=page.at(), part=part)


def mark(**marks: dict[str, str]) -> Callable[[Page], Written]:
    return lambda page: page.say(
        "Ann, see this", body=archive_body("Ann, see this", **marks)
    )


def edited(page: Page) -> None:
    target = page.say("ohne")
    page.db.edit(target, ("ohne", page.at()), ("one", page.at()))


def partly_unsent(page: Page) -> None:
    target = page.say("it was red", attachments=1)
    page.db.unsend(target, at=page.at(), parts=[0])


def poll(page: Page) -> None:
    asked = page.app(POLL, poll_payload("Where?", {"a": "Lake", "b": "Hill"}))
    page.app(
        POLL,
        vote_payload(ANN, ["b"]),
        associated_message_type=4000,
        associated_message_guid=asked.guid,
    )


def reply(page: Page) -> None:
    asked = page.say("where?")
    page.say("here", reply_to=asked.guid)


def has(**fields: Any) -> Callable[[list[dict[str, Any]]], bool]:
    return lambda found: all(found[0][k] == v for k, v in fields.items())


SONG = link_payload(
    "https://music.example/1",
    kind="LPiTunesMediaSongMetadata",
    name="Slow",
    artist="Snail",
)
PLACE = link_payload(
    "https://maps.example/1", kind="LPMapMetadata", name="Lake", address="1 Shore Rd"
)
STORE = link_payload(
    "https://apps.example/1", kind="LPiTunesMediaSoftwareMetadata", name="Race"
)
PAGE = link_payload("https://example.com", title="A page", summary="On it")
SHARED = link_payload(
    "https://notes.example/1", collaborationMetadata={"title": "Plan"}
)
STICKER = File(name="s.png", mime_type="image/png", is_sticker=True, app="Frogs")
GENMOJI = File(name="g.heic", mime_type="image/heic", emoji="a hare on skates")
VOICE = File(
    name="Audio Message.caf",
    mime_type=None,
    uniform_type="com.apple.coreaudio-format",
    transcription="on my way",
)
SENT = int((NOON - datetime(2001, 1, 1, tzinfo=UTC)).total_seconds())
MOMENTS = {"date_delivered": SENT, "date_read": SENT + 60}

KINDS = [
    Kind("words", lambda p: p.say("hello"), "content", "hello".__eq__),
    Kind(
        "words in the body alone",
        lambda p: p.say("hello", store="body"),
        "content",
        "hello".__eq__,
    ),
    Kind(
        "subject",
        lambda p: p.say("hello", subject="Hi"),
        "content",
        "Hi\nhello".__eq__,
    ),
    Kind("SMS", lambda p: p.say("x", service="SMS"), "service", "SMS".__eq__),
    Kind("RCS", lambda p: p.say("x", service="RCS"), "service", "RCS".__eq__),
    Kind(
        "satellite",
        lambda p: p.say("x", is_stewie=1),
        "is_satellite",
        bool,
        ("is_stewie",),
    ),
    Kind(
        "delivered and read",
        lambda p: p.say("x", **MOMENTS),
        "read_at",
        (NOON + timedelta(seconds=60)).__eq__,
    ),
    Kind(
        "picture",
        lambda p: p.say("look", attachments=[File(data=b"x")]),
        "attachments",
        has(kind="image", exists=True, mime_type="image/jpeg"),
    ),
    Kind(
        "file that is gone",
        lambda p: p.say(
            "read", attachments=[File(name="a.pdf", mime_type="application/pdf")]
        ),
        "attachments",
        has(kind="file", exists=False, part=0),
    ),
    Kind(
        "sticker",
        lambda p: p.say("x", attachments=[STICKER]),
        "attachments",
        has(kind="sticker", description="Frogs"),
        ("attachment.is_sticker",),
    ),
    Kind(
        "Genmoji",
        lambda p: p.say("x", attachments=[GENMOJI]),
        "attachments",
        has(kind="emoji", description="a hare on skates"),
        ("attachment.emoji_image_short_description",),
    ),
    Kind(
        "voice message",
        lambda p: p.say(None, attachments=[VOICE], is_audio_message=1),
        "content",
        "on my way".__eq__,
        ("is_audio_message",),
    ),
    Kind(
        "mention",
        mark(mentions={"Ann": ANN}),
        "mentions",
        has(name="Ann", person=ANN),
    ),
    Kind(
        "link in the words",
        mark(links={"this": "https://example.com"}),
        "links",
        has(text="this", url="https://example.com"),
    ),
    Kind(
        "bold",
        mark(styles={"see": "bold"}),
        "styles",
        has(kind="bold", start=5, length=3),
    ),
    Kind("text effect", mark(styles={"see": "shake"}), "styles", has(kind="shake")),
    Kind(
        "screen effect",
        lambda p: p.say(
            "x", expressive_send_style_id="com.apple.messages.effect.CKConfettiEffect"
        ),
        "effect",
        "confetti".__eq__,
        ("expressive_send_style_id",),
    ),
    Kind("reply", reply, "reply_to_part", (0).__eq__, ("thread_originator_guid",)),
    Kind(
        "tapback",
        lambda p: react(p, "loved"),
        "reactions",
        has(kind="loved", sender="Me"),
        ("associated_message_type",),
    ),
    Kind(
        "emoji tapback",
        lambda p: react(p, "🐢"),
        "reactions",
        has(kind="emoji", emoji="🐢"),
        ("associated_message_emoji",),
    ),
    Kind(
        "sticker tapback",
        lambda p: react(p, "sticker", part=None),
        "reactions",
        has(kind="sticker", part=None),
        ("associated_message_type",),
    ),
    Kind(
        "edited",
        edited,
        "edits",
        has(text="ohne"),
        ("date_edited", "message_summary_info"),
    ),
    Kind(
        "partly unsent",
        partly_unsent,
        "unsent_parts",
        [0].__eq__,
        ("date_edited", "message_summary_info"),
    ),
    preview("link preview", "page", PAGE, "A page"),
    preview("song", "song", SONG, "Slow"),
    preview("place", "place", PLACE, "Lake"),
    preview("App Store", "app", STORE, "Race"),
    preview("collaboration", "collaboration", SHARED, "Plan"),
    balloon(
        "Apple Pay",
        "com.apple.PassbookUIService.PeerPaymentMessagesExtension",
        "Sent $5",
        "apple pay",
    ),
    balloon(
        "Check In",
        "com.apple.SafetyMonitorApp.SafetyMonitorMessages",
        "Check In: Home",
        "check in",
    ),
    balloon("Find My", "com.apple.findmy.FindMyMessagesApp", "Location", "find my"),
    balloon(
        "Fitness",
        "com.apple.ActivityMessagesApp.MessagesExtension",
        "Closed the rings",
        "fitness",
    ),
    balloon("game", "com.gamerdelights.gamepigeon.ext", "8 Ball", "game"),
    balloon("other app", "org.example.tortoise", "A shell", "app"),
    Kind(
        "handwriting",
        lambda p: p.app("com.apple.Handwriting.HandwritingProvider", b"\x08\x01"),
        "app",
        lambda app: app["kind"] == "handwriting",
        ("balloon_bundle_id",),
    ),
    Kind(
        "Digital Touch",
        lambda p: p.app("com.apple.DigitalTouchBalloonProvider", b"\x08\x01"),
        "app",
        lambda app: app["kind"] == "digital touch",
        ("balloon_bundle_id",),
    ),
    Kind(
        "poll and votes",
        poll,
        "poll",
        lambda poll: [o["voters"] for o in poll["options"]] == [[], [ANN]],
        ("balloon_bundle_id", "payload_data", "associated_message_type"),
    ),
    event("joined", item_type=1, group_action_type=0, other_handle=2),
    event("removed", item_type=1, group_action_type=1, other_handle=2),
    event("left", item_type=3, group_action_type=0),
    event("renamed", item_type=2, group_title="The race"),
    event("photo changed", item_type=3, group_action_type=1),
    event("background changed", item_type=3, group_action_type=4),
    event("location shared", item_type=4, share_status=0, share_direction=1),
    event("facetime", item_type=6),
]


def can_hold(db: ChatDatabaseWriter, needs: tuple[str, ...]) -> bool:
    for need in needs:
        table, _, column = need.rpartition(".")
        if column not in db.columns(table or "message"):
            return False
    return True


def found_in(path: Path, kind: Kind) -> list[Any]:
    """Load with nothing left out, and collect what stands under the kind's key."""
    loader = IMessageChatLoader(path, content=lambda m: m.text or "no words")
    (session,) = loader.load()
    if kind.key == "content":
        return [message.content for message in session["messages"]]
    every = (message.additional_kwargs for message in session["messages"])
    return [kwargs[kind.key] for kwargs in every if kind.key in kwargs]


@pytest.fixture(scope="module")
def table() -> Any:
    """Gather the cells; the whole table is compared when all of them are there."""
    cells: dict[tuple[str, str], str] = {}
    yield cells
    if len(cells) < len(KINDS) * len(ERAS):
        return
    head = f"| | {' | '.join(ERAS)} |\n|---|{':-:|' * len(ERAS)}\n"
    rows = "".join(
        f"| {k.name} | {' | '.join(cells[k.name, era] for era in ERAS)} |\n"
        for k in KINDS
    )
    text = DOCS.read_text("utf-8")
    before, _, rest = text.partition(BEGIN)
    made = f"{before}{BEGIN}{head}{rows}{END}{rest.partition(END)[2]}"
    if os.environ.get("LANGCHAIN_IMESSAGE_UPDATE_DOCS"):
        DOCS.write_text(made, "utf-8")
        return
    assert text == made, "run again with LANGCHAIN_IMESSAGE_UPDATE_DOCS=1"


@pytest.mark.parametrize("era", ERAS)
@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.name)
def test_it_comes_out_as_documented(
    kind: Kind, era: str, path: Path, table: dict[tuple[str, str], str]
) -> None:
    with ChatDatabaseWriter(path, era=era) as db:
        ann = db.handle(ANN)
        db.handle(BOB)
        if not can_hold(db, kind.needs):
            table[kind.name, era] = "–"
            return
        kind.write(Page(db, ann, db.chat(ann, 2)))

    assert any(kind.holds(found) for found in found_in(path, kind))
    table[kind.name, era] = "✓"
