"""What each format says of a conversation, and that nothing anybody wrote is more than text."""

from __future__ import annotations

import csv
import io
import re
from base64 import b64encode
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from html.parser import HTMLParser
from typing import TYPE_CHECKING, Any

import pytest

from langchain_imessage.testing import GROUP, ChatDatabaseWriter, File
from langchain_imessage.transcripts import stream_transcripts, write_transcripts
from langchain_imessage.transcripts._csv_rows import harmless
from langchain_imessage.transcripts._markdown import escaped

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

NOON = datetime(2024, 5, 1, 12, 0, tzinfo=UTC)
NAMES = {"+14155550101": "Ann", "+14155550102": "Ben"}
HOSTILE = "</div><script>alert(1)</script><img src=x onerror=alert(2)>"


@pytest.fixture
def group(path: Path) -> Path:
    """Write a group in which there is one of everything."""
    with ChatDatabaseWriter(path, era="macos-26") as db:
        ann, ben = map(db.handle, NAMES)
        chat = db.chat(ann, ben, style=GROUP, display_name="<i>The Race</i>")

        def at(minutes: int) -> datetime:
            return NOON + timedelta(minutes=minutes)

        db.group_event(chat, item_type=2, sender=ann, at=at(0), group_title="Race")
        first = db.message(chat, "Who runs?\n00:00 Ben: me", sender=ann, at=at(1))
        db.reaction(first, "liked", chat=chat, sender=ben, at=at(2))
        db.reaction(first, "🥕", chat=chat, at=at(3))
        db.message(chat, "I do", at=at(4), reply_to=first.guid)
        changed = db.message(chat, "new words", sender=ben, at=at(5))
        db.edit(changed, ("old words", at(5)), ("new words", at(6)))
        db.unsend(db.message(chat, "gone", sender=ben, at=at(7)), at=at(8))
        db.message(
            chat, "look", sender=ann, at=at(9), attachments=[File(name="a.jpeg")]
        )
        db.message(chat, HOSTILE, sender=ben, at=at(60 * 24))
    return path


def text_of(path: Path, file_format: Any) -> str:
    """Return all conversations as one text."""
    pieces = stream_transcripts(path, format=file_format, contacts=NAMES, time_zone=UTC)
    return "".join(pieces)


def page_of(path: Path, folder: Path) -> str:
    """Return the page of the only conversation."""
    pytest.importorskip("phonenumbers")
    done = write_transcripts(path, folder, contacts=NAMES, time_zone=UTC)
    (page,) = (p for p in done.path.glob("*.html") if p.name != "index.html")
    return page.read_text()


