"""Claims about the page as a person meets it: in a browser, from the file system.

Needs Chromium (Debian's `chromium`) and Playwright's Python package; skips without.
"""

from __future__ import annotations

import json
import shutil
from typing import TYPE_CHECKING, Any

import pytest
import pytest_socket
from dataset_folders import REPORT, talk, write_folder
from langchain_core.messages import AIMessage, HumanMessage

from langchain_imessage.datasets import read_dataset, write_dataset, write_report
from langchain_imessage.preparation import estimate_tokens, prepare

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from langchain_core.chat_sessions import ChatSession

api = pytest.importorskip(
    "playwright.sync_api", reason="Playwright is not installed (group `browser`)"
)

MANY = 50_000
HOSTILE = "</script><img src=x onerror=\"document.title='hacked'\"><b>bold</b>"
CONTROLS = {
    "button",
    "checkbox",
    "combobox",
    "link",
    "listbox",
    "option",
    "searchbox",
    "textbox",
    "DisclosureTriangle",
    "region",
}
QUIET = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
)


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
def visit(browser: Any) -> Iterator[Callable[..., Any]]:
    """Open a page; in the end, it must have loaded nothing and complained of nothing."""
    noise: list[str] = []
    contexts: list[Any] = []

    def listen(page: Any) -> None:
        page.on("console", lambda message: noise.append(message.text))
        page.on("pageerror", lambda error: noise.append(str(error)))

    def request(asked: Any) -> None:
        if not asked.url.startswith(("file://", "data:", "blob:")):
            noise.append(asked.url)

    def open_page(path: Path, view: str = "overview", **options: Any) -> Any:
        contexts.append(browser.new_context(**options))
        contexts[-1].on("request", request)
        page = contexts[-1].new_page()
        listen(page)
        page.goto(f"{path.as_uri()}#{view}")
        page.wait_for_selector("[data-ready]")
        return page

    yield open_page
    for context in contexts:
        context.close()
    assert noise == []


