"""How content becomes text, and what else a conversation holds."""

from __future__ import annotations

import traceback
from typing import TYPE_CHECKING, Any

import pytest

from langchain_imessage import (
    ChatDatabase,
    map_ai_messages,
    merge_chat_runs,
    write_jsonl,
)
from langchain_imessage.adapters.openai import convert_messages_for_finetuning
from langchain_imessage.chatdb import annotate
from langchain_imessage.testing import (
    LINK,
    POLL,
    File,
    app_payload,
    archive_body,
    extension,
    link_payload,
    poll_payload,
    vote_payload,
)

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

ANN, BOB = "+15550101", "+15550102"


def test_annotated_says_what_is_not_words(
    write: Callable, load: Callable, at: Callable
) -> None:
    with write(era="macos-26") as db:
        ann, bob = db.handle(ANN), db.handle(BOB)
        chat = db.chat(ann, bob)
        hello = db.message(chat, "hello", sender=ann, at=at(0))
        db.message(chat, None, at=at(1), attachments=1)
        db.message(chat, "look", at=at(2), sender=ann, attachments=2)
        voice = File(name="a.caf", mime_type="audio/x-caf", transcription="on my way")
        db.message(chat, None, at=at(3), attachments=[voice], is_audio_message=1)
        db.message(chat, "hi", at=at(4), reply_to=hello.guid)
        db.message(chat, "who?", at=at(5), reply_to="GONE")
        db.reaction(hello, "loved", chat=chat, at=at(6))
        db.reaction(hello, "🐢", chat=chat, at=at(7), sender=bob)
        liked = db.message(chat, "or not", at=at(8), sender=ann)
        db.reaction(liked, "liked", chat=chat, at=at(9))
        db.reaction(liked, "liked", chat=chat, at=at(10), removed=True)
        preview = link_payload("https://e.com", title="A page", summary="On it")
        db.message(
            chat,
            "https://e.com",
            at=at(11),
            balloon_bundle_id=LINK,
            payload_data=preview,
        )
        asked = db.message(
            chat,
            "\ufffd",
            at=at(12),
            balloon_bundle_id=POLL,
            payload_data=poll_payload("Where?", {"a": "Lake", "b": "Hill"}),
        )
        db.message(
            chat,
            "\ufffd",
            sender=ann,
            at=at(13),
            balloon_bundle_id=POLL,
            payload_data=vote_payload(ANN, ["b"]),
            associated_message_type=4000,
            associated_message_guid=asked.guid,
        )
        for second, move in ((14, "first"), (15, "second")):
            db.message(
                chat,
                "\ufffd",
                at=at(second),
                balloon_bundle_id=extension("com.gamerdelights.gamepigeon.ext"),
                payload_data=app_payload(ldtext=move, sessionIdentifier="s"),
            )
        db.group_event(chat, item_type=2, group_title="Race", at=at(16), sender=ann)
        db.group_event(chat, item_type=1, other_handle=bob, at=at(17), sender=ann)
        db.unsend(db.message(chat, "oops", at=at(18)), at=at(19))
        db.message(chat, "Loved “hi”", at=at(20), sender=bob)
        db.message(chat, None, at=at(21))

    loaded = load(content="annotated")

    assert loaded.texts == [
        "hello",
        "[image]",
        "[image]\n[image]\nlook",
        "[voice message: on my way]",
        '[reply to "hello"] hi',
        "[reply] who?",
        '[reacted ❤️ to "hello"]',
        '[reacted 🐢 to "hello"]',
        "or not",
        "https://e.com\n[link: A page, On it]",
        "[poll: Where?: Lake / Hill (1)]",
        "[game: second]",
        '[named the group "Race"]',
        f"[added {BOB} to the group]",
        "[unsent]",
        '[reacted ❤️ to "hi"]',
    ]
    loaded.left_out(reaction=2, app=2, empty=1)
    plain = load()
    assert plain.texts == [
        "hello",
        "look",
        "on my way",
        "hi",
        "who?",
        "or not",
        "https://e.com",
    ]
    plain.left_out(
        attachment_only=1, reaction=5, app=4, group_event=2, unsent=1, empty=1
    )


