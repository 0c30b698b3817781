"""What is a message and what is not, what is wanted, and that the sum is exact."""

from __future__ import annotations

import random
import sqlite3
from contextlib import suppress
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from langchain_imessage import IMessageChatLoader
from langchain_imessage.chatdb import ChatDatabase
from langchain_imessage.chatdb.rows._queries import Queries
from langchain_imessage.chatdb.rows._row_context import sort_rows
from langchain_imessage.chatdb.sources._schema import Capabilities
from langchain_imessage.errors import DecodeError, IncompletePassError
from langchain_imessage.records import Reason
from langchain_imessage.testing import (
    ERAS,
    ChatDatabaseWriter,
    archive_body,
    write_large_database,
)
from langchain_imessage.timestamps import apple_nanoseconds, to_apple_nanoseconds

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from langchain_imessage.records import Message

ANN, BOB, CAT = "+15550101", "+15550102", "cat@example.com"


def write_by_hand(path: Path, messages: str, joins: str) -> None:
    """Write the least that a Messages database can be, of these rows."""
    connection = sqlite3.connect(path)
    connection.executescript(
        "CREATE TABLE message (text TEXT, date INTEGER);"
        "CREATE TABLE chat_message_join (chat_id INTEGER, message_id INTEGER);"
        f"INSERT INTO message VALUES {messages};"
        f"INSERT INTO chat_message_join VALUES {joins};"
    )
    connection.close()


def test_group_events_apps_and_leftovers_are_no_messages(
    write: Callable, load: Callable, at: Callable
) -> None:
    with write() as db:
        ann, bob = db.handle(ANN), db.handle(BOB)
        chat = db.chat(ann, bob)
        for item_type in range(1, 7):
            db.group_event(chat, item_type=item_type, at=at(item_type), sender=ann)
        balloon = {"balloon_bundle_id": "com.example:app", "payload_data": b"x"}
        db.message(chat, "\ufffd", at=at(10), **balloon)
        db.message(chat, "\ufffc", at=at(11), **balloon)
        db.message(chat, "breadcrumb", at=at(12), associated_message_type=3)
        db.message(chat, "voted", at=at(13), associated_message_type=4000)
        db.message(chat, None, at=at(14))
        db.message(chat, None, at=at(15), cache_has_attachments=1)
        joined = db.message(chat, None, at=at(16))
        db.insert("message_attachment_join", message_id=joined.rowid, attachment_id=1)
        db.message(chat, "a link with words", at=at(17), **balloon)

    loaded = load()

    assert loaded.texts == ["a link with words"]
    loaded.left_out(group_event=6, app=4, empty=1, attachment_only=2)


def test_what_a_content_setting_leaves_out_moves_no_reaction(
    write: Callable, load: Callable, at: Callable
) -> None:
    with write() as db:
        chat = db.chat(db.handle(ANN))
        db.message(chat, "left out", at=at(1))
        kept = db.message(chat, "kept", at=at(2))
        db.reaction(kept, "loved", chat=chat, sender=db.handle(ANN), at=at(3))

    loaded = load(content=lambda m: "" if m.text == "left out" else m.text)

    assert loaded.texts == ["kept"]
    assert len(loaded.sessions[0]["messages"][0].additional_kwargs["reactions"]) == 1


def test_a_subject_is_the_first_line(
    write: Callable, load: Callable, at: Callable
) -> None:
    with write() as db:
        chat = db.chat(db.handle(ANN))
        db.message(chat, "words", at=at(0), subject="Subject")
        db.message(chat, None, at=at(1), subject="alone")

    assert load().texts == ["Subject\nwords", "alone"]


def test_blank_texts_are_messages_and_inner_blanks_stay(
    write: Callable, load: Callable, at: Callable
) -> None:
    texts = [" ", "  indented", "nul\0inside", "line\u2028separator"]
    with write() as db:
        chat = db.chat(db.handle(ANN))
        for n, text in enumerate(texts):
            db.message(chat, text, at=at(n), store="body")

    assert load().texts == texts


