"""Which rows are one conversation, and who is in it."""

from __future__ import annotations

import warnings
from typing import TYPE_CHECKING, Any

import pytest

from langchain_imessage import ChatDatabase

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

ME, ANN, BOB, CAT = "+15550000000", "+14155550101", "+14155550102", "cat@example.com"


def texts(load: Callable, **options: Any) -> list[list[str]]:
    sessions = load(**options).sessions
    return sorted([m.content for m in session["messages"]] for session in sessions)


@pytest.fixture
def owner_in_all_chats(write: Callable, at: Callable) -> None:
    own = {"account_login": f"P:{ME}", "last_addressed_handle": ME}
    with write() as db:
        ann, bob, me = map(db.handle, (ANN, BOB, ME))
        one = db.chat(ann, me, style=45, chat_identifier=ANN, **own)
        other = db.chat(me, bob, style=45, chat_identifier=BOB, **own)
        group = db.chat(ann, bob, me, **own)
        db.message(one, "from ann", sender=ann, at=at(0))
        db.message(other, "from bob", sender=bob, at=at(1))
        db.message(other, "from bob, too", at=at(2), is_from_me=0, handle_id=0)
        db.message(group, "to all", sender=bob, at=at(3))


@pytest.mark.usefixtures("owner_in_all_chats")
def test_a_chat_of_two_is_with_whom_its_identifier_names(load: Callable) -> None:
    assert texts(load) == [["from ann"], ["from bob", "from bob, too"], ["to all"]]
    group, bob, ann = load().sessions
    assert [m.additional_kwargs["sender"] for m in bob["messages"]] == [BOB, BOB]
    assert ann["chat"]["participants"] == ann["chat"]["handles"] == [ANN]
    assert group["chat"]["participants"] == [ANN, BOB]


def test_an_identifier_in_another_spelling_is_the_member_it_fits(
    write: Callable, load: Callable, at: Callable
) -> None:
    with write() as db:
        ann, bob = db.handle(ANN), db.handle(BOB)
        one = db.chat(ann, bob, style=45, chat_identifier="(415) 555-0101")
        other = db.chat(ann, style=45, chat_identifier="chat1")
        db.message(one, "a", at=at(0))
        db.message(other, "b", at=at(1))
        db.message(db.chat(bob), "c", at=at(2))
    assert texts(load) == [["a", "b"], ["c"]]


@pytest.mark.parametrize("group_id", [{}, {"group_id": "1"}])
def test_group_rows_of_one_identifier_are_one_group(
    group_id: dict[str, str], write: Callable, load: Callable, at: Callable
) -> None:
    with write() as db:
        ann, bob = db.handle(ANN), db.handle(BOB, service="RCS")
        one = db.chat(ann, bob, chat_identifier="chat797", **group_id)
        other = db.chat(bob, chat_identifier="chat797", style=43, service="RCS")
        db.message(one, "a", at=at(0))
        db.message(other, "b", at=at(1))
        db.message(db.chat(ann, bob), "c", at=at(2))
    assert texts(load) == [["a", "b"], ["c"]]
    assert len(texts(load, unify_chats=False)) == 3


@pytest.mark.parametrize("contacts", [None, {ANN: "Ann"}, {CAT: "Ann"}])
def test_what_apple_joined_no_address_book_splits(
    contacts: dict[str, str] | None, write: Callable, path: Path, at: Callable
) -> None:
    pytest.importorskip("phonenumbers")
    with write(era="macos-15") as db:
        for n, address in enumerate((ANN, CAT)):
            handle = db.handle(address, person_centric_id="A")
            db.message(db.chat(handle), "hi", sender=handle, at=at(n))
    with ChatDatabase(path, contacts=contacts) as database:
        (conversation,) = database.conversations()
    assert len({message.person for message in conversation.messages}) == 1
    assert set(conversation.chat.persons) == {conversation.messages[0].person}
    if contacts:
        assert [m.sender for m in conversation.messages] == ["Ann", "Ann"]
        assert conversation.chat.participants == ("Ann",)