def test_phrases_can_be_translated_and_left_out(
    write: Callable, load: Callable, at: Callable
) -> None:
    with write() as db:
        chat = db.chat(db.handle(ANN))
        db.message(chat, None, at=at(0), attachments=1)
        db.message(chat, None, at=at(1), attachments=[File(is_sticker=True)])
    loaded = load(content=annotate({"image": "[Bild]", "sticker": ""}))
    assert loaded.texts == ["[Bild]"]
    loaded.left_out(attachment_only=1)


def test_a_function_decides_and_what_it_leaves_out_is_counted(
    write: Callable, load: Callable, at: Callable
) -> None:
    with write() as db:
        chat = db.chat(db.handle(ANN))
        db.message(chat, "a", at=at(0))
        db.message(chat, "b", at=at(1))
        db.message(chat, None, at=at(2), attachments=1)

    def policy(message: Any) -> str | None:
        return message.text.upper() if message.text != "b" else None

    loaded = load(content=policy)
    assert loaded.texts == ["A"]
    loaded.left_out(filtered=1, attachment_only=1)
    with pytest.raises(ValueError, match="annotated"):
        load(content="everything")


def test_events_stand_where_they_happened(
    write: Callable, load: Callable, at: Callable
) -> None:
    with write() as db:
        ann, bob = db.handle(ANN), db.handle(BOB)
        chat = db.chat(ann, bob)
        db.message(chat, "one", at=at(0))
        db.group_event(chat, item_type=3, at=at(1), sender=ann)
        db.message(chat, "two", at=at(2))
        db.group_event(chat, item_type=2, group_title="x", at=at(3))
    events = [m.additional_kwargs.get("events") for m in load().messages]
    assert events[0] is None
    assert [(e["kind"], e["sender"]) for e in events[1]] == [
        ("left", ANN),
        ("renamed", "Me"),
    ]


def test_a_location_the_owner_shares_is_theirs(
    write: Callable, load: Callable, at: Callable
) -> None:
    with write() as db:
        ann = db.handle(ANN)
        chat = db.chat(ann)
        db.message(chat, "x", at=at(9))
        for second, columns in enumerate(
            ({"other_handle": ann}, {"share_direction": 1}, {"share_status": 1})
        ):
            db.group_event(chat, item_type=4, at=at(second), sender=ann, **columns)
    (message,) = load().messages
    found = [(e["kind"], e["sender"]) for e in message.additional_kwargs["events"]]
    assert found == [
        ("location shared", "Me"),
        ("location shared", ANN),
        ("location stopped", ANN),
    ]


def test_a_vote_replaces_what_the_same_person_chose_before(
    write: Callable, load: Callable, at: Callable
) -> None:
    with write(era="macos-26") as db:
        ann, bob = db.handle(ANN), db.handle(BOB)
        chat = db.chat(ann, bob)
        options = {"a": "Lake", "b": "Hill"}
        poll = {"balloon_bundle_id": POLL}
        asked = db.message(
            chat,
            "vote!",
            at=at(0),
            payload_data=poll_payload("?", options),
            **poll,
        )
        poll["associated_message_guid"] = asked.guid

        def vote(second: int, payload: bytes, kind: int = 4000, **who: int) -> None:
            db.message(
                chat,
                None,
                at=at(second),
                payload_data=payload,
                associated_message_type=kind,
                **poll,
                **who,
            )

        vote(1, vote_payload(ANN, ["a"]), sender=ann)
        vote(2, vote_payload(ANN, ["b"]), sender=ann)
        vote(3, vote_payload("+15550000", ["b", "c"]))
        vote(4, poll_payload("?", {**options, "c": "Sea"}), kind=3, sender=bob)
        vote(5, vote_payload(ANN, ["a"]), kind=4000, sender=bob)
        poll["associated_message_guid"] = "GONE"
        vote(6, vote_payload(ANN, ["a"]), sender=ann)
    (message,) = load().messages
    found = message.additional_kwargs["poll"]["options"]
    assert [(o["text"], o["voters"]) for o in found] == [
        ("Lake", [BOB]),
        ("Hill", [ANN, "Me"]),
        ("Sea", ["Me"]),
    ]


