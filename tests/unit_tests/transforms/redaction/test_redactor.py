"""Redactor: one placeholder for one thing, in texts and sessions, and back again."""

from __future__ import annotations

import copy
import pickle
import re
import sys
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from langchain_core.messages import AIMessage, BaseMessage, HumanMessage

from langchain_imessage.errors import MissingDependencyError
from langchain_imessage.transforms import (
    DETECTORS,
    PLACEHOLDER,
    Match,
    Redactor,
    Vault,
    map_ai_messages,
)
from langchain_imessage.transforms.redaction.detectors._phones import find_phones

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from langchain_core.chat_sessions import ChatSession

PHONE = "+1 (415) 555-2671"


def said(text: Any, sender: str | None = "Ann Smith", **kwargs: Any) -> HumanMessage:
    return HumanMessage(text, additional_kwargs={"sender": sender, **kwargs})


def own(text: Any, **kwargs: Any) -> HumanMessage:
    return said(text, "Me", is_from_me=True, **kwargs)


def session_of(*messages: BaseMessage, **chat: Any) -> ChatSession:
    session: Any = {"messages": list(messages), "chat": chat}
    return session


def redacted(*messages: BaseMessage, **options: Any) -> list[BaseMessage]:
    (session,) = Redactor(**options)([session_of(*messages)])
    return list(session["messages"])


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (PHONE, "415-555-2671"),
        (PHONE, "415.555.2671"),
        ("ann.smith@example.com", "Ann.Smith@EXAMPLE.com"),
        ("4111 1111 1111 1111", "4111-1111-1111-1111"),
        ("DE89 3704 0044 0532 0130 00", "de89370400440532013000"),
        ("12 Main St", "12 main street"),
        ("Ann Smith", "ANN"),
        ("Ann", "ann smith"),
        ("Ann Smith", "Smith"),
        ("fe80::1", "fe80:0:0:0:0:0:0:1"),
    ],
)
def test_the_same_thing_has_the_same_placeholder_however_it_is_written(
    one: str, other: str
) -> None:
    redactor = Redactor(names=["Ann Smith"])
    placeholder = redactor.redact_text(one)
    assert PLACEHOLDER.fullmatch(placeholder)
    assert redactor.redact_text(f"so {other}!") == f"so {placeholder}!"
    assert redactor.restore(placeholder) == one


def test_numbers_are_in_order_of_first_appearance() -> None:
    redactor = Redactor()
    text = "415-555-2671, 415-555-2672, 415-555-2671, a@example.com"
    assert redactor.redact_text(text) == "[phone 1], [phone 2], [phone 1], [email 1]"
    assert redactor.counts == {"phone": 3, "email": 1}


def test_placeholders_go_on_from_a_vault() -> None:
    before = Redactor(names=["Ann Smith"])
    before.redact_text("Ann, 415-555-2671")
    after = Redactor(vault=before.vault)
    assert after.redact_text("415-555-2672, 4155552671, ann smith") == (
        "[phone 2], [phone 1], [name 1]"
    )
    assert after.vault.entries[:2] == before.vault.entries


def test_a_placeholder_somebody_wrote_themselves_is_not_given_out() -> None:
    redactor = Redactor()
    text = "I wrote [phone 1], my number is 415-555-2671"
    hidden = redactor.redact_text(text)
    assert hidden == "I wrote [phone 1], my number is [phone 2]"
    assert redactor.restore(hidden) == text
    again = Redactor(vault=redactor.vault)
    assert again.redact_text("4155552672") == "[phone 3]"


def test_a_look_alike_hides_no_secret() -> None:
    assert Redactor().redact_text("[code 482913]") == "[code [code 1]]"
    assert Redactor().redact_text("[phone 4155552671]") == "[phone [phone 1]]"


def test_what_another_redactor_has_redacted_stays() -> None:
    text = Redactor().redact_text("https://x.org/a?token=abc and code 482913 and PIN 1")
    assert Redactor().redact_text(text) == text


def test_a_secret_beside_another_is_found_when_that_is_gone() -> None:
    long = "x" * 60
    redactor = Redactor()
    hidden = redactor.redact_text(f"my code, {long}@example.com, is 4711")
    assert hidden == "my code, [email 1], is [code 1]"
    assert redactor.redact_text(hidden) == hidden