def test_the_fields_of_a_chats_rows_are_aligned(
    write: Callable, path: Path, at: Callable
) -> None:
    with write() as db:
        for n, service in enumerate(("iMessage", "SMS")):
            handle = db.handle(ANN, service=service)
            chat = db.chat(handle, service=service)
            db.message(chat, "hi", sender=handle, at=at(n))
    with ChatDatabase(path) as database:
        (chat_,) = database.chats
    assert (chat_.rowids, chat_.identifiers) == ((2, 1), (ANN, ANN))
    assert [guid.partition(";")[0] for guid in chat_.guids] == ["SMS", "iMessage"]


def test_one_address_in_two_spellings_is_one_sender(
    write: Callable, load: Callable, at: Callable
) -> None:
    spellings = ("Cat@Example.com", "cat@example.com", "e:CAT@example.com")
    with write() as db:
        for n, spelling in enumerate(spellings):
            handle = db.handle(spelling)
            db.message(db.chat(handle), str(n), sender=handle, at=at(n))
    loaded = load()
    assert loaded.texts == ["0", "1", "2"]
    assert set(loaded.senders) == {"Cat@Example.com"}
    assert loaded.sessions[0]["chat"]["handles"] == ["Cat@Example.com"]


def test_the_tag_of_a_filtered_sender_is_kept_with_the_address_only(
    write: Callable, load: Callable, at: Callable
) -> None:
    with write() as db:
        shop = db.handle("28849(smsfp)")
        db.message(db.chat(shop), "sale", sender=shop, at=at(0))
    loaded = load()
    assert loaded.senders == ["28849"]
    assert loaded.sessions[0]["chat"]["handles"] == ["28849(smsfp)"]


def test_the_id_of_a_person_is_the_same_everywhere_and_names_nobody(
    write: Callable, path: Path, tmp_path: Path, load: Callable, at: Callable
) -> None:
    def write_all(database: Any, order: tuple[str, ...]) -> None:
        with database as db:
            handles = {a: db.handle(a, person_centric_id=a[:1]) for a in order}
            group = db.chat(*handles.values())
            for n, address in enumerate((ANN, BOB, CAT)):
                said = db.message(group, "hi", sender=handles[address], at=at(n))
            db.reaction(said, "liked", chat=group, sender=handles[BOB], at=at(9))

    write_all(write(era="macos-15"), (ANN, BOB, CAT))
    first = load()
    path.rename(tmp_path / "old.db")
    write_all(write(era="macos-15"), (CAT, BOB, ANN))
    second = load()
    ids = [m.additional_kwargs["person"] for m in first.messages]
    assert ids == [m.additional_kwargs["person"] for m in second.messages]
    assert ids[0] == ids[1] != ids[2]
    (reaction,) = first.messages[-1].additional_kwargs["reactions"]
    assert reaction["person"] == ids[0]
    chat = first.sessions[0]["chat"]
    assert len(chat["persons"]) == len(chat["participants"])
    assert not any("555" in person and "415" in person for person in ids)


def test_the_owners_messages_have_no_person(
    write: Callable, load: Callable, at: Callable
) -> None:
    with write() as db:
        ann, bob = db.handle(ANN), db.handle(BOB)
        group = db.chat(ann, bob)
        db.message(group, "mine", at=at(0))
        db.message(group, "whose?", at=at(1), is_from_me=0, handle_id=99)
    assert not any("person" in m.additional_kwargs for m in load().messages)


