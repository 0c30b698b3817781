"""What is not words: previews, apps, polls, films, recordings, odd times, in each format."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

import pytest

from langchain_imessage.testing import (
    GROUP,
    LINK,
    POLL,
    ChatDatabaseWriter,
    File,
    app_payload,
    extension,
    link_payload,
    poll_payload,
    vote_payload,
)
from langchain_imessage.transcripts import stream_transcripts, write_transcripts
from langchain_imessage.transcripts._html_frame import link_html, text_html

if TYPE_CHECKING:
    from pathlib import Path

NOON = datetime(2024, 5, 1, 12, 0, tzinfo=UTC)
ANN = "+14155550101"


@pytest.fixture
def rich(path: Path) -> Path:
    """Write a conversation of two months with one of each."""
    with ChatDatabaseWriter(path, era="macos-27") as db:
        ann = db.handle(ANN)
        chat = db.chat(ann, style=GROUP)

        def say(text: str | None, day: int, **columns: object) -> object:
            at = NOON + timedelta(days=day)
            return db.message(chat, text, sender=ann, at=at, **columns)  # type: ignore[arg-type]

        preview = link_payload("https://e.com", title="A page", summary="On it")
        say("https://e.com", 0, balloon_bundle_id=LINK, payload_data=preview)
        say(
            None,
            1,
            balloon_bundle_id=POLL,
            payload_data=poll_payload("Where?", {"a": "Lake", "b": "Hill"}),
        )
        say(
            None,
            2,
            balloon_bundle_id=extension("com.example.game"),
            payload_data=app_payload(ldtext="Your move", an="Chess"),
        )
        files = [
            File(name="a.mov", mime_type="video/quicktime", data=b"x"),
            File(
                name="b.caf",
                mime_type="audio/x-caf",
                data=b"x",
                transcription="on my way",
            ),
            File(name="c.pdf", mime_type="application/pdf", data=b"x"),
        ]
        say("files", 3, attachments=files)
        say(
            "🐢🥕",
            40,
            expressive_send_style_id="com.apple.messages.effect.CKConfettiEffect",
        )
        say("loose end", 41, reply_to="GONE")
        db.message(chat, "no time", sender=ann, at=0)
    return path


def test_a_page_shows_what_is_not_words(rich: Path, tmp_path: Path) -> None:
    done = write_transcripts(
        rich, tmp_path / "out", copy_attachments=True, time_zone=UTC
    )
    (page,) = (p for p in done.path.glob("*.html") if p.name != "index.html")
    said = page.read_text()
    for expected in (
        '<a href="https://e.com" rel="noreferrer">A page</a>',
        '<span class="soft">On it</span><span class="soft">e.com</span>',
        "<li><bdi>Lake</bdi> <span>0</span></li>",
        'Chess<span class="soft">Your move</span>',
        '<video class="media" src="attachments/00001-a.mov"',
        '<audio class="media" src="attachments/00002-b.caf"',
        '<div class="note">on my way</div>',
        '<a class="card" href="attachments/00003-c.pdf">',
        '<div class="big">🐢🥕</div>',
        "<span>confetti</span>",
        '<p class="quotation"><bdi>a message</bdi></p>',
        "<h2>No date</h2>",
        '<a href="#d2024-05-01">May 2024</a>',
        '<a href="#d2024-06-10">June 2024</a>',
    ):
        assert expected in said, expected


def test_text_and_markdown_name_what_is_not_words(rich: Path) -> None:
    text = "".join(stream_transcripts(rich, time_zone=UTC))
    for expected in (
        "[link: A page, On it: https://e.com]",
        "[poll: Where?]\n      0 for Lake\n      0 for Hill",
        "[app: Your move]",
        "[video, a.mov]",
        "[voice message: on my way, b.caf]",
        "(in reply to a message)",
        f"[no time] {ANN}: no time",
    ):
        assert expected in text, expected
    pages = "".join(stream_transcripts(rich, format="markdown", time_zone=UTC))
    assert "\n> a message\n" in pages
    assert f"**\\{ANN}** no time" in pages


def test_a_markdown_file_shows_its_pictures(path: Path, tmp_path: Path) -> None:
    with ChatDatabaseWriter(path) as db:
        chat = db.chat(db.handle(ANN))
        files = [File(name="a b.jpeg", data=b"x"), File(name="c.pdf", data=b"x")]
        said = db.message(chat, "see", at=NOON, attachments=files)
        db.reaction(said, "loved", chat=chat, at=NOON)
    done = write_transcripts(
        path, tmp_path / "out", format="markdown", copy_attachments=True
    )
    (page,) = done.path.glob("*.md")
    assert "](<attachments/00001-a%20b.jpeg>)" in page.read_text()
    assert "\n❤️ Me\n" in page.read_text()


def test_votes_are_counted(path: Path) -> None:
    with ChatDatabaseWriter(path, era="macos-27") as db:
        chat = db.chat(db.handle(ANN), style=GROUP)
        poll = db.message(
            chat,
            None,
            at=NOON,
            balloon_bundle_id=POLL,
            payload_data=poll_payload("Where?", {"a": "Lake"}),
        )
        db.message(
            chat,
            None,
            at=NOON,
            sender=1,
            balloon_bundle_id=POLL,
            payload_data=vote_payload(ANN, ["a"]),
            associated_message_guid=poll.guid,
            associated_message_type=4000,
        )
    assert "  1 for Lake" in "".join(stream_transcripts(path))


def test_links_end_where_the_sentence_goes_on() -> None:
    assert 'href="https://e.com/a"' in text_html("(see https://e.com/a).")
    assert 'href="https://e.com/a_(b)"' in text_html("https://e.com/a_(b)!")
    assert link_html("javascript:alert(1)", "<x>") == "&lt;x&gt;"