class Page(HTMLParser):
    """Lists the elements of a page, and what attributes they have."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.attributes: list[tuple[str, str | None]] = []
        self.words: list[str] = []
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        self.attributes += attrs

    def handle_data(self, data: str) -> None:
        self.words.append(data)


def test_plain_text_has_a_line_for_each_message_and_the_rest_indented(
    group: Path,
) -> None:
    pytest.importorskip("phonenumbers")
    assert text_of(group, "text").splitlines()[4:] == [
        '[2024-05-01 12:00:00] * Ann named the group "Race"',
        "[2024-05-01 12:01:00] Ann: Who runs?",
        "    00:00 Ben: me",
        "    (👍 Ben)",
        "    (🥕 Me)",
        "[2024-05-01 12:04:00] Me: I do",
        "    (in reply to Ann: Who runs? 00:00 Ben: me)",
        "[2024-05-01 12:05:00] Ben: new words",
        "    (edited; before: old words)",
        "[2024-05-01 12:07:00] Ben: [unsent]",
        "[2024-05-01 12:09:00] Ann: [image, a.jpeg]",
        "    look",
        f"[2024-05-02 12:00:00] Ben: {HOSTILE}",
    ]


def test_markdown_has_days_as_headings_and_no_markup_of_others(group: Path) -> None:
    pytest.importorskip("phonenumbers")
    said = text_of(group, "markdown")
    assert re.findall("^#+ .*", said, re.MULTILINE) == [
        r"# \<i>The Race\</i>",
        "## Wednesday, 1 May 2024",
        "## Thursday, 2 May 2024",
    ]
    assert "**Me** 12:04\n\n> Ann: Who runs? 00:00 Ben: me\n\nI do\n" in said
    assert r"\</div>\<script>alert(1)\</script>" in said


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("# no heading", r"\# no heading"),
        ("- no list\n2) nor this", "\\- no list\\\n2\\) nor this"),
        ("[a](http://b)", r"\[a\](http://b)"),
        ("    no code", "no code"),
        ("one\n\ntwo", "one\\\n&nbsp;\\\ntwo"),
        ("title\n===", "title\\\n\\==="),
        ("red \x1b[31m", "red \ufffd\\[31m"),
    ],
)
def test_nothing_anybody_wrote_is_markdown(text: str, expected: str) -> None:
    assert escaped(text) == expected


def test_csv_is_read_back_as_it_was(group: Path) -> None:
    pytest.importorskip("phonenumbers")
    said = text_of(group, "csv")
    assert said.count("\r\n") == 8
    rows = list(csv.DictReader(io.StringIO(said, newline="")))
    assert [row["kind"] for row in rows] == ["event"] + ["message"] * 6
    first = rows[1]
    assert first["text"] == "Who runs?\n00:00 Ben: me"
    assert first["sent_at"] == "2024-05-01T12:01:00+00:00"
    assert first["reactions"] == "👍 Ben; 🥕 Me"
    assert first["address"] == "'+14155550101"
    assert rows[2]["reply_to"] == first["id"]
    assert rows[3]["edits"] == "1"
    assert rows[5]["attachments"] == "a.jpeg"


@pytest.mark.parametrize("start", ["=", "+", "-", "@", "\t", " =", "\r", "＝"])
def test_no_field_of_a_table_is_a_formula(start: str) -> None:
    assert harmless(f"{start}1+1") == f"'{start}1+1"


@pytest.mark.parametrize(
    ("text", "field"),
    [
        ("see;=1+1", "see;'=1+1"),
        ("\t=1+1", "'\t'=1+1"),
        ("see\n @SUM(A1)", "see\n' @SUM(A1)"),
        ("see\t-1+cmd|' /C calc'!A0", "see\t'-1+cmd|' /C calc'!A0"),
        ("a; +HYPERLINK(1)", "a;' +HYPERLINK(1)"),
        ("well ;-)", "well ;-)"),
        ("buy:\n- milk\n- eggs (2)", "buy:\n- milk\n- eggs (2)"),
        ("a = b; c = d", "a = b; c = d"),
    ],
)
def test_no_field_is_one_where_fields_end_at_a_semicolon(text: str, field: str) -> None:
    assert harmless(text) == field


def test_a_table_commands_no_terminal(path: Path) -> None:
    with ChatDatabaseWriter(path) as db:
        ann = db.handle("ann@x.org")
        at = datetime(2024, 5, 1, tzinfo=UTC)
        db.message(db.chat(ann), "red \x1b[31m\x9b2J\nnext", sender=ann, at=at)
    said = "".join(stream_transcripts(path, format="csv"))
    assert "red \ufffd[31m\ufffd2J\nnext" in said


def test_a_table_begins_with_a_byte_order_mark_where_that_is_wanted(
    group: Path, tmp_path: Path
) -> None:
    out = tmp_path / "table.csv"
    write_transcripts(group, out, format="csv", bom=True)
    assert out.read_bytes().startswith(b"\xef\xbb\xbfconversation,")
    write_transcripts(group, out, format="csv")
    assert out.read_bytes().startswith(b"conversation,")


def test_a_page_says_who_when_and_what(group: Path, tmp_path: Path) -> None:
    page = Page(page_of(group, tmp_path / "out"))
    words = " ".join(" ".join(page.words).split())
    for said in (
        "<i>The Race</i>",
        "Wednesday, 1 May 2024",
        'Ann named the group "Race"',
        "👍 Ben",
        "🥕 Me",
        "old words",
        "[unsent]",
        "image, a.jpeg",
        HOSTILE,
    ):
        assert said in words, said
    links = [value for name, value in page.attributes if name == "href"]
    assert "#m2" in links
    assert ("id", "m2") in page.attributes
    assert ("datetime", "2024-05-01T12:01:00+00:00") in page.attributes


def test_nothing_anybody_wrote_is_html(group: Path, tmp_path: Path) -> None:
    page = Page(page_of(group, tmp_path / "out"))
    assert not {"script", "img", "i", "iframe", "object"} & set(page.tags)
    assert not [name for name, _ in page.attributes if name.startswith("on")]


def test_a_page_may_load_nothing_and_run_nothing(group: Path, tmp_path: Path) -> None:
    page = page_of(group, tmp_path / "out")
    found = re.search('Content-Security-Policy" content="([^"]*)"', page)
    style = re.search("<style>(.*?)</style>", page, re.DOTALL)
    assert found
    assert style
    digest = b64encode(sha256(style[1].encode()).digest()).decode()
    assert found[1].startswith(
        f"default-src 'none'; style-src 'sha256-{digest}'; img-src 'self' file:;"
    )
    assert "http" not in found[1]


def test_only_web_addresses_become_links(path: Path, tmp_path: Path) -> None:
    words = "see https://example.com/a?b=1&c=2. or javascript:alert(1)"
    with ChatDatabaseWriter(path) as db:
        db.message(db.chat(db.handle("a@example.com")), words, at=NOON)
    page = Page(page_of(path, tmp_path / "out"))
    links = [value for name, value in page.attributes if name == "href"]
    assert links == ["index.html", "https://example.com/a?b=1&c=2"]
    assert "javascript:alert(1)" in "".join(page.words)


def test_html_is_no_stream_and_other_formats_are_unknown(group: Path) -> None:
    with pytest.raises(ValueError, match="cannot be streamed"):
        next(stream_transcripts(group, format="html"))
    with pytest.raises(ValueError, match="format must be"):
        next(stream_transcripts(group, format="pdf"))  # type: ignore[arg-type]


def test_a_group_called_by_its_members_names_them_once(
    write: Callable, path: Path, at: Callable
) -> None:
    with write() as db:
        ann, ben = db.handle("a@ex.org"), db.handle("b@ex.org")
        db.message(db.chat(ann, ben), "hi", sender=ann, at=at(0))
    pieces = stream_transcripts(path, format="text", time_zone=UTC)
    title, _, about, *_ = "".join(pieces).splitlines()
    assert title == "a@ex.org, b@ex.org"
    assert about.startswith("1 message; ")