def test_one_persons_reactions_and_votes_replace_each_other(
    write: Callable, load: Callable, at: Callable
) -> None:
    with write(era="macos-15") as db:
        phone, mail = (db.handle(a, person_centric_id="A") for a in (ANN, CAT))
        group = db.chat(phone, mail, db.handle(BOB))
        said = db.message(group, "hi", at=at(0))
        db.reaction(said, "loved", chat=group, sender=phone, at=at(1))
        db.reaction(said, "liked", chat=group, sender=mail, at=at(2))
    (message,) = load().messages
    assert [r["kind"] for r in message.additional_kwargs["reactions"]] == ["liked"]


def test_a_number_on_the_cards_of_several_people_is_reported_and_joins_nothing(
    write: Callable, path: Path, at: Callable
) -> None:
    pytest.importorskip("phonenumbers")
    with write() as db:
        for n, address in enumerate((ANN, BOB, CAT)):
            handle = db.handle(address)
            db.message(db.chat(handle), "hi", sender=handle, at=at(n))
    cards = path.with_name("cards.vcf")
    cards.write_text(
        f"BEGIN:VCARD\nFN:Ann\nTEL:{ANN}\nTEL:{BOB}\nREV:2024-01-02\nEND:VCARD\n"
        f"BEGIN:VCARD\nFN:Cat\nTEL:{ANN}\nEMAIL:{CAT}\nREV:2024-01-03\nEND:VCARD\n"
    )
    with ChatDatabase(path, contacts=cards) as database:
        assert database.contact_conflicts == 1
        found = {chat.handles: chat.participants for chat in database.chats}
    assert found == {(ANN,): ("Cat",), (BOB,): ("Ann",), (CAT,): ("Cat",)}


def test_who_left_a_group_and_wrote_in_it_is_among_its_participants(
    write: Callable, load: Callable, at: Callable
) -> None:
    with write() as db:
        ann, bob, cat = map(db.handle, (ANN, BOB, CAT))
        group = db.chat(ann, style=43)
        db.message(group, "a", sender=ann, at=at(0))
        db.message(group, "b", sender=bob, at=at(1))
        db.message(group, "c", sender=bob, at=at(2))
        db.message(group, "d", at=at(3), is_from_me=0, handle_id=99)
        direct = db.chat(cat)
        db.message(direct, "e", sender=ann, at=at(4))
    direct_chat, chat = (session["chat"] for session in load().sessions)
    assert chat["participants"] == chat["handles"] == [ANN, BOB]
    assert len(chat["persons"]) == 2
    assert direct_chat["participants"] == [CAT]


@pytest.mark.parametrize("people", [[BOB], ["Bob"], ["bob", "nobody"]])
def test_a_group_is_found_by_whoever_left_it_and_wrote_in_it(
    write: Callable, load: Callable, at: Callable, people: list[str]
) -> None:
    with write() as db:
        ann, bob, cat = map(db.handle, (ANN, BOB, CAT))
        group = db.chat(ann, cat, style=43)
        db.message(group, "by bob", sender=bob, at=at(0))
        db.message(group, "mine", at=at(1), handle_id=bob)
        db.message(db.chat(ann, cat, style=43), "elsewhere", at=at(2), handle_id=bob)

    with warnings.catch_warnings():
        warnings.simplefilter("error" if len(people) == 1 else "ignore")
        loaded = load(people=people, contacts={BOB: "Bob"})

    assert loaded.texts == ["by bob", "mine"]
    assert loaded.sessions[0]["chat"]["participants"] == [ANN, CAT, "Bob"]


def test_the_owners_address_that_wrote_in_a_group_is_no_participant(
    write: Callable, load: Callable, at: Callable
) -> None:
    own = {"last_addressed_handle": ME}
    with write() as db:
        ann, bob, me = map(db.handle, (ANN, BOB, ME))
        for n, person in enumerate((ann, bob)):
            db.message(db.chat(person, **own), "hello", sender=person, at=at(n))
        group = db.chat(ann, bob, style=43, **own)
        db.message(group, "from another device", sender=me, at=at(3))

    assert load(groups=True).sessions[0]["chat"]["participants"] == [ANN, BOB]
