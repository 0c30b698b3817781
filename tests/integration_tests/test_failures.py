"""Twenty failures that users of other readers reported; those that concern reading.

Each test is named by its number in that list and says what must hold instead.
"""

from __future__ import annotations

import sqlite3
import subprocess
import sys
import time
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

import pytest

from langchain_imessage import (
    ChatDatabase,
    IMessageChatLoader,
    convert_messages_for_finetuning,
    map_ai_messages,
    merge_chat_runs,
)
from langchain_imessage.errors import (
    DatabaseAccessError,
    DatabaseNotFoundError,
    UnsupportedSchemaError,
)
from langchain_imessage.testing import ERAS, archive_body

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from langchain_core.messages import BaseMessage

pytestmark = pytest.mark.fresh

ANN, BOB, CAT = "+15550101", "+15550102", "cat@example.com"


def kwargs(message: BaseMessage) -> dict[str, Any]:
    return message.additional_kwargs


def test_01_own_rows_with_the_partners_handle_are_the_owners(
    write: Callable, load: Callable, at: Callable
) -> None:
    with write() as db:
        ann = db.handle(ANN)
        chat = db.chat(ann)
        db.message(chat, "hi", sender=ann, at=at(0))
        own = db.message(chat, "hello", at=at(1))
        db.message(chat, "how are you", sender=ann, at=at(2))
        assert db.value(own, "handle_id") == ann

    loaded = load()

    assert loaded.senders == [ANN, "Me", ANN]
    merged = list(merge_chat_runs(loaded.sessions))
    assert len(merged[0]["messages"]) == 3
    (mapped,) = map_ai_messages(merged, sender="Me")
    assert [m.type for m in mapped["messages"]] == ["human", "ai", "human"]


def test_02_own_rows_without_a_handle_are_kept(
    write: Callable, load: Callable, at: Callable
) -> None:
    with write() as db:
        ann, bob = db.handle(ANN), db.handle(BOB)
        direct, group = db.chat(ann), db.chat(ann, bob)
        db.message(direct, "one", at=at(0), handle_id=0)
        db.message(group, "two", at=at(1))
        db.message(group, "three", sender=bob, at=at(2))

    loaded = load()

    assert loaded.ledger.rows == loaded.ledger.messages == 3
    assert [kwargs(m)["sender"] for s in loaded.sessions for m in s["messages"]] == [
        "Me",
        BOB,
        "Me",
    ]


@pytest.mark.parametrize("size", [3, 30])
def test_03_a_group_message_comes_once_from_its_true_sender(
    size: int, write: Callable, load: Callable, at: Callable
) -> None:
    with write() as db:
        members = [db.handle(f"+1555020{n:02}") for n in range(size)]
        group = db.chat(*members)
        for n, member in enumerate(members):
            db.message(group, f"I am {n}", sender=member, at=at(n))

    loaded = load()

    assert loaded.texts == [f"I am {n}" for n in range(size)]
    assert loaded.senders == [f"+1555020{n:02}" for n in range(size)]


def test_04_bodies_without_a_text_column_are_read_whole(
    write: Callable, load: Callable, at: Callable
) -> None:
    texts = [f"message number {n}, long enough to matter 👋" * 3 for n in range(50)]
    with write() as db:
        chat = db.chat(db.handle(ANN))
        for n, text in enumerate(texts):
            db.message(chat, text, at=at(n), store="both" if n == 0 else "body")

    assert load().texts == texts


@pytest.mark.parametrize("border", ["x", "é", "漢", "👋"])
@pytest.mark.parametrize("size", [31, 32, 126, 127, 128, 255, 256, 32767, 32768, 70000])
def test_05_no_length_is_misread(
    size: int, border: str, write: Callable, load: Callable, at: Callable
) -> None:
    width = len(border.encode())
    text = "a" * (size - width) + border
    with write() as db:
        chat = db.chat(db.handle(ANN))
        db.message(chat, text, at=at(0), store="body")
        db.message(chat, border + text, at=at(1), store="body")

    assert load().texts == [text, border + text]