def test_of_two_that_overlap_nothing_is_left_over() -> None:
    def halves(text: str) -> Iterator[Match]:
        if "abcdef" in text:
            yield Match(start=0, end=4, kind="first", key="abcd")
            yield Match(start=2, end=6, kind="second", key="cdef")

    redactor = Redactor(detectors=[halves])
    assert redactor.redact_text("abcdef g") == "[first 1] g"
    assert redactor.restore("[first 1]") == "abcdef"


@pytest.mark.parametrize("bad", [(0, 0), (3, 2), (-1, 2), (1, 99)])
def test_a_detector_that_points_nowhere_does_no_harm(bad: tuple[int, int]) -> None:
    redactor = Redactor(
        detectors=[lambda _: [Match(start=bad[0], end=bad[1], kind="x", key="x")]]
    )
    assert redactor.redact_text("harmless") == "harmless"


def test_further_detectors_see_texts_without_digits_too() -> None:
    def shouting(text: str) -> Iterable[Match]:
        start = text.find("SECRET")
        if start >= 0:
            yield Match(start=start, end=start + 6, kind="PROJECT_NAME", key="s")

    redactor = Redactor(detectors=[*DETECTORS, shouting])
    assert redactor.redact_text("a SECRET") == "a [project name 1]"


def test_other_forms_of_placeholders() -> None:
    redactor = Redactor(stand_in=lambda kind, n: f"<{kind.upper()}_{n}>")
    text = "<PHONE_1> 415-555-2671"
    hidden = redactor.redact_text(text)
    assert hidden == "<PHONE_1> <PHONE_2>"
    assert redactor.redact_text(hidden) == hidden
    assert redactor.restore(hidden) == text


@pytest.mark.parametrize(
    "form", ["phone1", "[x", "[[x]", "'x'", "", "[" + "x" * 99 + "]"]
)
def test_placeholders_that_could_not_be_known_again_are_refused(form: str) -> None:
    with pytest.raises(ValueError, match="placeholder"):
        Redactor(stand_in=lambda _kind, _number: form)


def test_placeholders_have_to_differ_and_to_be_alike() -> None:
    same = Redactor(stand_in=lambda _kind, _number: "[x]")
    same.redact_text("415-555-2671")
    with pytest.raises(ValueError, match="two placeholders"):
        same.redact_text("415-555-2672")
    mixed = Redactor(stand_in=lambda kind, _: "[x]" if kind == "name" else "<x>")
    with pytest.raises(ValueError, match="same character"):
        mixed.redact_text("415-555-2671")
    with pytest.raises(ValueError, match="same character"):
        Redactor(vault=same.vault, stand_in=lambda kind, n: f"<{kind} {n}>")


def test_messages_keep_everything_but_what_is_private() -> None:
    message = said(f"call {PHONE}", handle="+14155552671", reactions=[1])
    (hidden,) = redacted(message)
    assert hidden.content == "call [phone 1]"
    assert hidden.additional_kwargs == {
        "sender": "[name 1]",
        "handle": "+14155552671",
        "reactions": [1],
    }
    assert message.content == f"call {PHONE}"
    assert message.additional_kwargs["sender"] == "Ann Smith"


def test_a_message_with_nothing_private_is_the_given_one() -> None:
    message = own("see you at 8")
    assert redacted(message)[0] is message


def test_text_blocks_are_redacted_and_others_left() -> None:
    image = {"type": "image", "base64": "QUJD"}
    (hidden,) = redacted(own([{"type": "text", "text": PHONE}, image, PHONE]))
    assert hidden.content == [{"type": "text", "text": "[phone 1]"}, image, "[phone 1]"]


def test_everything_an_adapter_writes_out_is_redacted() -> None:
    call = {"name": "call", "arguments": [{"to": PHONE}], "times": 1}
    message = AIMessage(
        "ok",
        name="Ann Smith",
        additional_kwargs={"name": "Ann Smith", "function_call": call},
    )
    (hidden,) = redacted(message)
    assert hidden.name == hidden.additional_kwargs["name"] == "[name 1]"
    assert hidden.additional_kwargs["function_call"] == {
        "name": "call",
        "arguments": [{"to": "[phone 1]"}],
        "times": 1,
    }


