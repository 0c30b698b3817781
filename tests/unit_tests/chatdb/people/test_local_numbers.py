"""Numbers that are stored without their country, as SMS of some carriers are."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

ANN, ANN_AT_HOME = "+14155550101", "4155550101"


def test_it_is_the_one_stored_number_that_it_can_be(
    write: Callable, load: Callable, at: Callable
) -> None:
    with write() as db:
        for n, address in enumerate((ANN, ANN_AT_HOME)):
            ann = db.handle(address)
            db.message(db.chat(ann), f"from {address}", at=at(n), sender=ann)

    loaded = load()

    assert loaded.senders == [ANN, ANN]
    assert len({m.additional_kwargs["person"] for m in loaded.messages}) == 1
    assert loaded.sessions[0]["chat"]["handles"] == [ANN]


def test_what_can_be_two_numbers_is_neither(
    write: Callable, load: Callable, at: Callable
) -> None:
    everybody = (ANN, "+494155550101", ANN_AT_HOME)
    with write() as db:
        for n, address in enumerate(everybody):
            sender = db.handle(address)
            db.message(db.chat(sender), "hello", at=at(n), sender=sender)

    loaded = load()

    senders = [s["messages"][0].additional_kwargs["sender"] for s in loaded.sessions]
    assert sorted(senders) == sorted(everybody)


def test_a_blank_person_id_is_nobodys(
    write: Callable, load: Callable, at: Callable
) -> None:
    with write() as db:
        for n, address in enumerate((ANN, "+14155550102")):
            sender = db.handle(address, person_centric_id=" ")
            db.message(db.chat(sender), "hello", at=at(n), sender=sender)

    assert len(load().sessions) == 2