def test_06_no_length_or_class_byte_leaks_into_a_text(
    write: Callable, load: Callable, at: Callable
) -> None:
    texts = ["a", "“quoted”", *(chr(33 + n % 90) * n for n in range(32, 127))]
    with write() as db:
        chat = db.chat(db.handle(ANN))
        for n, text in enumerate(texts):
            body = archive_body(text, mutable=bool(n % 2))
            db.message(chat, text, at=at(n), store="body", body=body)

    assert load().texts == texts


@pytest.mark.parametrize(
    "text",
    [
        "in Swift an NSString bridges to String, NSNumber does not",
        "NSDictionary NSMutableAttributedString iI streamtyped",
        "a turned c: \u2184 (bytes e2 86 84) in the middle",
        "\x84\x01+\x05hello\x86\x84\x02iI",
    ],
)
def test_07_words_and_bytes_of_the_format_in_a_text_do_no_harm(
    text: str, write: Callable, load: Callable, at: Callable
) -> None:
    with write() as db:
        db.message(db.chat(db.handle(ANN)), text, at=at(0), store="body")

    assert load().texts == [text]


def test_08_a_broken_body_costs_only_itself(
    write: Callable, load: Callable, at: Callable
) -> None:
    whole = archive_body("these words survive")
    no_marker = whole[: whole.index(b"\x84\x01+")]
    foreign = {
        "junk": b"\xff\x00junk",
        "cut before its words": no_marker,
        "utf-16": "hello".encode("utf-16"),
        "keyed archive": b"bplist00\xd4\x01\x02\x03",
        "only a header": whole[:16],
    }
    with write() as db:
        chat = db.chat(db.handle(ANN))
        db.message(chat, "before", at=at(0), store="body")
        for n, blob in enumerate(foreign.values()):
            db.message(chat, None, at=at(1 + n), body=blob, store="body")
        db.message(chat, None, at=at(20), body=whole[:-10], store="body")
        db.message(chat, "after", at=at(21), store="body")

    loaded = load()

    assert loaded.texts == ["before", "these words survive", "after"]
    loaded.left_out(undecodable=len(foreign))
    assert len(loaded.ledger.undecodable) == len(foreign)
    assert loaded.ledger.salvaged == 1


def test_09_placeholders_of_attachments_never_leak(
    write: Callable, load: Callable, at: Callable
) -> None:
    slots = "\ufffc" * 5
    with write() as db:
        chat = db.chat(db.handle(ANN))
        db.message(chat, "five pictures", at=at(0), attachments=5, store="body")
        db.message(chat, "one", at=at(1), attachments=1)
        db.message(chat, None, at=at(2), attachments=3)
        db.message(chat, "\ufffdran a mile\uffff", at=at(3))
        db.message(chat, f"{slots}", at=at(4), store="text")

    loaded = load()

    assert loaded.texts == ["five pictures", "one", "ran a mile"]
    loaded.left_out(attachment_only=2)
    assert load(content="annotated").texts == [
        "[image]\n" * 5 + "five pictures",
        "[image]\none",
        "[image]\n[image]\n[image]",
        "ran a mile",
        "\n".join(["[attachment]"] * 5),
    ]


def test_10_tapbacks_are_reactions_never_text(
    write: Callable, load: Callable, at: Callable
) -> None:
    kinds = ["loved", "liked", "disliked", "laughed", "emphasized", "questioned"]
    with write() as db:
        ann, bob = db.handle(ANN), db.handle(BOB)
        chat = db.chat(ann, bob)
        targets = [
            db.message(chat, f"text {n}", sender=ann, at=at(n)) for n in range(9)
        ]
        for n, kind in enumerate(kinds):
            db.reaction(targets[n], kind, chat=chat, sender=bob, at=at(20 + n))
        db.reaction(targets[6], "🎉", chat=chat, at=at(30))
        db.reaction(targets[7], "sticker", chat=chat, at=at(31), part=None)
        db.reaction(targets[8], "loved", chat=chat, sender=bob, at=at(32))
        db.reaction(targets[8], "loved", chat=chat, sender=bob, at=at(33), removed=True)
        db.reaction(targets[0], "liked", chat=chat, sender=bob, at=at(40))

    loaded = load()

    found = [kwargs(m).get("reactions", []) for m in loaded.messages]
    assert [[r["kind"] for r in reactions] for reactions in found] == [
        ["liked"],
        *([kind] for kind in kinds[1:]),
        ["emoji"],
        ["sticker"],
        [],
    ]
    assert found[6][0] == {
        "kind": "emoji",
        "emoji": "🎉",
        "part": 0,
        "sender": "Me",
        "is_from_me": True,
        "sent_at": at(30),
        "person": None,
    }
    assert found[7][0]["part"] is None
    assert found[0][0]["sender"] == BOB
    loaded.left_out(reaction=11)


