"""Notes to oneself: recognised by addresses, each once, all the owner's."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from langchain_imessage.testing import File

if TYPE_CHECKING:
    from collections.abc import Callable

    from langchain_imessage.testing import ChatDatabaseWriter

ME, MAIL, ANN, BOB = "+15550000000", "me@example.com", "+14155550101", "+14155550102"
OWN = {"destination_caller_id": ME, "account": f"E:{MAIL}"}
CHAT = {"account_login": f"E:{MAIL}", "last_addressed_handle": ME}


def friend(db: ChatDatabaseWriter, at: Callable, **columns: Any) -> None:
    """Write a conversation with somebody else, which says who the owner is."""
    ann = db.handle(ANN)
    chat = db.chat(ann, **columns)
    db.message(chat, "hi", sender=ann, at=at(-90), **OWN)


def notes(load: Callable, **options: Any) -> Any:
    loaded = load(**options)
    (session,) = (s for s in loaded.sessions if s["chat"]["is_self"])
    return session


def texts(session: Any) -> list[str]:
    return [message.content for message in session["messages"]]


@pytest.mark.parametrize("which", ["sent", "received", "both"])
def test_a_note_that_was_edited_comes_once_in_its_last_version(
    write: Callable, load: Callable, at: Callable, which: str
) -> None:
    with write() as db:
        friend(db, at, **CHAT)
        number = db.handle(ME)
        one = db.chat(number, **CHAT)
        received = db.message(one, "buy milk", sender=number, at=at(0), **OWN)
        sent = db.message(one, "buy milk", at=at(1), **OWN)
        for row in {"sent": [sent], "received": [received]}.get(
            which, [sent, received]
        ):
            db.edit(row, ("buy milk", at(1)), ("buy bread", at(60)))

    session = notes(load)

    assert texts(session) == ["buy bread"]
    assert session["messages"][0].id == sent.guid


def test_a_copy_in_another_encoding_is_one(
    write: Callable, load: Callable, at: Callable
) -> None:
    with write() as db:
        mail = db.handle(MAIL)
        one = db.chat(mail, account_login=f"E:{MAIL}")
        db.message(one, "cafe\u0301", at=at(0))
        db.message(one, "caf\u00e9", sender=mail, at=at(1))

    assert texts(notes(load)) == ["cafe\u0301"]


def test_notes_of_either_direction_are_the_owners(
    write: Callable, load: Callable, at: Callable
) -> None:
    with write() as db:
        friend(db, at, **CHAT)
        number = db.handle(ME)
        one = db.chat(number, **CHAT)
        db.message(one, "only received", sender=number, at=at(0), **OWN)
        db.message(one, "only sent", at=at(60), **OWN)
        db.message(one, "twice", sender=number, at=at(100), **OWN)
        db.message(one, "twice", at=at(400), **OWN)
        db.message(one, "again", at=at(500), **OWN)
        db.message(one, "again", at=at(600), **OWN)

    session = notes(load)

    assert texts(session) == ["only received", "only sent", "twice", "again", "again"]
    assert {m.additional_kwargs["sender"] for m in session["messages"]} == {"Me"}
    assert not any("handle" in m.additional_kwargs for m in session["messages"])
    assert session["chat"]["participants"] == session["chat"]["persons"] == []
    assert session["chat"]["handles"] == [ME]


def test_the_owners_addresses_that_are_one_persons_are_one_conversation(
    write: Callable, load: Callable, at: Callable
) -> None:
    with write(era="macos-15") as db:
        friend(db, at, **CHAT)
        handles = [db.handle(a, person_centric_id="ME") for a in (ME, MAIL)]
        one, other = (db.chat(handle, **CHAT) for handle in handles)
        db.message(other, "milk", sender=handles[1], at=at(0), **OWN)
        db.message(one, "milk", at=at(300), **OWN)
        late = db.message(one, "eggs", sender=handles[0], at=at(0), **OWN)
        sent = db.message(other, "eggs", at=at(3000), **OWN)

    session = notes(load)

    assert texts(session) == ["eggs", "milk", "eggs"]
    assert [m.id for m in session["messages"]][::2] == [late.guid, sent.guid]


def test_a_message_from_the_address_it_came_to_is_a_proof(
    write: Callable, load: Callable, at: Callable
) -> None:
    own = {"destination_caller_id": ME}
    with write() as db:
        me, ann = db.handle(ME), db.handle(ANN)
        chat, stranger = db.chat(me), db.chat(ann)
        db.message(chat, "received", sender=me, at=at(0), **own)
        db.message(chat, "sent", at=at(900), **own)
        db.message(stranger, "hello?", sender=ann, at=at(0), **own)
        db.message(stranger, "wrong", at=at(1), destination_caller_id=ANN)

    session = notes(load)

    assert texts(session) == ["received", "sent"]
    assert len(load().sessions) == 2


def test_a_stranger_who_was_only_written_to_stays_one(
    write: Callable, load: Callable, at: Callable
) -> None:
    with write() as db:
        chat = db.chat(db.handle(ANN))
        db.message(chat, "anybody there?", at=at(0), destination_caller_id=ANN)
    (session,) = load().sessions
    assert not session["chat"]["is_self"]
    assert session["chat"]["participants"] == [ANN]


def test_a_chat_whose_members_are_not_stored_is_known_by_its_identifier(
    write: Callable, load: Callable, at: Callable
) -> None:
    with write() as db:
        chat = db.chat(style=45, chat_identifier=MAIL, account_login=f"E:{MAIL}")
        for n in range(3):
            db.message(chat, f"note {n}", at=at(1000 * n))
            db.message(chat, f"note {n}", at=at(1000 * n + 1), is_from_me=0)
    assert texts(notes(load)) == ["note 0", "note 1", "note 2"]
    load().left_out(duplicate=3)


def test_a_picture_to_oneself_comes_once(
    write: Callable, load: Callable, at: Callable
) -> None:
    with write() as db:
        friend(db, at, **CHAT)
        me = db.handle(ME)
        chat = db.chat(me, **CHAT)
        for second, (name, sender) in enumerate(
            (("a.png", None), ("a.png", me), ("b.png", me), ("c.png", None))
        ):
            file = File(name=name)
            db.message(chat, None, sender=sender, at=at(second), attachments=[file])
    session = notes(load, content="annotated")
    names = [
        file["name"]
        for message in session["messages"]
        for file in message.additional_kwargs["attachments"]
    ]
    assert names == ["a.png", "b.png", "c.png"]


def test_a_reaction_to_a_dropped_duplicate_is_on_the_note_that_was_kept(
    write: Callable, load: Callable, at: Callable
) -> None:
    with write() as db:
        friend(db, at, **CHAT)
        me = db.handle(ME)
        chat = db.chat(me, **CHAT)
        sent = db.message(chat, "milk", at=at(0))
        received = db.message(chat, "milk", sender=me, at=at(1))
        db.reaction(received, "liked", chat=chat, sender=me, at=at(2))
        db.reaction(sent, "liked", chat=chat, at=at(3))
    (message,) = notes(load)["messages"]
    (reaction,) = message.additional_kwargs["reactions"]
    assert (reaction["sender"], reaction["is_from_me"]) == ("Me", True)


def test_one_odd_chat_makes_no_self_of_a_stranger(
    write: Callable, load: Callable, at: Callable
) -> None:
    with write() as db:
        bob, cat = db.handle(BOB), db.handle("cat@example.com")
        for n in range(8):
            handle = db.handle(f"+1415555020{n}")
            chat = db.chat(handle, **CHAT)
            db.message(chat, "hi", sender=handle, at=at(n), **OWN)
        odd = db.chat(cat, account_login=f"P:{BOB}", last_addressed_handle=BOB)
        db.message(odd, "hi", sender=cat, at=at(20))
        chat = db.chat(bob, **CHAT)
        db.message(chat, "who is this", sender=bob, at=at(30), **OWN)
        db.message(chat, "me", at=at(31), **OWN)
        group = db.chat(bob, cat)
        db.message(group, "all", at=at(40), **OWN)
    sessions = load().sessions
    assert not any(session["chat"]["is_self"] for session in sessions)
    assert sessions[0]["chat"]["participants"] == [BOB, "cat@example.com"]


@pytest.mark.parametrize("claims", [{}, CHAT])
def test_what_another_person_wrote_is_never_the_owners(
    claims: dict[str, str], write: Callable, load: Callable, at: Callable
) -> None:
    with write() as db:
        friend(db, at, **claims)
        bob = db.handle(BOB)
        chat = db.chat(bob, account_login=f"P:{BOB}", last_addressed_handle=BOB)
        db.message(chat, "who is this", sender=bob, at=at(0), **OWN)
        db.message(chat, "me", at=at(60), **OWN)
    assert not any(session["chat"]["is_self"] for session in load().sessions)