def test_ones_own_sender_stays_before_and_after_the_roles_are_given() -> None:
    sessions = [session_of(said("hi"), own("hi Ann"))]
    before = next(map_ai_messages(Redactor()(sessions), "Me"))
    after = next(Redactor()(map_ai_messages(sessions, "Me")))
    for session in (before, after):
        assert [message.type for message in session["messages"]] == ["human", "ai"]
        senders = [m.additional_kwargs["sender"] for m in session["messages"]]
        assert senders == ["[name 1]", "Me"]
        assert session["messages"][1].content == "hi [name 1]"


def test_ones_own_name_in_what_is_said_is_replaced_if_given() -> None:
    (hidden,) = redacted(said("hi Tim"), names=["Tim Taler"])
    assert hidden.content == "hi [name 1]"


@pytest.mark.parametrize(
    ("sender", "placeholder"),
    [
        ("+14155552671", "[phone 1]"),
        ("ann@example.com", "[email 1]"),
        ("262966", "[phone 1]"),
        ("urn:biz:1234", "[phone 1]"),
        ("Ann", "[name 1]"),
        ("Studio 5551234567", "[name 1]"),
        ("🐢", "[name 1]"),
        (None, None),
    ],
)
def test_every_speaker_has_a_placeholder(
    sender: str | None, placeholder: str | None
) -> None:
    (hidden,) = redacted(said("hi", sender))
    assert hidden.additional_kwargs["sender"] == placeholder


def test_a_number_is_the_same_as_a_speaker_and_in_what_is_said() -> None:
    (hidden,) = redacted(said("my number: (555) 000-0001", "+15550000001"))
    assert hidden.content == "my number: [phone 1]"
    assert hidden.additional_kwargs["sender"] == "[phone 1]"


def test_known_numbers_are_found_even_if_nobody_can_have_them() -> None:
    (hidden,) = redacted(own("it is 05550000001"))
    assert hidden.content == "it is 05550000001"
    session = session_of(own("it is 0 555 000 0001"), handles=["+15550000001"])
    (found,) = Redactor()([session])
    assert found["messages"][0].content == "it is [phone 1]"


def test_numbers_without_a_country_are_from_where_the_people_are() -> None:
    here = session_of(own("020 7946 0958"), handles=["+442079460000"])
    there = session_of(own("020 7946 0958"), handles=["+14155552671"])
    assert next(Redactor()([here]))["messages"][0].content == "[phone 1]"
    assert next(Redactor()([there]))["messages"][0].content == "020 7946 0958"
    assert Redactor(region="GB").redact_text("020 7946 0958") == "[phone 1]"
    assert next(Redactor(region="US")([here]))["messages"][0].content != "[phone 1]"


def test_mentioned_people_are_known() -> None:
    mentions = [
        {"name": "Annie", "person": "Ann Smith", "part": 0},
        {"name": "Bobby", "person": "+14155552671", "part": 0},
        {"name": None, "person": "+14155552671", "part": 0},
    ]
    (one, other) = redacted(
        own("Annie and Bobby?", mentions=mentions), said("bobby: yes, ann too")
    )
    assert one.content == "[name 1] and [name 2]?"
    assert other.content == "[name 2]: yes, [name 1] too"


def test_whoever_takes_part_in_any_session_is_known_from_the_first_on() -> None:
    sessions = [session_of(own("Ann is ill")), session_of(said("hi"))]
    assert next(Redactor()(sessions))["messages"][0].content == "[name 1] is ill"
    assert next(Redactor()(iter(sessions)))["messages"][0].content == "[name 1] is ill"
    redactor = Redactor()
    redactor.learn(iter(sessions))
    assert next(redactor(iter(sessions)))["messages"][0].content == "[name 1] is ill"