@pytest.mark.parametrize(
    "kind",
    [
        "loved",
        "liked",
        "disliked",
        "laughed",
        "emphasized",
        "questioned",
        "🎉",
        "sticker",
    ],
)
def test_10_a_removal_undoes_a_tapback_of_its_kind(
    kind: str, write: Callable, load: Callable, at: Callable
) -> None:
    with write() as db:
        ann, bob = db.handle(ANN), db.handle(BOB)
        chat = db.chat(ann, bob)
        target = db.message(chat, "hello", at=at(0))
        db.reaction(target, kind, chat=chat, sender=ann, at=at(1))
        db.reaction(target, kind, chat=chat, sender=bob, at=at(2))
        db.reaction(target, kind, chat=chat, sender=ann, at=at(3), removed=True)

    loaded = load()

    assert loaded.texts == ["hello"]
    assert [r["sender"] for r in kwargs(loaded.messages[0])["reactions"]] == [BOB]
    loaded.left_out(reaction=3)


@pytest.mark.parametrize(
    ("sentence", "kind"),
    [
        ("Liked “see you at eight”", "liked"),
        ("Loved “see you at eight”", "loved"),
        ("Reacted 👍 to “see you at eight”", "emoji"),
        ("Le gustó “see you at eight”", "liked"),
        ("A ri de « see you at eight »", "laughed"),
        ("Gefällt „see you at eight“", "liked"),
    ],
)
def test_10_tapbacks_written_out_by_other_phones_are_reactions_too(
    sentence: str, kind: str, write: Callable, load: Callable, at: Callable
) -> None:
    with write() as db:
        ann = db.handle(ANN, service="SMS")
        chat = db.chat(ann, service="SMS")
        db.message(chat, "see you at eight", at=at(0))
        db.message(chat, sentence, sender=ann, at=at(1), store="text")
        db.message(chat, "Liked “something nobody said”", sender=ann, at=at(2))

    loaded = load()

    assert loaded.texts == ["see you at eight", "Liked “something nobody said”"]
    assert [r["kind"] for r in kwargs(loaded.messages[0])["reactions"]] == [kind]
    loaded.left_out(reaction=1)


def test_10_a_written_out_removal_undoes_the_tapback(
    write: Callable, load: Callable, at: Callable
) -> None:
    with write() as db:
        ann = db.handle(ANN, service="SMS")
        chat = db.chat(ann, service="SMS")
        db.message(chat, "see you at eight", at=at(0))
        db.message(chat, "Loved “see you at eight”", sender=ann, at=at(1))
        removal = "Removed a heart from “see you at eight”"
        db.message(chat, removal, sender=ann, at=at(2))

    loaded = load()

    assert loaded.texts == ["see you at eight"]
    assert "reactions" not in kwargs(loaded.messages[0])
    loaded.left_out(reaction=2)


@pytest.mark.parametrize("keep_body", [True, False])
def test_11_an_edited_message_says_its_last_version(
    keep_body: bool, write: Callable, load: Callable, at: Callable
) -> None:
    with write() as db:
        chat = db.chat(db.handle(ANN))
        message = db.message(chat, "first", at=at(0))
        versions = [("first", at(0)), ("second", at(5)), ("third", at(9))]
        db.edit(message, *versions, keep_body=keep_body)

    loaded = load()

    assert loaded.texts == ["third"]
    assert kwargs(loaded.messages[0])["edits"] == [
        {"part": 0, "text": "first", "edited_at": at(0)},
        {"part": 0, "text": "second", "edited_at": at(5)},
    ]


