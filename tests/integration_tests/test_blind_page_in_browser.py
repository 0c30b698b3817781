"""Claims about the blind page as a friend meets it: in a browser, from the file system.

Needs Chromium (Debian's `chromium`) and Playwright's Python package; skips without.
"""

from __future__ import annotations

import json
import shutil
from typing import TYPE_CHECKING, Any

import pytest
import pytest_socket

from langchain_imessage.evaluation import BlindTrial, blind_page, read_answers

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

api = pytest.importorskip(
    "playwright.sync_api", reason="Playwright is not installed (group `browser`)"
)

pytestmark = pytest.mark.slow
HOSTILE = "</script><img src=x onerror=\"document.title='hacked'\"><b>bold</b>"
QUIET = ("--no-sandbox", "--disable-gpu", "--disable-background-networking")
COUNT = 6


@pytest.fixture(scope="module")
def browser() -> Iterator[Any]:
    """Start Chromium once; it is spoken to through pipes, and the loop needs a pair."""
    chromium = shutil.which("chromium")
    if chromium is None:
        pytest.skip("Chromium is not installed")
    pytest_socket.enable_socket()
    with api.sync_playwright() as playwright:
        started = playwright.chromium.launch(executable_path=chromium, args=QUIET)
        yield started
        started.close()


@pytest.fixture
def page(tmp_path: Path) -> Path:
    """Write a page with hostile, long and right-to-left texts."""
    texts = [HOSTILE, "x" * 400, "مرحبا", "two\nlines", "😂", "plain"]
    trials = [
        BlindTrial(
            context=(("reader", text), ("owner", text)), real=text, model="other"
        )
        for text in texts
    ]
    return blind_page(trials, f"Ann {HOSTILE}", tmp_path / "blind.html")


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [390, 1280])
def test_a_friend_answers_by_keyboard_and_sends_a_file(
    browser: Any, page: Path, tmp_path: Path, width: int, scheme: str
) -> None:
    noise: list[str] = []
    context = browser.new_context(
        viewport={"width": width, "height": 800}, color_scheme=scheme
    )
    opened = context.new_page()
    opened.on("console", lambda message: noise.append(message.text))
    opened.on("pageerror", lambda error: noise.append(str(error)))
    context.on(
        "request",
        lambda one: (
            one.url.startswith(("file:", "data:", "blob:")) or noise.append(one.url)
        ),
    )
    opened.goto(page.as_uri())
    opened.wait_for_selector("[data-ready]")
    for key in ("1", "Tab", "Space", "Enter"):  # a choice before the start is none
        opened.keyboard.press(key)
    real = json.loads(page.with_suffix(".key.json").read_text())["real"]
    for number, place in enumerate(real):
        assert opened.inner_text("#place") == f"{number + 1} of {COUNT}"
        wide = opened.evaluate("document.documentElement.scrollWidth - innerWidth")
        assert wide <= 0
        opened.keyboard.press(str(2 - place))
        if number == 2:  # back, to look again and choose otherwise
            opened.keyboard.press("Backspace")
            opened.reload()  # what was chosen is kept
            opened.keyboard.press("Backspace")
            opened.keyboard.press(str(2 - place))
    assert opened.inner_text("#summary") == f"You chose {COUNT} of {COUNT} answers."
    with opened.expect_download() as download:
        opened.click("#save")
    download.value.save_as(tmp_path / "back.json")
    assert opened.title() == "Which answer is mine?"
    assert opened.query_selector("b, img") is None
    context.close()
    assert noise == []
    found = read_answers(tmp_path / "back.json", page.with_suffix(".key.json"))
    assert (found.all.correct, found.all.total) == (0, COUNT)
    assert found.well is not None