def test_replies_services_and_ids_travel_along(
    write: Callable, load: Callable, at: Callable
) -> None:
    with write() as db:
        chat = db.chat(db.handle(ANN))
        first = db.message(chat, "first", at=at(0), service="SMS")
        db.message(chat, "answer", at=at(1), reply_to=first.guid, reply_to_guid="x")

    one, two = load().messages

    assert one.id == first.guid
    assert one.additional_kwargs["service"] == "SMS"
    assert two.additional_kwargs["reply_to"] == first.guid
    assert "reply_to" not in one.additional_kwargs


def test_a_partly_unsent_message_keeps_its_other_parts(
    write: Callable, load: Callable, at: Callable
) -> None:
    with write() as db:
        chat = db.chat(db.handle(ANN))
        body = archive_body("\ufffcwhat is left", transfers=["at_0_x"])
        message = db.message(chat, "what is left", body=body, at=at(0))
        db.unsend(message, parts=[0], at=at(1))

    assert load().texts == ["what is left"]


def test_an_edit_without_a_date_is_known_by_its_history(
    write: Callable, load: Callable, at: Callable
) -> None:
    with write() as db:
        message = db.message(db.chat(db.handle(ANN)), "old", at=at(0))
        db.edit(message, ("old", at(0)), ("new", at(1)))
        db.update(message, date_edited=0, text="old")

    loaded = load()

    assert loaded.texts == ["new"]
    assert [e["text"] for e in loaded.messages[0].additional_kwargs["edits"]] == ["old"]


def test_a_bubble_that_is_missing_is_looked_for_in_the_history(
    write: Callable, load: Callable, at: Callable
) -> None:
    with write() as db:
        chat = db.chat(db.handle(ANN))
        message = db.message(chat, "here", at=at(0), attachments=1)
        db.unsend(message, parts=[0], at=at(1))
        db.update(message, date_edited=0)

    loaded = load()

    assert loaded.texts == ["here"]
    assert loaded.messages[0].additional_kwargs["unsent_parts"] == [0]


def test_an_edited_row_whose_history_is_damaged_says_what_is_left(
    write: Callable, load: Callable, at: Callable
) -> None:
    with write() as db:
        chat = db.chat(db.handle(ANN))
        junk = {"date_edited": 1, "message_summary_info": b"junk"}
        db.message(chat, "in the text column", at=at(0), store="text", **junk)
        db.message(chat, "in the body", at=at(1), store="body", **junk)
        db.message(chat, None, at=at(2), **junk)
        db.message(chat, None, at=at(3), body=b"junk", **junk)

    loaded = load()

    assert loaded.texts == ["in the text column", "in the body"]
    loaded.left_out(unsent=1, undecodable=1)


def test_reactions_of_unknown_kinds_and_stickers_are_no_text(
    write: Callable, load: Callable, at: Callable
) -> None:
    with write() as db:
        ann = db.handle(ANN)
        chat = db.chat(ann)
        hello = db.message(chat, "hello", at=at(0))
        for n, kind in enumerate((1000, 1000, 2042, 2000)):
            reaction = db.reaction(hello, "loved", chat=chat, sender=ann, at=at(n + 1))
            db.update(reaction, associated_message_type=kind)

    loaded = load()

    (message,) = loaded.messages
    kinds = [r["kind"] for r in message.additional_kwargs["reactions"]]
    assert kinds == ["sticker", "sticker", "loved"]
    loaded.left_out(reaction=4)


def test_a_tapback_on_a_picture_needs_a_picture(
    write: Callable, load: Callable, at: Callable
) -> None:
    with write() as db:
        ann = db.handle(ANN, service="SMS")
        chat = db.chat(ann, service="SMS")
        db.message(chat, "Loved an image", sender=ann, at=at(0))
        db.message(chat, "look", at=at(1), attachments=1)
        db.message(chat, "Loved an image", sender=ann, at=at(2))

    loaded = load()

    assert loaded.texts == ["Loved an image", "look"]
    loaded.left_out(reaction=1)