def test_11_an_edit_of_one_bubble_leaves_the_others_as_they_were(
    write: Callable, load: Callable, at: Callable
) -> None:
    with write() as db:
        chat = db.chat(db.handle(ANN))
        message = db.message(chat, "first", at=at(0), attachments=1, store="body")
        db.edit(message, ("first", at(0)), ("second", at(5)))

    loaded = load(content="annotated")

    assert loaded.texts == ["[image]\nsecond"]
    edits = kwargs(loaded.messages[0])["edits"]
    assert [(e["part"], e["text"]) for e in edits] == [(1, "first")]


def test_11_unsent_scheduled_and_deleted_messages_are_none(
    write: Callable, load: Callable, at: Callable
) -> None:
    with write() as db:
        chat = db.chat(db.handle(ANN))
        db.message(chat, "stays", at=at(0))
        unsent = db.message(chat, "goes", at=at(1))
        db.unsend(unsent, at=at(2))
        old = db.message(chat, "goes, but an old device kept it", at=at(3))
        db.unsend(old, at=at(4))
        db.update(old, text="goes, but an old device kept it")
        later = db.message(chat, "tomorrow", at=at(86400))
        db.update(later, schedule_type=2, schedule_state=2)
        deleted = db.message(chat, "deleted", at=at(5))
        db.delete(deleted, at=at(6))

    loaded = load()

    assert loaded.texts == ["stays"]
    loaded.left_out(unsent=2, scheduled=1, deleted=1)


def test_12_rows_that_are_only_in_the_wal_are_read(
    path: Path, write: Callable, load: Callable, at: Callable
) -> None:
    with write(wal=True) as db:
        chat = db.chat(db.handle(ANN))
        db.message(chat, "old", at=at(0))
    live = sqlite3.connect(path)
    try:
        live.execute("PRAGMA wal_autocheckpoint = 0")
        live.execute(
            "INSERT INTO message (guid, text, date, is_from_me) "
            "VALUES ('new', 'new', (SELECT max(date) + 1 FROM message), 1)"
        )
        live.execute(
            "INSERT INTO chat_message_join (chat_id, message_id) VALUES (1, 2)"
        )
        live.commit()
        assert path.with_name("chat.db-wal").stat().st_size

        assert load().texts == ["old", "new"]
    finally:
        live.close()


def test_13_what_cannot_be_opened_says_why_and_what_to_do(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, write: Callable, path: Path
) -> None:
    with pytest.raises(DatabaseNotFoundError, match="not found"):
        IMessageChatLoader(tmp_path / "none.db")
    with pytest.raises(DatabaseAccessError, match="is a folder"):
        IMessageChatLoader(tmp_path)
    junk = tmp_path / "junk.db"
    junk.write_bytes(b"not a database, and not a short file either")
    with pytest.raises(DatabaseAccessError, match="encrypted"):
        IMessageChatLoader(junk)
    junk.write_bytes(b"")
    with pytest.raises(UnsupportedSchemaError, match="empty"):
        IMessageChatLoader(junk)
    with write():
        pass

    def refuse(*_: object, **__: object) -> None:
        error = sqlite3.OperationalError("unable to open database file")
        error.sqlite_errorcode = sqlite3.SQLITE_CANTOPEN
        raise error

    monkeypatch.setattr(sqlite3, "connect", refuse)
    with pytest.raises(DatabaseAccessError, match=r"Full Disk Access.*chat\.db-wal"):
        IMessageChatLoader(path)


WRITER = """
import sqlite3, sys, time
c = sqlite3.connect(sys.argv[1])
c.execute("PRAGMA wal_autocheckpoint = 0")
c.execute("UPDATE message SET text = 'from the other process', attributedBody = NULL")
c.commit()
print("ready", flush=True)
sys.stdin.read()
"""