def test_a_session_has_no_effect_on_what_is_said_outside_of_it() -> None:
    redactor = Redactor(names=["Ann Smith", "Ann Jones"])
    here = session_of(own("Ann, 020 7946 0958"), handles=["+442079460000"] * 9)
    there = session_of(own("Ann"), participants=["Ann Smith"], handles=["+14155552671"])
    list(redactor([there, here, there]))
    assert redactor.vault.entries[0].key == "ann smith"
    assert redactor.redact_text("Ann") == "[name 2]"
    assert Redactor(vault=redactor.vault, names=["Ann Smith", "Ann Jones"]).redact_text(
        "Ann, ann smith"
    ) == ("[name 2], [name 1]")


def test_redacting_sessions_twice_changes_nothing_more() -> None:
    redactor = Redactor()
    once = list(redactor([session_of(said(f"Ann: {PHONE}"), own("ok"))]))
    assert list(redactor(once)) == once
    assert list(Redactor()(once)) == once


def test_sessions_are_taken_one_at_a_time_once_their_people_are_learned() -> None:
    taken = []

    def sessions() -> Iterator[ChatSession]:
        for number in range(3):
            taken.append(number)
            yield session_of(own("hi"))

    redactor = Redactor()
    redactor.learn([])
    stream = redactor(sessions())
    assert taken == []
    next(stream)
    assert taken == [0]


@pytest.mark.parametrize(
    "never",
    ["Ann Smith", "ann", "+1 415 555 2671", "Ann@example.com", "smith"],
)
def test_conversations_of_people_who_opted_out_are_left_out(never: str) -> None:
    people = ["+14155552671", "ann@example.com"]
    ann = session_of(said("hi", ids=["1", "2"]), own("ho"), handles=people)
    bob = session_of(said("hi", "Bob"), own("ho"))
    redactor = Redactor(never=[never])
    assert [len(s["messages"]) for s in redactor([ann, bob])] == [2]
    assert redactor.dropped == {"opted out": 3}


@pytest.mark.parametrize(
    ("never", "text"),
    [
        ("surgery", "the SURGERY went well"),
        ("project x", "about Project X, then"),
        ("🍆", "a 🍆!"),
        ("医院", "我在医院里"),
        ("+14155552671", "call 415.555.2671"),
        ("bob@example.com", "to Bob@Example.com"),
    ],
)
def test_messages_with_words_that_are_opted_out_of_are_left_out(
    never: str, text: str
) -> None:
    redactor = Redactor(never=[never, " "])
    blocks: list[Any] = [text, {"type": "image"}]
    messages = [own("surgeries, projects"), own(text, ids=["1", "2"]), own(blocks)]
    (session,) = redactor([session_of(*messages)])
    assert session["messages"] == messages[:1]
    assert redactor.dropped == {"opted-out word": 3}


def test_a_conversation_of_which_nothing_is_left_is_left_out() -> None:
    redactor = Redactor(never=["hush"])
    assert list(redactor([session_of(own("hush")), session_of()])) == [session_of()]


def test_its_repr_and_its_parts_tell_counts_only() -> None:
    redactor = Redactor(names=["Ann Smith"], never=["Bob", "+14155552671", "🍆"])
    redactor.redact_text(f"Ann {PHONE}")
    shown = " ".join(map(repr, [redactor, redactor.vault, *redactor.vault.entries]))
    shown += " ".join(map(repr, vars(redactor).values()))
    shown = re.sub("0x[0-9a-f]+", "", shown)  # where an object is in memory
    for private in ("Ann", "ann", "415", "Bob", "bob", "🍆"):
        assert private not in shown
    assert repr(redactor) == "Redactor(placeholders=2, replaced=2)"
    assert repr(redactor.vault) == "Vault(entries=2, reserved=0)"