def test_a_written_out_tapback_finds_its_target_without_guids(
    path: Path, load: Callable
) -> None:
    write_by_hand(path, "('hello', NULL), ('Loved “hello”', NULL)", "(1, 1), (1, 2)")

    loaded = load()

    assert loaded.texts == ["hello"]
    (reaction,) = loaded.messages[0].additional_kwargs["reactions"]
    assert reaction["kind"] == "loved"
    assert reaction["sent_at"] is None


def test_a_written_out_tapback_is_found_where_rows_come_out_of_order(
    write: Callable, load: Callable, at: Callable
) -> None:
    with write() as db:
        ann = db.handle(ANN, service="SMS")
        chat = db.chat(ann, service="SMS")
        for moment, text in ((3, "Liked “one”"), (2, "three"), (0, "one"), (1, "two")):
            db.message(chat, text, sender=ann, at=at(moment))

    loaded = load()

    assert loaded.texts == ["one", "two", "three"]
    loaded.left_out(reaction=1)


def test_a_chat_that_names_no_message_does_not_hide_those_in_no_chat(
    path: Path, load: Callable
) -> None:
    write_by_hand(path, "('hello', NULL), ('nowhere', NULL)", "(1, 1), (1, NULL)")

    loaded = load()

    assert loaded.texts == ["hello"]
    loaded.left_out(no_chat=1)


def test_a_text_that_is_no_utf8_costs_nothing_else(
    path: Path, write: Callable, load: Callable, at: Callable
) -> None:
    with write() as db:
        chat = db.chat(db.handle(ANN))
        db.message(chat, "good", at=at(0))
        bad = db.message(chat, "bad", at=at(1), store="text")
    connection = sqlite3.connect(path)
    connection.execute(
        "UPDATE message SET text = CAST(x'6261ff64' AS TEXT) WHERE ROWID = ?",
        (bad.rowid,),
    )
    connection.commit()
    connection.close()

    assert load().texts == ["good", "bad"]


def test_a_body_in_a_text_column_is_read(
    path: Path, write: Callable, load: Callable, at: Callable
) -> None:
    with write() as db:
        db.message(db.chat(db.handle(ANN)), "words", at=at(0), store="body")
    connection = sqlite3.connect(path)
    connection.execute(
        "UPDATE message SET attributedBody = CAST(attributedBody AS TEXT)"
    )
    connection.commit()
    connection.close()

    assert load().texts == ["words"]


@pytest.mark.parametrize("junk", [b"\xff\x00", b"bytes", "text", 1e300, -1.5, 7])
def test_a_value_of_any_type_may_stand_in_any_column(
    junk: object, path: Path, write: Callable, load: Callable, at: Callable
) -> None:
    with write() as db:
        chat = db.chat(db.handle(ANN))
        for n, column in enumerate(sorted(db.columns("message") - {"ROWID"})):
            row = db.message(chat, "words", at=at(n))
            # Both as a row that is not plain, and one that is.
            db.update(row, **{column: f"{n}" if column == "guid" else junk})
            row = db.message(chat, "words", at=at(n))
            unique = junk if column != "guid" else f"guid {n}"
            db.update(row, **{"date_edited": 1, column: unique})
    connection = sqlite3.connect(path)
    for table in ("chat", "handle"):
        for column in ("id", "display_name", "chat_identifier", "person_centric_id"):
            with suppress(sqlite3.OperationalError):
                connection.execute(f"UPDATE {table} SET {column} = ?", (junk,))
    connection.commit()
    connection.close()

    assert load().ledger.messages > 0


@pytest.mark.parametrize("mode", ["skip", "warn", "raise"])
def test_a_row_that_cannot_be_read_is_treated_as_asked(
    mode: Any, path: Path, write: Callable, at: Callable
) -> None:
    with write() as db:
        chat = db.chat(db.handle(ANN))
        db.message(chat, "before", at=at(0))
        bad = db.message(chat, None, at=at(1), body=b"junk", store="body")
    loader = IMessageChatLoader(path, on_error=mode)
    if mode == "raise":
        with pytest.raises(DecodeError, match=f"row {bad.rowid}") as caught:
            loader.load()
        assert caught.value.guid == bad.guid
        assert loader.ledger.reasons == {Reason.UNDECODABLE: 1, Reason.NOT_READ: 1}
    elif mode == "warn":
        with pytest.warns(UserWarning, match=f"row {bad.rowid}"):
            assert len(loader.load()) == 1
    else:
        assert len(loader.load()) == 1
        assert loader.ledger.undecodable == (bad.rowid,)