@pytest.fixture(scope="module")
def many(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Make the page of 50,000 examples, of which one in 1,000 says something rare."""
    place = tmp_path_factory.mktemp("many")

    def row(number: int) -> Any:
        rare = "\nRare Words" if number % 1_000 == 7 else ""
        return talk(f"question {number}", f"answer{rare}", "[phone 1]?", "ok\nbye")

    rows = map(row, range(MANY))
    folder = write_folder(
        place / "data",
        (next(rows) for _ in range(MANY - 500)),
        rows,
        report=REPORT,
        system_prompt="As Me.",
    )
    return write_report(folder, place / "page.html", count_tokens=estimate_tokens)


@pytest.fixture
def few(tmp_path: Path) -> Path:
    """Make a small page: errors, a hostile text, a name, an answer of weight 0."""
    rows = [
        talk("first", "yes"),
        talk(HOSTILE, "ok\nthen\n\nbye"),
        talk("third", "call [phone 12] now", "and?", "İstanbul it is"),
        talk("unlearned", "no", weight=0),
        talk("alone"),
        {"messages": [{"role": "user", "content": "hey", "name": "Ann"}]},
    ]
    folder = write_folder(
        tmp_path / "data", rows, [talk("last", "done")], report=REPORT
    )
    return write_report(folder, tmp_path / "page.html")


def current(page: Any) -> str:
    return str(page.inner_text("#reader-title"))


def expect(page: Any, element: str, text: str) -> None:
    """Wait until an element says just that."""
    api.expect(page.locator(element)).to_have_text(text)


def saved(page: Any) -> Any:
    with page.expect_download() as download:
        page.click("#save")
    assert download.value.suggested_filename == "decisions.json"
    return json.loads(download.value.path().read_text("utf-8"))


def test_50_000_examples_are_scrolled_to_their_end(visit: Any, many: Path) -> None:
    page = visit(many, "examples")
    assert page.inner_text("#examples-count") == "50,000"
    page.eval_on_selector("#list", "list => list.scrollTo(0, list.scrollHeight)")
    page.wait_for_selector("#row-49999")
    assert page.get_by_role("option").count() < 60
    page.click("#row-49999")
    assert current(page) == "Example 50,000"
    assert (
        page.inner_text("#reader-facts")
        .split(" · ")[-3]
        .startswith("validation.jsonl, line 500")
    )


def test_50_000_examples_are_searched_as_one_types(visit: Any, many: Path) -> None:
    page = visit(many, "examples")
    page.keyboard.press("/")
    page.keyboard.type("rARE w")
    expect(page, "#found", "50 of 50,000 examples")
    assert page.locator("#row-0 .hit").inner_text() == "Rare W"
    assert page.locator("#talk .hit").inner_text() == "Rare W"
    assert current(page) == "Example 8"
    page.keyboard.press("Escape")
    page.keyboard.press("End")
    assert current(page) == "Example 49,008"
    expect(page, "#said", "50 of 50,000 examples")


def test_a_search_that_finds_nothing_says_so(visit: Any, few: Path) -> None:
    page = visit(few, "examples")
    page.fill("#query", "nowhere")
    expect(page, "#found", "0 of 7 examples")
    assert current(page) == "No example"
    assert page.is_disabled("#veto")
    page.fill("#query", "")
    expect(page, "#found", "7 examples")


def test_what_is_found_is_marked_where_lower_case_is_longer(
    visit: Any, few: Path
) -> None:
    page = visit(few, "examples")
    page.fill("#query", "IT IS")
    expect(page, "#found", "1 of 7 examples")
    assert page.locator("#talk .hit").inner_text() == "it is"


def test_filters_and_order_choose_what_is_listed(visit: Any, few: Path) -> None:
    page = visit(few, "examples")
    page.select_option("#which", "validation")
    expect(page, "#found", "1 of 7 examples")
    page.select_option("#which", "")
    page.check("#redacted")
    expect(page, "#found", "1 of 7 examples")
    assert page.locator("#talk mark.redaction").inner_text() == "[phone 12]"
    page.uncheck("#redacted")
    page.select_option("#order", "longest")
    expect(page, ".no >> nth=0", "2")
    page.select_option("#order", "shortest")
    expect(page, ".no >> nth=0", "6")


def test_each_line_is_a_bubble_and_hostile_text_is_text(visit: Any, few: Path) -> None:
    page = visit(few, "examples")
    page.click("#row-1")
    assert page.locator(".their .bubble").all_inner_texts() == [HOSTILE]
    assert page.locator(".turn.own .bubble").all_inner_texts() == ["ok", "then", "bye"]
    assert page.locator("main img, main b:not(.tag)").count() == 0
    assert page.title() == "Dataset report"


def test_the_browser_itself_refuses_markup_from_text(browser: Any, few: Path) -> None:
    refused = "() => { try { talk.innerHTML = 'x'; } catch (e) { return e.name; } }"
    context = browser.new_context()
    page = context.new_page()
    page.goto(few.as_uri())
    assert page.evaluate(refused) == "TypeError"
    context.close()


def test_names_and_unlearned_answers_are_shown(visit: Any, few: Path) -> None:
    page = visit(few, "examples")
    page.click("#row-3")
    assert "Not learned from" in page.inner_text("#talk")
    page.click("#row-5")
    assert "Ann" in page.inner_text("#talk")


def test_a_veto_by_keyboard_alone_is_downloaded_and_loaded(
    visit: Any, few: Path, tmp_path: Path
) -> None:
    page = visit(few)
    page.focus("[data-view=examples]")
    page.keyboard.press("Enter")
    api.expect(page.locator("#list")).to_be_focused()
    page.keyboard.press("j")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("k")
    page.keyboard.press("v")
    assert current(page) == "Example 2"
    expect(page, "#said", "Example 2 left out")
    assert page.inner_text("#vetoed-count") == "1 left out"
    decisions = saved(page)
    assert decisions["format"] == 1
    assert len(decisions["vetoed"]) == 1

    fresh = visit(few, "examples")
    kept = tmp_path / "decisions.json"
    earlier = "0" * 16
    kept.write_text(
        json.dumps({"format": 1, "vetoed": [*decisions["vetoed"], earlier]})
    )
    fresh.set_input_files("#load", kept)
    fresh.wait_for_selector("#row-1.out")
    assert fresh.inner_text("#vetoed-count") == "1 left out, 1 from before"
    assert saved(fresh)["vetoed"] == sorted([*decisions["vetoed"], earlier])
    fresh.check("#vetoed")
    expect(fresh, "#found", "1 of 7 examples")


def test_vetoes_outlive_the_page(visit: Any, few: Path) -> None:
    page = visit(few, "examples")
    page.click("#veto")
    assert page.get_attribute("#veto", "aria-pressed") == "true"
    page.reload()
    page.wait_for_selector("[data-ready]")
    assert page.inner_text("#vetoed-count") == "1 left out"
    page.click("#veto")
    assert page.inner_text("#vetoed-count") == "None left out"
    assert page.is_disabled("#save")


@pytest.mark.parametrize(
    "text",
    ["", "[]", "null", '{"format": 2, "vetoed": []}', '{"format": 1, "vetoed": ["x"]}'],
)
def test_a_file_that_is_no_decision_file_is_refused(
    visit: Any, few: Path, tmp_path: Path, text: str
) -> None:
    page = visit(few)
    other = tmp_path / "other.json"
    other.write_text(text)
    page.set_input_files("#load", other)
    page.get_by_role("alert").wait_for()
    assert page.inner_text("#vetoed-count") == "None left out"


def test_a_line_of_a_finding_leads_to_its_example(visit: Any, few: Path) -> None:
    page = visit(few)
    page.locator(".findings a", has_text="5").first.click()
    page.wait_for_selector("#examples-view:not([hidden])")
    assert current(page) == "Example 5"


def test_the_overview_accounts_for_each_message(visit: Any, few: Path) -> None:
    page = visit(few)
    text = page.inner_text("main")
    assert "7 examples, made of 12 of 20 messages." in text
    assert "20 messages in = 12 kept + 8 left out for a reason" in text
    assert "Theirs, and you did not answer in the same segment" in text
    assert page.locator(".chart").count() == 6
    assert page.locator(".ends .good").all_inner_texts() == ["None", "None"]


def test_bars_that_are_empty_are_drawn_too(visit: Any, few: Path) -> None:
    page = visit(few)
    tokens = page.locator(".chart", has_text="Tokens in an example")
    assert tokens.locator(".bars > *").count() == 7  # from 0 and 1 to 32, doubling
    assert "Half lie below 64." in tokens.inner_text()
    tokens.locator("summary").click()
    assert tokens.locator("tbody tr").last.inner_text() == "32 up to 64\t3"


def test_each_chart_says_what_it_counts(visit: Any, few: Path) -> None:
    page = visit(few)
    heads = {
        chart.locator("h3").inner_text(): chart.locator("thead th").last.text_content()
        for chart in page.locator(".chart").all()
    }
    assert heads == {
        "Tokens in an example": "Examples",
        "Turns in an example": "Examples",
        "Length of your replies": "Answers",
        "Hours of the day": "Answers",
        "Conversations, the largest first": "Examples",
        "Pauses that begin a new segment": "Conversations",
    }
    assert "Examples: up to 3" in page.locator(".chart").first.inner_text()


@pytest.mark.parametrize(
    ("place", "busiest", "zone"),
    [
        ("America/Los_Angeles", "04:00", "UTC−08:00"),
        ("Asia/Tokyo", "21:00", "UTC+09:00"),
    ],
)
def test_hours_are_those_of_whoever_looks(
    visit: Any, few: Path, place: str, busiest: str, zone: str
) -> None:
    page = visit(few, timezone_id=place)
    hours = page.locator(".chart", has_text="Hours of the day").inner_text()
    assert f"Most at {busiest}." in hours  # 12:00 in UTC
    assert zone in hours


def test_220_conversations_have_bars_that_can_be_seen(
    visit: Any, tmp_path: Path
) -> None:
    people = [[rank, 1 + 500 // rank] for rank in range(1, 221)]
    report = {**REPORT, "histograms": {**REPORT["histograms"], "people": people}}
    folder = write_folder(tmp_path / "data", [talk("a", "b")], report=report)
    for width in (390, 1280, 1920):
        page = visit(
            write_report(folder, tmp_path / "page.html"),
            viewport={"width": width, "height": 900},
        )
        chart = page.locator(".chart", has_text="Conversations, the largest first")
        bars = chart.locator(".bars i").all()
        assert len(bars) <= 48
        assert min(bar.bounding_box()["width"] for bar in bars) >= 2
        assert "The largest of 220 holds" in chart.inner_text()
        assert "A bar is 5 of them together." in chart.inner_text()
        chart.locator("summary").click()
        total = sum(count for _, count in people)
        figures = chart.locator("td.figure").all_inner_texts()
        assert sum(int(figure.replace(",", "")) for figure in figures) == total


def test_an_example_says_when_and_whose_it_is(visit: Any, few: Path) -> None:
    page = visit(few, "examples", timezone_id="UTC")
    assert page.inner_text("#row-1 .when") == "2024-03-02"
    page.click("#row-1")
    facts = page.inner_text("#reader-facts")
    assert facts.startswith("Mar 2, 2024, 12:00")
    assert "· Friend 2 · train.jsonl, line 2 ·" in facts


def test_examples_are_filtered_by_conversation_person_and_date(
    visit: Any, few: Path
) -> None:
    page = visit(few, "examples", timezone_id="UTC")
    page.select_option("#whose", "2")
    expect(page, "#found", "3 of 7 examples")
    page.select_option("#whose", "")
    page.select_option("#who", "Friend 1")
    expect(page, "#found", "4 of 7 examples")
    page.fill("#since", "2024-03-03")
    expect(page, "#found", "2 of 7 examples")
    page.fill("#until", "2024-03-03")
    expect(page, "#found", "1 of 7 examples")


def test_after_a_download_the_next_command_is_shown(visit: Any, few: Path) -> None:
    page = visit(few, "examples")
    assert page.is_hidden("#next-step")
    page.click("#veto")
    saved(page)
    assert "prepare … --decisions decisions.json" in page.inner_text("#next-step")


def test_the_theme_button_says_what_it_does(visit: Any, few: Path) -> None:
    page = visit(few, color_scheme="dark")
    assert page.inner_text("#theme") == "Light theme"
    page.click("#theme")
    assert page.inner_text("#theme") == "Dark theme"


def test_a_note_is_shown_once(visit: Any, tmp_path: Path) -> None:
    """And not at all where an error says the same."""
    notes = ["Mind the gap.", "openai needs at least 10 examples."]
    folder = write_folder(tmp_path / "data", [talk("a", "b")], notes=notes)
    page = visit(write_report(folder, tmp_path / "page.html"))
    text = page.inner_text("main")
    assert text.count("Mind the gap") == 1
    assert text.count("10 are needed") == 1
    assert "needs at least" not in text


def test_settings_have_units_and_explanations(visit: Any, tmp_path: Path) -> None:
    settings = {"within": 300.0, "gap": "auto", "max_tokens": 2048}
    folder = write_folder(
        tmp_path / "data", [talk("a", "b")], settings=settings, max_tokens=1024
    )
    text = visit(write_report(folder, tmp_path / "page.html")).inner_text(".provenance")
    assert "The longest pause between two bubbles of one turn" in text
    assert "5 min" in text
    assert "1,024 tokens" in text


@pytest.mark.parametrize("report", [None, REPORT])
def test_what_was_left_out_is_always_shown(
    visit: Any, tmp_path: Path, report: Any
) -> None:
    folder = write_folder(tmp_path / "data", [talk("a", "b")], report=report)
    page = visit(write_report(folder, tmp_path / "page.html"))
    assert "To fit openai: no answer left out" in page.inner_text(".fitted")


@pytest.mark.parametrize("view", ["overview", "examples"])
def test_nothing_is_clipped_at_390_pixels(visit: Any, few: Path, view: str) -> None:
    page = visit(few, view, viewport={"width": 390, "height": 844})
    clipped = """() => [...document.querySelectorAll("button, label, select, input, h1, h2, h3, p")]
      .filter((e) => e.checkVisibility() && !e.matches(".unseen, .unseen *, .skip"))
      .filter((e) => e.getBoundingClientRect().right > innerWidth + 1)
      .map((e) => e.outerHTML.slice(0, 80))"""
    assert page.evaluate(clipped) == []


def test_what_fitting_and_decisions_did_is_told(visit: Any, tmp_path: Path) -> None:
    folder = write_folder(
        tmp_path / "data",
        [talk("a", "b")],
        report={**REPORT, "decisions": {"vetoed": 3, "matched": 2}},
        left_out={"too long": 4},
        shortened=5,
        notes=["Mind the gap."],
    )
    page = visit(write_report(folder, tmp_path / "page.html"))
    assert page.inner_text(".fitted") == (
        "To fit openai: 4 answers left out (too long); 5 examples shortened from the "
        "front. Of 3 decisions against an example, 2 met one."
    )
    assert "Mind the gap." in page.inner_text(".findings")


def test_the_list_shows_a_pair_by_its_question_and_better_answer(
    visit: Any, tmp_path: Path
) -> None:
    pair = {"prompt": "Dinner?", "chosen": "Yes!", "rejected": "Certainly."}
    folder = write_folder(tmp_path / "data", [pair], sink="trl-dpo")
    page = visit(write_report(folder, tmp_path / "page.html"), "examples")
    assert page.locator("#row-0 .said > *").all_inner_texts() == ["Dinner?", "Yes!"]
    assert "The reply not to give" in page.inner_text("#talk")


def test_an_evaluation_is_a_table_that_fits_a_telephone(
    visit: Any, tmp_path: Path
) -> None:
    folder = write_folder(tmp_path / "data", [talk("a", "b")] * 3, [talk("c", "d")])
    digest = read_dataset(folder).manifest["files"]["validation"]["sha256"]
    long = "does not fit what was said, unknown words"
    value = {
        "table": [
            ["", "sounds like you", "fails"],
            ["you, again", "100 [85, 114]", ""],
            [f"control: {HOSTILE}", "88 [70, 109]", long],
        ],
        "remarks": ["676 held-out answers."],
        "settings": {"held_out_sha256": digest},
    }
    (folder / "evaluation.json").write_text(json.dumps(value))
    path = write_report(folder, tmp_path / "page.html")
    page = visit(path, viewport={"width": 390, "height": 844})
    section = page.locator("section.likeness")
    assert section.get_by_role("row").count() == 3
    assert HOSTILE in section.inner_text()
    assert "676 held-out answers." in section.inner_text()
    assert page.title() == "Dataset report"
    assert page.evaluate("document.documentElement.scrollWidth") <= 390


def test_figures_that_do_not_add_up_are_called_out(visit: Any, tmp_path: Path) -> None:
    report = {**REPORT, "kept": 11}
    folder = write_folder(tmp_path / "data", [talk("a", "b")], report=report)
    page = visit(write_report(folder, tmp_path / "page.html"))
    assert "1 of 20 messages have no reason" in page.inner_text(".ledger")


def test_a_dataset_without_a_report_is_measured(visit: Any, tmp_path: Path) -> None:
    folder = write_folder(tmp_path / "data", [talk("a", "b"), talk("a", "b", "c", "d")])
    page = visit(write_report(folder, tmp_path / "page.html"))
    assert page.locator(".chart h3").all_inner_texts() == [
        "Turns in an example",
        "Length of your replies",
    ]


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("view", ["overview", "examples"])
def test_text_stands_out_from_its_ground(
    visit: Any, few: Path, scheme: str, view: str
) -> None:
    page = visit(few, view, color_scheme=scheme, reduced_motion="reduce")
    if view == "examples":
        page.keyboard.press("v")
        page.fill("#query", "phone")
        page.wait_for_selector("#talk .hit")
    assert page.evaluate(FAINT) == []


def test_dark_follows_the_system_and_the_button(visit: Any, few: Path) -> None:
    ground = "getComputedStyle(document.body).backgroundColor"
    page = visit(few, color_scheme="dark")
    assert page.evaluate(ground) == "rgb(21, 21, 20)"
    page.click("#theme")
    assert page.evaluate(ground) == "rgb(250, 249, 246)"
    page.reload()
    page.wait_for_selector("[data-ready]")
    assert page.evaluate(ground) == "rgb(250, 249, 246)"


@pytest.mark.parametrize("view", ["overview", "examples"])
def test_every_control_has_a_name(visit: Any, few: Path, view: str) -> None:
    page = visit(few, view)
    session = page.context.new_cdp_session(page)
    nodes = session.send("Accessibility.getFullAXTree")["nodes"]
    shown = [node for node in nodes if not node["ignored"] and "role" in node]
    controls = [node for node in shown if node["role"]["value"] in CONTROLS]
    assert len(controls) > 10
    assert [node for node in controls if not node["name"]["value"].strip()] == []
    landmarks = {node["role"]["value"] for node in shown}
    assert {"banner", "main", "navigation", "heading", "status"} <= landmarks


def test_a_narrow_screen_is_not_scrolled_sideways(visit: Any, few: Path) -> None:
    page = visit(few, viewport={"width": 320, "height": 640})
    wider = "document.documentElement.scrollWidth - innerWidth"
    assert page.evaluate(wider) <= 0
    page.click("[data-view=examples]")
    assert page.evaluate(wider) <= 0
    assert page.locator("#talk").bounding_box()["height"] > 100


def test_what_is_vetoed_on_the_page_is_left_out_by_prepare(
    visit: Any, tmp_path: Path
) -> None:
    def write(decisions: Path | None) -> Any:
        prepared = prepare(sessions(), decisions=decisions)
        return write_dataset(prepared, tmp_path / "data", validation=0)

    before = write(None)
    page = visit(write_report(before, tmp_path / "page.html"), "examples")
    page.click("#row-2")
    page.click("#veto")
    decisions = tmp_path / "decisions.json"
    decisions.write_text(json.dumps(saved(page)))
    lines = before.train.read_text("utf-8").splitlines()
    after = write(decisions)
    assert after.train.read_text("utf-8").splitlines() == lines[:2] + lines[3:]
    assert after.manifest["report"]["decisions"] == {"vetoed": 1, "matched": 1}


def sessions() -> list[ChatSession]:
    """Make twelve conversations that have nothing in common."""
    them, me = {"sender": "Ann"}, {"sender": "Me"}
    return [
        {
            "messages": [
                HumanMessage(f"Where is the {thing} today?", additional_kwargs=them),
                AIMessage(f"The {thing} went to the {place}", additional_kwargs=me),
            ]
        }
        for thing, place in zip("abcdefghijkl", "mnopqrstuvwx", strict=True)
    ]


FAINT = """() => {
  const rgb = (color) => color.match(/[\\d.]+/g).map(Number);
  const light = ([r, g, b]) => [r, g, b]
    .map((c) => c / 255)
    .map((c) => (c <= 0.04045 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4))
    .reduce((sum, c, i) => sum + c * [0.2126, 0.7152, 0.0722][i], 0);
  const ground = (element) => {
    for (let e = element; e; e = e.parentElement) {
      const color = rgb(getComputedStyle(e).backgroundColor);
      if (color.length === 3 || color[3] === 1) return color;
    }
    return [255, 255, 255];
  };
  const faint = [];
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  while (walker.nextNode()) {
    const element = walker.currentNode.parentElement;
    const shown = element.checkVisibility() && !element.matches("script, option, :disabled");
    if (!shown || !walker.currentNode.data.trim()) continue;
    const [a, b] = [light(rgb(getComputedStyle(element).color)), light(ground(element))];
    const contrast = (Math.max(a, b) + 0.05) / (Math.min(a, b) + 0.05);
    if (contrast < 4.5) faint.push(`${walker.currentNode.data.trim()}: ${contrast}`);
  }
  return faint;
}"""
