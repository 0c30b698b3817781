"""What a balloon is, whatever its payload looks like."""

from __future__ import annotations

import plistlib
from typing import TYPE_CHECKING, Any, ClassVar

import pytest
from hypothesis import given
from hypothesis import strategies as st

from langchain_imessage.decoding._attachment_kinds import attachment_kind, mime_type_of
from langchain_imessage.decoding._attributed_body import parse_body, text_body
from langchain_imessage.decoding._events import effect_name, event_kind
from langchain_imessage.decoding.archives._keyed_archives import CLASS
from langchain_imessage.decoding.balloons._app_messages import APP_FIELDS, parse_app
from langchain_imessage.decoding.balloons._balloon import parse_balloon
from langchain_imessage.decoding.balloons._links import LINK_FIELDS, parse_link
from langchain_imessage.errors import DecodeError
from langchain_imessage.records import App, Link, Poll
from langchain_imessage.testing import (
    LINK,
    POLL,
    app_payload,
    archive_body,
    extension,
    link_payload,
    poll_payload,
    vote_payload,
)
from langchain_imessage.testing.database.blobs._payloads import Archived, archive, url
from langchain_imessage.typedstream import URL, AttributedString, Run, dumps

if TYPE_CHECKING:
    from collections.abc import Callable


def test_a_preview_without_a_bundle_is_a_link() -> None:
    found = parse_balloon(None, link_payload("https://example.com", title="A page"))
    assert isinstance(found, Link)
    assert (found.url, found.title, found.kind) == (
        "https://example.com",
        "A page",
        "page",
    )


@pytest.mark.parametrize(
    "root",
    [
        {"originalURL": url("https://e.com"), "title": " "},
        {"richLinkMetadata": {"URL": {"URL": "https://e.com"}}},
        {"metadata": {"URL": "https://e.com", "specialization": "odd"}},
    ],
)
def test_metadata_may_be_wrapped_and_poor(root: dict[str, Any]) -> None:
    found = parse_balloon(LINK, archive(root))
    assert isinstance(found, Link)
    assert (found.url, found.title) == ("https://e.com", None)


@pytest.mark.parametrize(
    ("fields", "kind"),
    [
        ({"artist": "A"}, "song"),
        ({"genre": "G"}, "app"),
        ({"address": "S"}, "place"),
    ],
)
def test_a_specialization_of_an_unknown_class_is_told_by_its_fields(
    fields: dict[str, str], kind: str
) -> None:
    payload = link_payload("https://e.com", kind="LPNew", name="N", **fields)
    found = parse_balloon(LINK, payload)
    assert isinstance(found, Link)
    assert (found.kind, found.title, found.summary) == (kind, "N", *fields.values())


def test_a_sharing_wrapper_is_a_collaboration() -> None:
    made = Archived(
        name="LPSharingMetadataWrapper", fields={"originalURL": "https://e.com"}
    )
    found = parse_balloon(LINK, archive(made))
    assert isinstance(found, Link)
    assert found.kind == "collaboration"


@pytest.mark.parametrize("is_wrapped", [True, False])
def test_the_app_of_a_shared_document_is_its_site(*, is_wrapped: bool) -> None:
    special: dict[str, Any] = {"application": "Freeform"}
    shared = {
        "originalURL": "https://www.icloud.com/freeform/x#Plan",
        "collaborationMetadata": {"title": "Plan"},
        "specialization2": {"specialization": special} if is_wrapped else special,
    }
    found = parse_balloon(LINK, archive({"richLinkMetadata": shared}))
    assert isinstance(found, Link)
    assert (found.title, found.site, found.kind) == (
        "Plan",
        "Freeform",
        "collaboration",
    )


class Asked(dict[str, Any]):
    """A dictionary that remembers what it was asked for, and holds itself."""

    names: ClassVar[set[str]] = set()

    def __bool__(self) -> bool:
        return True

    def get(self, name: str, default: Any = None) -> Any:
        self.names.add(name)
        if name in {"specialization", "userInfo", "originalURL"}:
            return self
        return "street" if name == "_street" else default


@pytest.mark.parametrize(
    ("parse", "fields"),
    [
        (parse_link, LINK_FIELDS),
        (lambda root: parse_app(root, "x"), APP_FIELDS),
    ],
)
def test_all_that_is_asked_for_is_wanted_and_no_more(
    parse: Callable[[Any], object], fields: frozenset[str]
) -> None:
    Asked.names.clear()
    parse(Asked())
    assert Asked.names - {CLASS} == fields