def test_attachments_stand_in_their_places_whatever_their_order_in_the_table(
    write: Callable, path: Path, at: Callable
) -> None:
    with write() as db:
        chat = db.chat(db.handle(ANN))
        files = [File(name=name) for name in ("one.jpeg", "two.jpeg")]
        hidden = File(name="x.pluginPayloadAttachment", is_hidden=True)
        db.message(chat, "a", at=at(0), attachments=[*files, hidden])
        slots = archive_body("\ufffcb\ufffc", transfers=["at_1_M", "at_0_M"])
        db.message(chat, "b", at=at(1), attachments=files, guid="M", body=slots)
        db.message(chat, "c", at=at(2), attachments=files, store="text")
        stray = db.message(chat, "no slot", at=at(3), attachments=0)
        db.insert("attachment", guid="S", original_guid="S", filename=None)
        db.insert("message_attachment_join", message_id=stray.rowid, attachment_id=8)
    with ChatDatabase(path) as database:
        (conversation,) = database.conversations()
    found = [
        [(a.name, a.part) for a in m.details.attachments] if m.details else []
        for m in conversation.messages
    ]
    assert found == [
        [("one.jpeg", 0), ("two.jpeg", 1)],
        [("two.jpeg", 0), ("one.jpeg", 2)],
        [("one.jpeg", 0), ("two.jpeg", 1)],
        [(None, 1)],
    ]
    assert [m.parts[-1].text for m in conversation.messages] == ["a", "", "c", ""]


def test_a_damaged_description_costs_only_itself(
    write: Callable, load: Callable, at: Callable
) -> None:
    with write() as db:
        chat = db.chat(db.handle(ANN))
        db.message(chat, "look", at=at(0), attachments=1)
        db._connection.execute("UPDATE attachment SET attribution_info = 'bplist00x'")
    (attachment,) = load().messages[0].additional_kwargs["attachments"]
    assert (attachment["kind"], attachment["description"]) == ("image", None)


def test_paths_are_looked_up_beside_the_database_or_where_it_is_said(
    write: Callable, load: Callable, at: Callable, tmp_path: Path
) -> None:
    elsewhere = tmp_path / "elsewhere"
    with write() as db:
        chat = db.chat(db.handle(ANN))
        db.message(chat, "a", at=at(0), attachments=[File(data=b"x")])
        odd = db.message(chat, "b", at=at(1), attachments=[File(data=b"x")])
        db._connection.execute(
            "UPDATE attachment SET filename = '/nowhere/x.jpeg' WHERE ROWID = 2"
        )
        assert odd.rowid == 2
    one, two = (m.additional_kwargs["attachments"][0] for m in load().messages)
    assert (one["exists"], two["exists"]) == (True, False)
    assert two["path"] == "/nowhere/x.jpeg"
    (tmp_path / "Attachments").rename(elsewhere)
    (tmp_path / "root").mkdir()
    elsewhere.rename(tmp_path / "root" / "Attachments")
    moved = load(attachments=tmp_path / "root").messages[0]
    assert moved.additional_kwargs["attachments"][0]["exists"] is True
    assert load().messages[0].additional_kwargs["attachments"][0]["exists"] is False


def picture(kind: str = "JPEG", size: tuple[int, int] = (3000, 1500)) -> bytes:
    import io  # noqa: PLC0415

    image = pytest.importorskip("PIL.Image")
    heif = pytest.importorskip("pillow_heif")
    heif.register_heif_opener()
    out = io.BytesIO()
    image.new("RGB", size, "green").save(out, kind)
    return out.getvalue()