@pytest.fixture
def three(write: Callable, at: Callable) -> ChatDatabaseWriter:
    """Three chats: with Ann, with a titled group, with Bob."""
    with write() as db:
        ann, bob = db.handle(ANN), db.handle(BOB)
        chats = db.chat(ann), db.chat(ann, bob, display_name="Race"), db.chat(bob)
        for n in range(9):
            db.message(chats[n % 3], str(n), at=at(3600 * n))
        db.message(None, "nowhere", at=at(0))
    return db


@pytest.mark.usefixtures("three")
@pytest.mark.parametrize(
    ("wanted", "texts"),
    [
        (["Race"], {"147"}),
        ("Race", {"147"}),
        ([ANN], {"036"}),
        (["+1 (555) 010-2"], {"258"}),
        ([ANN, BOB], {"036", "258"}),
        (lambda chat: chat.is_group, {"147"}),
        (lambda _: True, {"036", "147", "258"}),
    ],
)
def test_chats_are_chosen_by_title_address_or_test(
    wanted: Any, texts: set[str], load: Callable
) -> None:
    loaded = load(chats=wanted)

    found = {"".join(str(m.content) for m in s["messages"]) for s in loaded.sessions}
    assert found == texts
    filtered = 9 - 3 * len(texts)
    loaded.left_out(no_chat=1, **({"filtered": filtered} if filtered else {}))


@pytest.mark.usefixtures("three")
def test_a_period_has_its_first_moment_and_not_its_last(
    load: Callable, at: Callable
) -> None:
    loaded = load(after=at(3600), before=at(4 * 3600))

    found = sorted(str(m.content) for s in loaded.sessions for m in s["messages"])
    assert found == ["1", "2", "3"]
    loaded.left_out(filtered=6, no_chat=1)
    assert load(after=at(7 * 3600)).ledger.messages == 2
    assert load(before=at(7 * 3600), chats=["Race"]).ledger.messages == 2


def test_a_period_needs_a_zone(three: ChatDatabaseWriter) -> None:
    with pytest.raises(ValueError, match="time zone"):
        IMessageChatLoader(three.path, after=datetime(2024, 1, 1))


def test_stopping_early_closes_the_file_and_says_what_was_not_read(
    three: ChatDatabaseWriter,
) -> None:
    loader = IMessageChatLoader(three.path)
    assert loader.ledger.rows == 0
    sessions = loader.lazy_load()
    next(sessions)
    sessions.close()  # type: ignore[attr-defined]
    assert loader.ledger.messages == 3
    assert loader.ledger.reasons == {Reason.NO_CHAT: 1, Reason.NOT_READ: 6}


def test_a_content_function_that_raises_stop_iteration_does_not_end_the_pass_silently(
    three: ChatDatabaseWriter,
) -> None:
    def stops(_: Message) -> str:
        raise StopIteration

    with ChatDatabase(three.path, content=stops) as database:
        for read in (database.conversations, database.updates):
            with pytest.raises(RuntimeError, match="StopIteration"):
                list(read())
            with pytest.raises(IncompletePassError):
                database.cursor  # noqa: B018 - there is none
    with pytest.raises(RuntimeError, match="StopIteration"):
        IMessageChatLoader(three.path, content=stops).load()


def test_a_pass_that_has_ended_is_not_held_on_to(three: ChatDatabaseWriter) -> None:
    with ChatDatabase(three.path) as database:
        going = database.conversations()
        next(going)
        for _ in range(3):
            list(database.conversations())
        assert len(database._workers) == 1
    assert database._workers == []


def test_two_passes_at_a_time_do_not_disturb_each_other(
    three: ChatDatabaseWriter,
) -> None:
    loader = IMessageChatLoader(three.path)
    pairs = list(zip(loader.lazy_load(), loader.lazy_load(), strict=True))
    assert len(pairs) == 3
    assert all(one == two for one, two in pairs)


