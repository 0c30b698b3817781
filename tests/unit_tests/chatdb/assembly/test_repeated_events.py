"""Each event is told once, and by whom it was."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from collections.abc import Callable

ANN, BOB, NEW = "+15550101", "+15550102", "+15550103"


def lines(loaded: Any) -> list[str]:
    """The events, as annotations and as records say them."""
    annotated = [
        f"{m.additional_kwargs['sender']}: {m.content}"
        for m in loaded.messages
        if str(m.content).startswith("[")
    ]
    told = [e for m in loaded.messages for e in m.additional_kwargs.get("events", [])]
    return annotated or [f"{e['sender']}: {e['kind']}" for e in told]


@pytest.mark.parametrize("apart", [0, 1])
@pytest.mark.parametrize("removal_first", [True, False])
def test_a_changed_number_is_one_event(
    write: Callable, load: Callable, at: Callable, apart: int, removal_first: bool
) -> None:
    with write() as db:
        old, bob, new = (db.handle(a) for a in (ANN, BOB, NEW))
        chat = db.chat(bob, new)
        pair = [(old, 1), (new, 0)]
        for number, (who, action) in enumerate(pair if removal_first else pair[::-1]):
            event = {"item_type": 1, "group_action_type": action, "other_handle": who}
            db.group_event(chat, sender=who, at=at(apart * number), **event)
        db.message(chat, "new number", sender=new, at=at(60))

    assert lines(load()) == [f"{NEW}: number changed"]
    loaded = load(content="annotated")
    assert lines(loaded) == [f"{NEW}: [changed their number]"]
    loaded.left_out(group_event=1)


def test_somebody_who_is_removed_at_another_time_or_by_another_is_removed(
    write: Callable, load: Callable, at: Callable
) -> None:
    with write() as db:
        ann, bob, new = (db.handle(a) for a in (ANN, BOB, NEW))
        chat = db.chat(ann, bob, new)
        for second, who, other, action in (
            (0, bob, ann, 1),
            (0, new, new, 0),
            (60, bob, bob, 1),
        ):
            event = {"item_type": 1, "group_action_type": action, "other_handle": other}
            db.group_event(chat, sender=who, at=at(second), **event)
        db.message(chat, "hi", sender=new, at=at(90))

    assert lines(load()) == [
        f"{BOB}: removed",
        f"{NEW}: number changed",
        f"{BOB}: removed",
    ]


def test_an_event_that_is_stored_several_times_is_one(
    write: Callable, load: Callable, at: Callable
) -> None:
    with write() as db:
        ann = db.handle(ANN)
        chat = db.chat(ann, db.handle(BOB))
        for second, title in ((0, "A"), (0, "A"), (0.9, "A"), (1, "B"), (9, "A")):
            event = {"item_type": 2, "group_title": title}
            db.group_event(chat, sender=ann, at=at(second), **event)
        db.message(chat, "hi", sender=ann, at=at(90))

    assert len(lines(load())) == 3
    loaded = load(content="annotated")
    assert [line[-4:] for line in lines(loaded)] == ['"A"]', '"B"]', '"A"]']
    loaded.left_out(group_event=2)


@pytest.mark.parametrize("stopped", [0, 1])
@pytest.mark.parametrize("direction", [0, 1])
def test_a_location_is_shared_by_the_same_person_in_both_ways(
    write: Callable, load: Callable, at: Callable, stopped: int, direction: int
) -> None:
    with write() as db:
        ann = db.handle(ANN)
        chat = db.chat(ann)
        event = {"share_status": stopped, "share_direction": direction}
        db.group_event(
            chat, item_type=4, sender=ann, at=at(0), other_handle=ann, **event
        )
        db.message(chat, "hi", sender=ann, at=at(90))

    (told,) = load().messages[0].additional_kwargs["events"]
    shown = load(content="annotated").messages[0].additional_kwargs
    who = ANN if direction else "Me"
    assert (told["sender"], told["is_from_me"]) == (who, not direction)
    assert (shown["sender"], shown["is_from_me"]) == (who, not direction)