@pytest.mark.slow
def test_images_become_blocks_that_are_scaled_and_stay_through_merging(
    write: Callable, load: Callable, at: Callable, tmp_path: Path
) -> None:
    import base64  # noqa: PLC0415
    import io  # noqa: PLC0415

    image = pytest.importorskip("PIL.Image")
    heic = File(name="a.heic", mime_type="image/heic", data=picture("HEIF"))
    gone, junk = File(), File(name="junk.jpeg", data=b"junk")
    with write() as db:
        ann = db.handle(ANN)
        chat = db.chat(ann)
        db.message(chat, "look", sender=ann, at=at(0), attachments=[heic])
        db.message(chat, "and", sender=ann, at=at(1))
        db.message(chat, "this", sender=ann, at=at(2))
        small = File(data=picture(size=(8, 8)))
        db.message(chat, None, sender=ann, at=at(3), attachments=[small])
        db.message(chat, None, sender=ann, at=at(4), attachments=[gone, junk])
        db.message(chat, "nice", at=at(5))
    loaded = load(images="inline")
    loaded.left_out(attachment_only=1)
    first = loaded.messages[0].content
    assert isinstance(first, list)
    assert first[0] == {"type": "text", "text": "look"}
    block = first[1]
    assert isinstance(block, dict)
    with image.open(io.BytesIO(base64.b64decode(block["base64"]))) as scaled:
        assert (scaled.format, scaled.size) == ("JPEG", (1024, 512))

    merged = merge_chat_runs(loaded.sessions)
    mapped = list(map_ai_messages(merged, sender="Me"))
    content = mapped[0]["messages"][0].content
    assert [b["type"] for b in content] == ["text", "image", "text", "image"]
    assert content[2]["text"] == "and\n\nthis"
    ((user, own),) = convert_messages_for_finetuning(mapped)
    assert [b["type"] for b in user["content"]] == [
        "text",
        "image_url",
        "text",
        "image_url",
    ]
    assert user["content"][1]["image_url"]["url"].startswith("data:image/jpeg;base64,")
    assert own["content"] == "nice"
    assert write_jsonl(mapped, tmp_path / "train.jsonl") == 1
    alone = list(merge_chat_runs([{"messages": [loaded.messages[0]]}]))
    assert alone[0]["messages"][0].content == first


def test_images_go_with_annotations_and_any_policy(
    write: Callable, load: Callable, at: Callable
) -> None:
    with write() as db:
        chat = db.chat(db.handle(ANN))
        db.message(chat, None, at=at(0), attachments=[File(data=picture())])
    (message,) = load(images="inline", content="annotated").messages
    assert [b["type"] for b in message.content] == ["text", "image"]
    (message,) = load(images="inline", content=lambda _: [{"type": "x"}]).messages
    assert [b["type"] for b in message.content] == ["x", "image"]


@pytest.mark.parametrize(
    "make",
    [
        lambda words: {"text": words},
        lambda words: [{"type": "text", "text": words}, 5],
        lambda words: words.encode(),
        lambda words: (words,),
    ],
)
def test_what_no_message_can_hold_is_refused_without_being_quoted(
    make: Callable, write: Callable, load: Callable, at: Callable
) -> None:
    with write() as db:
        db.message(db.chat(db.handle(ANN)), "secret", at=at(0))
    with pytest.raises(TypeError, match=r"message row 1\.") as caught:
        load(content=lambda message: make(message.text))
    assert "secret" not in "".join(traceback.format_exception(caught.value))


def test_records_show_no_words_and_no_people(
    write: Callable, path: Path, at: Callable
) -> None:
    with write() as db:
        secret = db.handle("secret@example.com")
        chat = db.chat(secret, db.handle(BOB), display_name="secret")
        said = db.message(
            chat,
            "secret",
            sender=secret,
            at=at(0),
            subject="secret",
            attachments=[File(name="secret.jpeg", emoji="secret")],
        )
        db.reaction(said, "loved", chat=chat, sender=secret, at=at(1))
        db.group_event(chat, item_type=2, group_title="secret", sender=secret, at=at(2))
        db.message(chat, "x", at=at(3), reply_to=said.guid)
    with ChatDatabase(path, content="annotated") as database:
        conversations = list(database.conversations())
        assert "secret" not in repr([conversations, database.chats, database.ledger])
        message = conversations[0].messages[0]
        assert "secret" not in repr((message.details, message.parts, message.reactions))