def test_an_object_of_which_nothing_is_wanted_is_still_one() -> None:
    shared = {"originalURL": "https://e.com", "collaborationMetadata": {"new": "x"}}
    found = parse_balloon(LINK, archive(shared))
    assert isinstance(found, Link)
    assert found.kind == "collaboration"


def test_what_doubles_without_end_says_nothing_at_once() -> None:
    doubling = [[plistlib.UID(n + 2)] * 2 for n in range(3, 60)]
    keys = {"NS.keys": [plistlib.UID(3)], "NS.objects": [plistlib.UID(4)]}
    kind = {"$classname": "NSDictionary"}
    objects = ["$null", {"$class": plistlib.UID(2), **keys}, kind, "URL", *doubling]
    blob = plistlib.dumps(
        {"$top": {"root": plistlib.UID(1)}, "$objects": [*objects, "x"]},
        fmt=plistlib.FMT_BINARY,
    )
    assert parse_balloon(POLL, blob) is None
    assert parse_balloon(LINK, blob) is None


@pytest.mark.parametrize("payload", [None, b"", b"junk", archive([]), archive({})])
def test_links_and_polls_that_cannot_be_read_are_none(payload: bytes | None) -> None:
    assert parse_balloon(LINK, payload) is None
    assert parse_balloon(POLL, payload) is None
    assert parse_balloon(None, payload) is None


@pytest.mark.parametrize(
    "state", ["https://e.com", "data:,!!!", "data:,e30", "data:,W10"]
)
def test_a_poll_without_its_state_is_none(state: str) -> None:
    assert parse_balloon(POLL, app_payload(URL=url(state))) is None


def test_an_app_says_its_sentence_else_captions_else_its_name() -> None:
    bundle = extension("org.example.tortoise")
    info = {"caption": "Your move", "subcaption": "8 Ball", "image-title": "Your move"}
    for fields, text in (
        ({"ldtext": "Sent", "an": "Shell", "userInfo": info}, "Sent"),
        ({"an": "Shell", "userInfo": info}, "Your move, 8 Ball"),
        ({"an": "Shell", "userInfo": "odd"}, "Shell"),
        ({}, "tortoise"),
    ):
        found = parse_balloon(bundle, app_payload(**fields))
        assert isinstance(found, App)
        assert (found.kind, found.text) == ("app", text)
    for damaged in (None, b"junk"):
        found = parse_balloon(bundle, damaged)
        assert isinstance(found, App)
        assert found.text == "tortoise"


def test_a_poll_has_options_and_a_vote_all_of_a_persons() -> None:
    poll = parse_balloon(POLL, poll_payload("Where?", {"a": "Lake", "b": "Hill"}))
    assert isinstance(poll, Poll)
    assert [(o.id, o.text, o.voters) for o in poll.options] == [
        ("a", "Lake", ()),
        ("b", "Hill", ()),
    ]
    votes = parse_balloon(POLL, vote_payload("+15550101", ["a", "b"]))
    assert isinstance(votes, tuple)
    assert [(v.option, v.voter) for v in votes] == [
        ("a", "+15550101"),
        ("b", "+15550101"),
    ]


def test_no_repr_shows_words_or_people() -> None:
    every = [
        parse_balloon(POLL, poll_payload("secret", {"a": "secret"})),
        parse_balloon(POLL, vote_payload("secret", ["a"])),
        parse_balloon(LINK, link_payload("https://secret", title="secret")),
        parse_balloon(extension("x"), app_payload(ldtext="secret", URL="secret")),
        parse_body(archive_body("secret", mentions={"secret": "secret"})),
        text_body("secret"),
    ]
    assert "secret" not in repr(every)