def test_13_reading_a_live_database_leaves_all_its_files_as_found(
    path: Path, write: Callable, load: Callable, at: Callable
) -> None:
    with write(wal=True) as db:
        db.message(db.chat(db.handle(ANN)), "hello", at=at(0))
    with subprocess.Popen(
        [sys.executable, "-c", WRITER, str(path)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
    ) as writer:
        assert writer.stdout
        writer.stdout.readline()
        time.sleep(0.05)
        before = _trace(path)
        assert {name for name, *_ in before} == {
            "chat.db",
            "chat.db-shm",
            "chat.db-wal",
        }

        assert load().texts == ["from the other process"]

        assert _trace(path) == before
        writer.communicate()


@pytest.mark.parametrize("wal", [True, False])
def test_13_reading_a_copy_leaves_no_sidecars(
    wal: bool, path: Path, write: Callable, load: Callable, at: Callable
) -> None:
    with write(wal=wal) as db:
        db.message(db.chat(db.handle(ANN)), "hello", at=at(0))
    before = _trace(path)

    assert load().texts == ["hello"]

    assert _trace(path) == before
    assert [name for name, *_ in before] == ["chat.db"]


def _trace(path: Path) -> list[tuple[str, bytes, int]]:
    return [
        (file.name, file.read_bytes(), file.stat().st_mtime_ns)
        for file in sorted(path.parent.iterdir())
    ]


def test_14_dates_of_all_units_become_aware_utc(
    write: Callable, load: Callable
) -> None:
    epoch = datetime(2001, 1, 1, tzinfo=UTC)
    moments = [epoch + timedelta(days=365 * n, hours=n) for n in range(15, 24)]
    with write() as db:
        chat = db.chat(db.handle(ANN))
        for n, moment in enumerate(moments):
            seconds = int((moment - epoch).total_seconds())
            stored = (seconds, seconds * 10**9, int(moment.timestamp()))[n % 3]
            db.message(chat, str(n), at=stored)
        db.message(chat, "no date", at=0)
        db.update(db.message(chat, "nor here", at=0), date=None)

    loaded = load()

    undated = ["no date", "nor here"]
    assert loaded.texts == [*undated, *map(str, range(len(moments)))]
    assert [kwargs(m)["sent_at"] for m in loaded.messages] == [None, None, *moments]


@pytest.mark.parametrize("zone", ["UTC", "America/New_York", "Asia/Kolkata"])
def test_14_times_do_not_depend_on_the_machines_zone(
    zone: str,
    in_zone: Callable,
    write: Callable,
    load: Callable,
) -> None:
    both_sides = [
        datetime(2024, 3, 10, 6, 59, tzinfo=UTC),
        datetime(2024, 3, 10, 7, 1, tzinfo=UTC),
        datetime(2024, 11, 3, 5, 59, tzinfo=UTC),
        datetime(2024, 11, 3, 6, 1, tzinfo=UTC),
    ]
    with write() as db:
        chat = db.chat(db.handle(ANN))
        for moment in both_sides:
            db.message(chat, "tick", at=moment)
    in_zone(zone)
    found = [kwargs(m) for m in load().messages]

    assert [k["sent_at"] for k in found] == both_sides
    assert [k["message_time_as_datetime"] for k in found] == [
        moment.replace(tzinfo=None) for moment in both_sides
    ]


def test_14_equal_times_come_in_the_order_of_their_rows(
    write: Callable, load: Callable, at: Callable
) -> None:
    with write() as db:
        chat = db.chat(db.handle(ANN))
        db.message(chat, "late", at=at(1))
        for n in range(5):
            db.message(chat, str(n), at=at(0))

    assert load().texts == ["0", "1", "2", "3", "4", "late"]


def test_15_one_person_on_four_chats_is_one_session(
    write: Callable, load: Callable, at: Callable
) -> None:
    with write() as db:
        person = {"person_centric_id": "ann"}
        chats = [
            db.chat(db.handle(address, service=service, **extra), service=service)
            for address, service, extra in (
                (ANN, "iMessage", person),
                (ANN, "SMS", {}),
                (ANN, "RCS", {}),
                ("ann@example.com", "iMessage", person),
            )
        ]
        stranger = db.chat(db.handle(BOB))
        for n, chat in enumerate([*chats, stranger]):
            db.message(chat, str(n), at=at(n))

    sessions = load().sessions

    assert [[m.content for m in s["messages"]] for s in sessions] == [
        ["4"],
        ["0", "1", "2", "3"],
    ]
    assert sessions[1]["chat"]["services"] == ["iMessage", "RCS", "SMS"]
    assert len(load(unify_chats=False).sessions) == 5


def test_15_strangers_of_one_name_stay_apart(
    write: Callable, load: Callable, at: Callable, tmp_path: Path
) -> None:
    pytest.importorskip("phonenumbers")
    cards = tmp_path / "cards.vcf"
    cards.write_text(
        "".join(
            f"BEGIN:VCARD\nVERSION:3.0\nFN:Ann Lee\nTEL:{number}\nEND:VCARD\n"
            for number in (ANN, BOB)
        )
    )
    with write() as db:
        for n, address in enumerate((ANN, BOB)):
            handle = db.handle(address)
            db.message(db.chat(handle), str(n), sender=handle, at=at(n))

    sessions = load(contacts=cards).sessions

    assert [[m.content for m in s["messages"]] for s in sessions] == [["1"], ["0"]]
    assert [kwargs(s["messages"][0])["sender"] for s in sessions] == [
        f"Ann Lee ({BOB})",
        f"Ann Lee ({ANN})",
    ]


def test_15_a_group_split_over_services_is_one_session(
    write: Callable, load: Callable, at: Callable
) -> None:
    with write() as db:
        ann, bob, cat = db.handle(ANN), db.handle(BOB), db.handle(CAT)
        same_id = [db.chat(ann, bob, group_id="G"), db.chat(ann, bob, group_id="G")]
        same_title = [db.chat(ann, cat, display_name="Race") for _ in range(2)]
        untitled = [db.chat(bob, cat) for _ in range(2)]
        for n, chat in enumerate([*same_id, *same_title, *untitled]):
            db.message(chat, str(n), at=at(n))

    texts = [[m.content for m in s["messages"]] for s in load().sessions]

    assert sorted(texts) == [["0", "1"], ["2", "3"], ["4"], ["5"]]


@pytest.mark.parametrize("prefix", ["iMessage", "SMS", "RCS", "any", "0a1b2c"])
def test_16_the_style_tells_a_group_never_the_guids_prefix(
    prefix: str, write: Callable, load: Callable, at: Callable
) -> None:
    with write() as db:
        ann, bob = db.handle(ANN), db.handle(BOB)
        one = db.chat(ann, style=45, guid=f"{prefix};+;{ANN}")
        many = db.chat(bob, style=43, guid=f"{prefix};-;chat1")
        db.message(one, "one", at=at(1))
        db.message(many, "many", at=at(0))

    assert [s["chat"]["is_group"] for s in load().sessions] == [False, True]


def test_17_orphans_are_counted_and_shared_rows_come_once(
    write: Callable, load: Callable, at: Callable
) -> None:
    with write() as db:
        ann, bob = db.handle(ANN), db.handle(BOB)
        direct, group = db.chat(ann), db.chat(ann, bob)
        db.message(direct, "for two", sender=ann, at=at(0))
        db.message([direct, group], "in both", sender=ann, at=at(1))
        db.message(None, "nowhere", at=at(2))
        db.delete(db.message(direct, "deleted", at=at(3)), at=at(4))

    loaded = load()

    texts = {s["chat"]["is_group"]: s["messages"][0].content for s in loaded.sessions}
    assert texts == {True: "in both", False: "for two"}
    loaded.left_out(no_chat=1, deleted=1)


def test_18_notes_to_oneself_come_once_and_are_no_training_data(
    write: Callable, load: Callable, at: Callable
) -> None:
    with write() as db:
        me = db.handle("me@example.com")
        chat = db.chat(me, account_login="E:Me@example.com")
        db.message(chat, "buy milk", at=at(0))
        db.message(chat, "buy milk", sender=me, at=at(2))
        db.message(chat, None, at=at(100), store="text")
        db.message(chat, "the copy alone has words", sender=me, at=at(101))
        db.message(chat, "from another device", at=at(200))

    loaded = load()

    assert loaded.texts == [
        "buy milk",
        "the copy alone has words",
        "from another device",
    ]
    loaded.left_out(duplicate=1, empty=1)
    assert loaded.sessions[0]["chat"]["is_self"]
    mapped = list(map_ai_messages(loaded.sessions, sender="Me"))
    assert convert_messages_for_finetuning(mapped) == []
    assert len(convert_messages_for_finetuning(mapped, include_self_chats=True)) == 1


def test_18_an_alias_of_the_account_makes_no_self_of_a_stranger(
    write: Callable, load: Callable, at: Callable
) -> None:
    with write() as db:
        ann = db.handle(ANN)
        chat = db.chat(ann, account_login=f"P:{ANN}", last_addressed_handle=ANN)
        db.message(chat, "who is this", sender=ann, at=at(0), account=f"P:{ANN}")
        db.message(chat, "me", at=at(60))

    loaded = load()

    assert loaded.senders == [ANN, "Me"]
    assert not loaded.sessions[0]["chat"]["is_self"]


@pytest.mark.parametrize("era", ERAS)
def test_19_every_release_loads(
    era: str, write: Callable, load: Callable, at: Callable
) -> None:
    with write(era=era) as db:
        ann = db.handle(ANN)
        chat = db.chat(ann)
        db.message(chat, "hello", sender=ann, at=at(0))
        db.message(chat, "from the body", at=at(1), store="body")

    loaded = load()

    assert loaded.texts == ["hello", "from the body"]
    assert loaded.senders == [ANN, "Me"]
    assert [kwargs(m)["sent_at"] for m in loaded.messages] == [at(0), at(1)]


def test_19_a_database_says_what_it_can_hold(path: Path, write: Callable) -> None:
    columns = (
        ("message", "attributedBody"),
        ("message", "destination_caller_id"),
        ("message", "filter_action"),
        ("chat_message_join", "message_date"),
    )
    held = {}
    for era in ("ios-6", "macos-10.13", "macos-27"):
        with write(era=era):
            pass
        with ChatDatabase(path) as database:
            has = database.capabilities.has
            held[era] = [has(table, column) for table, column in columns]
        path.unlink()

    assert held == {
        "ios-6": [True, False, False, False],
        "macos-10.13": [True, True, False, True],
        "macos-27": [True, True, True, True],
    }


@pytest.mark.parametrize(
    "script",
    [
        # The least there can be.
        (
            "CREATE TABLE message (text TEXT, date INTEGER);"
            "CREATE TABLE chat_message_join (chat_id INTEGER, message_id INTEGER);"
            "INSERT INTO message VALUES ('hello', 1);"
            "INSERT INTO chat_message_join VALUES (1, 1);"
        ),
        # As the notebook's sample: no chats, Unix seconds, a handle that is a name.
        (
            "CREATE TABLE message (text TEXT, date INTEGER, handle_id INTEGER);"
            "CREATE TABLE handle (id TEXT);"
            "CREATE TABLE chat_message_join (chat_id INTEGER, message_id INTEGER);"
            "INSERT INTO handle VALUES ('Hare');"
            "INSERT INTO message VALUES ('hello', 1693182723, 1);"
            "INSERT INTO chat_message_join VALUES (7, 1);"
        ),
        # Junk where numbers should be.
        (
            "CREATE TABLE message (text TEXT, date INTEGER, handle_id INTEGER,"
            " is_from_me INTEGER, guid TEXT);"
            "CREATE TABLE chat_message_join (chat_id INTEGER, message_id INTEGER);"
            "INSERT INTO message VALUES ('hello', 'never', 'trash', NULL, NULL);"
            "INSERT INTO chat_message_join VALUES (1, 1), (1, 1), (1, 99);"
        ),
    ],
)
def test_19_tables_and_columns_may_be_missing(
    script: str, path: Path, load: Callable
) -> None:
    connection = sqlite3.connect(path)
    connection.executescript(script)
    connection.close()

    assert load().texts == ["hello"]