def test_without_the_library_it_says_what_to_install(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setitem(sys.modules, "phonenumbers", None)
    with pytest.raises(MissingDependencyError, match=r"langchain-imessage\[redact\]"):
        Redactor()
    redactor = Redactor(detectors=[one for one in DETECTORS if one is not find_phones])
    assert redactor.redact_text("a@example.com") == "[email 1]"
    (session,) = redactor([session_of(said("hi", "+14155552671"))])
    assert session["messages"][0].additional_kwargs["sender"] == "[phone 1]"


PIECES = st.sampled_from(
    [
        *(
            "Ann",
            "will",
            "Will",
            "you",
            "code",
            "PIN:",
            "[phone 1]",
            "[name 1]",
            "[",
            "]",
        ),
        *(
            PHONE,
            "a@example.com",
            "482913",
            "4111 1111 1111 1111",
            "1984",
            "12 Main St",
        ),
        *(
            "https://x.org/?token=abc",
            "\ud800",
            "שלום",
            "👨‍👩‍👧",
            "\ufffc",
            "\n",
            ",",
            "@",
            "=/",
        ),
    ]
)
TEXTS = st.one_of(
    st.text(st.characters(exclude_categories=())),
    st.lists(PIECES, max_size=12).map(" ".join),
    st.lists(PIECES, max_size=12).map("".join),
)


@pytest.mark.slow
@settings(deadline=None)
@given(st.lists(TEXTS, max_size=4))
def test_any_text_is_redacted_once_and_for_all_and_comes_back(texts: list[str]) -> None:
    # All at once, so that no one's own "[phone 1]" comes after ours.
    text = "\n".join(texts)
    redactor = Redactor(names=["Ann Smith", "Will Jones"])
    hidden = redactor.redact_text(text)
    assert redactor.redact_text(hidden) == hidden
    again = Redactor(names=["Ann Smith", "Will Jones"])
    assert again.redact_text(text) == hidden
    # What is written in two ways comes back in the way it was written first.
    if len(redactor.vault.entries) == redactor.counts.total():
        assert redactor.restore(hidden) == text


@pytest.mark.untraced
@pytest.mark.slow
@pytest.mark.parametrize(
    "text",
    [
        *("1" * 100_000, "1 " * 10_000, "1." * 10_000, "A-" * 50_000, "[" * 100_000),
        *("a@" * 50_000, "a." * 50_000 + "@", "://" * 30_000, "/" * 100_000),
        "Ann " * 10_000,
    ],
)
def test_long_texts_do_not_take_forever(text: str) -> None:
    assert len(Redactor(names=["Ann Smith"]).redact_text(text)) > 0


def test_an_empty_vault_is_the_default() -> None:
    assert Redactor().vault == Vault()


def _pickled(redactor: Redactor) -> Redactor:
    made: Redactor = pickle.loads(pickle.dumps(redactor))  # noqa: S301 - our own
    return made


@pytest.mark.parametrize("duplicate", [copy.deepcopy, _pickled])
def test_a_copy_of_a_redactor_goes_on_with_its_placeholders(
    duplicate: Callable[[Redactor], Redactor],
) -> None:
    redactor = Redactor(names=["Ann Smith"])
    redactor.redact_text("Ann: 415-555-2671")
    copied = duplicate(redactor)
    assert copied.redact_text("ann smith, 415 555 2671") == "[name 1], [phone 1]"
    assert copied.counts.total() == redactor.counts.total() + 2


def test_plain_contents_leave_nothing_else_of_their_messages_unread() -> None:
    call = {"name": "call", "arguments": "415-555-2671"}
    said = [
        HumanMessage("hi"),
        HumanMessage("so?", additional_kwargs={"function_call": call}),
    ]
    _, redacted = Redactor().redact_messages(said)
    written = redacted.additional_kwargs["function_call"]
    assert written["arguments"] == "[phone 1]"


def test_a_text_is_read_by_itself_where_another_of_its_segment_is_private() -> None:
    said = [HumanMessage("hi"), HumanMessage("415-555-2671"), HumanMessage("ok")]
    redacted = Redactor().redact_messages(said)
    assert [m.content for m in redacted] == ["hi", "[phone 1]", "ok"]


@pytest.mark.parametrize("known_by", ["sender", "name"])
def test_a_speaker_first_met_among_messages_is_named_in_none_of_them(
    known_by: str,
) -> None:
    met: dict[str, Any] = {"name": "Zed"}
    if known_by == "sender":
        met = {"additional_kwargs": {"sender": "Zed"}}
    messages = [HumanMessage("zed is here"), HumanMessage("it is", **met)]
    messages += [HumanMessage("zed is there")]
    redactor = Redactor()
    redacted = [message.content for message in redactor.redact_messages(messages)]
    assert redacted == ["[name 1] is here", "it is", "[name 1] is there"]
    assert not redactor._texts._found, "nothing found is kept behind a call"