def test_a_body_is_cut_into_bubbles_with_marks_where_they_stand() -> None:
    blob = archive_body(
        "👋 Ann, look\ufffcthere",
        transfers=["at_1"],
        mentions={"Ann": "+15550101"},
        styles={"look": "bold", "there": "shake"},
        links={"👋": "https://example.com"},
    )
    body = parse_body(blob)
    assert [bubble.number for bubble in body.bubbles] == [0, 1, 2]
    assert body.text == "👋 Ann, look\nthere"
    assert [slot.guid for slot in body.slots] == ["at_1"]
    assert [(m.name, m.part) for m in body.mentions] == [("Ann", 0)]
    assert [(s.kind, s.part, s.start, s.length) for s in body.styles] == [
        ("bold", 0, 7, 4),
        ("shake", 2, 0, 5),
    ]
    assert [(link.url, link.text) for link in body.links] == [
        ("https://example.com", "👋")
    ]


def test_an_inline_emoji_stays_within_its_bubble() -> None:
    runs = (
        Run(length=5, attributes={"__kIMMessagePartAttributeName": 0}),
        Run(
            length=1,
            attributes={
                "__kIMMessagePartAttributeName": 0,
                "__kIMFileTransferGUIDAttributeName": "at_0",
            },
        ),
        Run(length=4, attributes={"__kIMMessagePartAttributeName": 0}),
    )
    body = parse_body(dumps(AttributedString(text="nice \ufffc one", runs=runs)))
    (bubble,) = body.bubbles
    assert [p if isinstance(p, str) else p.guid for p in bubble.pieces] == [
        "nice ",
        "at_0",
        " one",
    ]


def test_a_relative_link_is_put_behind_its_base() -> None:
    link = URL(base=URL(relative="https://e.com/"), relative="a")
    runs = (Run(length=1, attributes={"__kIMLinkAttributeName": link}),)
    (found,) = parse_body(dumps(AttributedString(text="x", runs=runs))).links
    assert found.url == "https://e.com/a"
    runs = (Run(length=1, attributes={"__kIMLinkAttributeName": "https://e.com"}),)
    (found,) = parse_body(dumps(AttributedString(text="x", runs=runs))).links
    assert found.url == "https://e.com"


def test_a_string_or_an_unmarked_text_is_one_bubble() -> None:
    assert parse_body(dumps("hello")).text == "hello"
    assert parse_body(dumps(AttributedString(text="hello"))).text == "hello"
    assert parse_body(dumps(AttributedString(text=" "))).text == " "
    with pytest.raises(DecodeError):
        parse_body(dumps(7))


@given(st.text(st.characters(exclude_categories=["Cs"]), max_size=60))
def test_no_placeholder_is_ever_in_the_words(text: str) -> None:
    words = text_body(text).text
    assert not {"\ufffc", "\ufffd", "\uffff"} & set(words)


@pytest.mark.parametrize(
    ("mime", "uti", "name", "expected"),
    [
        ("Image/JPEG", None, None, "image/jpeg"),
        (None, "public.heic", "x", "image/heic"),
        (None, None, "x.CAF", "audio/x-caf"),
        (None, "odd.type", "x.png", "image/png"),
        (None, None, None, None),
    ],
)
def test_a_mime_type_is_found_where_there_is_none(
    mime: str | None, uti: str | None, name: str | None, expected: str | None
) -> None:
    assert mime_type_of(mime, uti, name) == expected


@pytest.mark.parametrize(
    ("mime", "name", "marks", "expected"),
    [
        ("image/png", "x.png", {}, "image"),
        ("image/png", "x.png", {"is_sticker": True}, "sticker"),
        ("image/png", "x.png", {"is_sticker": True, "is_emoji": True}, "emoji"),
        ("audio/x-caf", "x.caf", {"is_voice": True}, "voice"),
        ("audio/mpeg", "x.mp3", {}, "audio"),
        ("text/vcard", "x.loc.vcf", {}, "location"),
        ("text/vcard", "x.vcf", {}, "contact"),
        ("application/pdf", "x.pdf", {}, "file"),
        (None, None, {}, "unknown"),
    ],
)
def test_attachments_are_told_apart(
    mime: str | None, name: str | None, marks: dict[str, bool], expected: str
) -> None:
    flags = {"is_sticker": False, "is_emoji": False, "is_voice": False, **marks}
    assert attachment_kind(mime, name, **flags) == expected


def test_unknown_events_and_effects_keep_a_name() -> None:
    assert event_kind(9, 9, is_same_person=False) == "unknown"
    assert event_kind(1, 0, is_same_person=True) == "number changed"
    assert effect_name("com.apple.messages.effect.CKNewEffect") == "CKNewEffect"
    assert effect_name("") is None