def test_a_database_can_be_read_as_records(three: ChatDatabaseWriter) -> None:
    with ChatDatabase(three.path) as database:
        assert [chat.name for chat in database.chats] == [None, "Race", None]
        assert database.capabilities.has("message", "text")
        for _ in range(2):
            conversations = list(database.conversations())
            assert [len(c.messages) for c in conversations] == [3, 3, 3]
        assert database.ledger.messages == 9
        assert ANN not in repr(conversations)
        assert "Race" not in repr(conversations)


def test_chats_that_macos_26_says_are_one_are(
    write: Callable, load: Callable, at: Callable
) -> None:
    with write(era="macos-26") as db:
        chats = [db.chat(db.handle(a)) for a in (ANN, CAT, BOB)]
        for n, chat in enumerate(chats):
            db.message(chat, str(n), at=at(n))
        for chat in (*chats[:2], 99):
            db.insert("chat_lookup", identifier="x", domain=f"d{chat}", chat=chat)

    texts = ["".join(m.content for m in s["messages"]) for s in load().sessions]

    assert texts == ["2", "01"]


def test_a_chat_without_participants_is_with_its_identifier(
    write: Callable, load: Callable, at: Callable
) -> None:
    with write() as db:
        one = db.chat(style=45, chat_identifier="+1 555 0101", service="SMS")
        two = db.chat(db.handle("+15550101"))
        db.message(one, "a", at=at(0), is_from_me=0, handle_id=0)
        db.message(two, "b", at=at(1))

    loaded = load()

    assert loaded.texts == ["a", "b"]
    assert loaded.senders == ["+15550101", "Me"]


def test_where_no_table_says_who_is_in_a_chat_it_is_who_wrote(
    write: Callable, load: Callable, path: Path, at: Callable
) -> None:
    with write() as db:
        ann, bob = db.handle(ANN), db.handle("+15550102")
        direct, group = db.chat(ann), db.chat(ann, bob)
        db.message(direct, "to ann", at=at(0), handle_id=bob)
        db.message(direct, "from ann", sender=ann, at=at(1))
        unnamed = db.message(direct, "from ann, too", sender=ann, at=at(2))
        db.update(unnamed, handle_id=0)
        db.message(group, "from bob", sender=bob, at=at(3))
        db.message(group, "from ann", sender=ann, at=at(4))
    connection = sqlite3.connect(path)
    connection.executescript("DROP TABLE chat_handle_join; DROP TABLE chat")
    connection.close()

    many, two = load().sessions

    assert many["chat"]["participants"] == ["+15550102", ANN]
    assert two["chat"]["participants"] == two["chat"]["handles"] == [ANN]
    assert (many["chat"]["is_group"], two["chat"]["is_group"]) == (True, False)
    assert two["messages"][2].additional_kwargs["sender"] == ANN


def test_nobody_is_named_where_nobody_can_be(
    write: Callable, load: Callable, at: Callable
) -> None:
    with write() as db:
        chat = db.chat(db.handle(ANN), db.handle(BOB))
        db.message(chat, "who?", at=at(0), is_from_me=0, handle_id=0)
        db.message(chat, "gone", at=at(1), is_from_me=0, handle_id=4711)

    loaded = load()

    assert loaded.senders == [None, None]
    assert loaded.ledger.senderless == 2


def test_words_to_oneself_without_a_date_are_not_taken_for_an_echo(
    write: Callable, load: Callable, at: Callable
) -> None:
    with write() as db:
        me = db.handle("me@example.com")
        chat = db.chat(me, account_login="E:me@example.com")
        db.message(chat, "hm", sender=me, at=0)
        db.message(chat, "hm", at=at(1))

    loaded = load()

    assert loaded.texts == ["hm", "hm"]
    assert not loaded.sessions[0]["chat"]["is_self"]


NANOSECOND_DATES = st.integers(10**12, 2**62) | st.integers(-(2**62), -(10**12))
SECOND_DATES = st.integers(-(9 * 10**9), 9 * 10**9)


