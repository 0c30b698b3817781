"""Claims about a conversation's page as a person meets it: in a browser, from a folder.

Needs Chromium (Debian's `chromium`) and Playwright's Python package; skips without.
"""

from __future__ import annotations

import base64
import re
import shutil
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

import pytest
import pytest_socket

from langchain_imessage.testing import GROUP, ChatDatabaseWriter, File
from langchain_imessage.transcripts import write_transcripts

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

api = pytest.importorskip(
    "playwright.sync_api", reason="Playwright is not installed (group `browser`)"
)

NOON = datetime(2024, 5, 1, 12, 0, tzinfo=UTC)
MESSAGES = 1_000
HOSTILE = "<img src=x onerror=\"document.title='hacked'\"><script>document.title='hacked'</script>"
PIXEL = base64.b64decode(
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg=="
)


@pytest.fixture(scope="module")
def pages(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Write a group of a thousand messages as pages, pictures beside them."""
    place = tmp_path_factory.mktemp("pages")
    with ChatDatabaseWriter(place / "chat.db", era="macos-26") as db:
        people = [db.handle(f"+1415555010{n}") for n in range(3)]
        chat = db.chat(*people, style=GROUP, display_name="Walkers")
        first = db.message(chat, "first of all", sender=people[0], at=NOON)
        for n in range(MESSAGES - 3):
            at = NOON + timedelta(hours=n + 1)
            db.message(chat, f"words {n} " * 9, sender=people[n % 3], at=at)
        last = NOON + timedelta(hours=MESSAGES)
        plan = File(name="plan.pdf", mime_type="application/pdf", data=b"%PDF")
        words = HOSTILE + "x" * 500
        db.message(chat, words, at=last, reply_to=first.guid, attachments=[plan])
        picture = File(
            name="a.png", mime_type="image/png", uniform_type="public.png", data=PIXEL
        )
        at = last + timedelta(minutes=1)
        db.message(chat, None, sender=people[1], at=at, attachments=[picture])
    done = write_transcripts(
        place / "chat.db", place / "out", copy_attachments=True, time_zone=UTC
    )
    assert (done.messages, done.copied) == (MESSAGES, 2)
    return done.path


@pytest.fixture
def page(request: pytest.FixtureRequest, pages: Path) -> Iterator[Any]:
    """Open the page in a width and a scheme; nothing may be loaded or complained of."""
    chromium = shutil.which("chromium")
    if chromium is None:
        pytest.skip("Chromium is not installed")
    width, scheme = request.param
    noise: list[str] = []
    pytest_socket.enable_socket()
    with api.sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=chromium,
            args=("--no-sandbox", "--disable-gpu", "--disable-background-networking"),
        )
        opened = browser.new_page(
            viewport={"width": width, "height": 800}, color_scheme=scheme
        )
        opened.on("console", lambda message: noise.append(message.text))
        opened.on("pageerror", lambda error: noise.append(str(error)))
        opened.on(
            "request",
            lambda asked: (
                None if asked.url.startswith("file:") else noise.append(asked.url)
            ),
        )
        opened.goto((pages / "Walkers.html").as_uri())
        yield opened
        browser.close()
    assert noise == []


def contrast(page: Any, selector: str) -> float:
    """Return by how much an element's letters are lighter or darker than its ground."""
    colours = page.locator(selector).first.evaluate(
        "e => [getComputedStyle(e).color, getComputedStyle(e).backgroundColor]"
    )
    lightness = []
    for colour in colours:
        shares = [int(part) / 255 for part in re.findall(r"\d+", colour)[:3]]
        linear = [
            s / 12.92 if s <= 0.04 else ((s + 0.055) / 1.055) ** 2.4 for s in shares
        ]
        weighted = zip((0.2126, 0.7152, 0.0722), linear, strict=True)
        lightness.append(0.05 + sum(weight * share for weight, share in weighted))
    return max(lightness) / min(lightness)


@pytest.mark.slow
@pytest.mark.parametrize(
    "page", [(390, "light"), (1280, "dark")], indirect=True, ids=["phone", "wide"]
)
def test_a_conversation_is_read_in_a_browser(page: Any) -> None:
    assert page.title() == "Walkers"
    assert page.locator("article.message").count() == MESSAGES
    assert page.evaluate("document.documentElement.scrollWidth - innerWidth") == 0
    page.click("a.quotation")
    assert "first of all" in page.inner_text("article:target")
    page.click(".months summary")
    page.click(".months li:last-child a")
    assert contrast(page, ".own a.card") >= 4.5
    picture = page.locator("img.media")
    picture.scroll_into_view_if_needed()
    page.wait_for_function("document.images[0].naturalWidth === 1")
    page.click("text=All conversations")
    assert page.inner_text("tbody td.figure") == "1,000"