@given(st.lists(NANOSECOND_DATES | SECOND_DATES, max_size=30))
def test_sql_and_python_agree_on_every_time(dates: list[int]) -> None:
    connection = sqlite3.connect(":memory:")
    connection.execute("CREATE TABLE message (text TEXT, date INTEGER)")
    connection.execute("CREATE TABLE chat_message_join (chat_id, message_id)")
    rows = [(str(n), date) for n, date in enumerate(dates)]
    connection.executemany("INSERT INTO message VALUES (?, ?)", rows)
    queries = Queries(capabilities=Capabilities.detect(connection), now=800_000_000)
    sql = f"SELECT {queries.time()} FROM message m ORDER BY ROWID"
    found = [row[0] for row in connection.execute(sql)]
    connection.close()
    assert found == [to_apple_nanoseconds(d, now=800_000_000) for d in dates]


@given(
    st.lists(st.none() | st.integers(0, 2**62) | st.text(max_size=2) | st.floats(0, 9))
)
def test_rows_are_put_in_order_whatever_their_dates_are(dates: list[Any]) -> None:
    rows = [(date, rowid) for rowid, date in enumerate(dates)]
    random.Random(len(rows)).shuffle(rows)
    sort_rows(rows, now=800_000_000)
    keys = [(apple_nanoseconds(d, now=800_000_000), rowid) for d, rowid in rows]
    assert keys == sorted(keys)


@pytest.mark.parametrize("era", ERAS)
def test_the_truth_of_a_random_history_is_what_comes_out(
    era: str, path: Path, load: Callable, at: Callable
) -> None:
    chance = random.Random(era)
    with ChatDatabaseWriter(path, era=era) as db:
        _live(db, chance, at)
    expected = {row.guid: row for row in db.truth if row.fate == "message"}

    loaded = load()

    found = {m.id: m for s in loaded.sessions for m in s["messages"]}
    assert found.keys() == expected.keys()
    for guid, message in found.items():
        truth = expected[guid]
        assert message.content == truth.text
        assert message.additional_kwargs["sender"] == (truth.sender or "Me")
        assert abs(message.additional_kwargs["sent_at"] - truth.sent_at) < timedelta(
            seconds=1
        )
    for reason in ("reaction", "unsent", "deleted", "no chat", "attachment only"):
        count = sum(row.fate == reason for row in db.truth)
        assert loaded.ledger.reasons.get(Reason(reason), 0) == count


def _live(db: ChatDatabaseWriter, chance: random.Random, at: Callable) -> None:
    """Talk for a while, with all that happens to messages in that era."""
    with_tapbacks = "associated_message_guid" in db.columns("message")
    with_edits = "date_edited" in db.columns("message")
    people = [db.handle(f"+1555030{n}") for n in range(5)]
    chats = [db.chat(people[0]), db.chat(people[1]), db.chat(*people[2:])]
    members = {chats[0]: people[:1], chats[1]: people[1:2], chats[2]: people[2:]}
    for n in range(120):
        chat = chance.choice(chats)
        sender = chance.choice([None, *members[chat]])
        store = chance.choice(["both", "body", "text"])
        where = chat if chance.random() < 0.95 else None
        text = chance.choice([f"text {n}", f"émoji 👋 {n}", "x" * 200, None])
        slots = 1 if text is None else chance.choice([0, 0, 2])
        message = db.message(
            where, text, sender=sender, at=at(n), store=store, attachments=slots
        )
        fate = chance.random()
        if where is None or text is None:
            continue
        if fate < 0.1 and with_tapbacks:
            kind = chance.choice(["loved", "questioned"])
            db.reaction(message, kind, chat=chat, sender=sender, at=at(n + 0.5))
        elif fate < 0.2 and with_edits:
            db.edit(message, (text, at(n)), (f"edited {n}", at(n + 1)))
        elif fate < 0.3 and with_edits:
            db.unsend(message, at=at(n + 1))
        elif fate < 0.4 and with_edits:
            db.delete(message, at=at(n + 1))


def test_a_large_database_comes_out_whole(path: Path, load: Callable) -> None:
    true = write_large_database(path, messages=3000, chats=20)
    loaded = load()
    assert loaded.ledger.messages == true
    assert len(loaded.sessions) == 20
    assert loaded.ledger.senderless == 0
