"""Claims about what the page is told of a dataset."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from dataset_folders import REPORT, talk, write_folder
from langchain_core.messages import AIMessage, HumanMessage
from made_examples import example

from langchain_imessage.datasets import (
    Finding,
    read_dataset,
    write_dataset,
    write_report,
)
from langchain_imessage.datasets.report import _write_report
from langchain_imessage.errors import ExportError
from langchain_imessage.preparation import PRICES
from langchain_imessage.preparation._example_ids import example_id
from langchain_imessage.transforms import PLACEHOLDER

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

MANY = 1_203


@pytest.fixture
def told(tmp_path: Path) -> Callable[..., tuple[dict[str, Any], list[Any]]]:
    """Write a folder and its page, and read what the page is told."""

    def tell(*rows: Any, **options: Any) -> tuple[dict[str, Any], list[Any]]:
        folder = write_folder(tmp_path / "data", rows, **options)
        page = write_report(folder, tmp_path / "page.html").read_text("utf-8")
        return overview_in(page), examples_in(page)

    return tell


def overview_in(page: str) -> dict[str, Any]:
    (text,) = re.findall('id="overview-data">(.*?)</script>', page)
    return dict(json.loads(text))


def examples_in(page: str) -> list[Any]:
    """Give id, split, system prompt and turns of each example in a page."""
    found = []
    for text in re.findall('class="chunk">(.*?)</script>', page):
        chunk = json.loads(text)
        for name, split, system, _, *turns in chunk["examples"]:
            prompt = None if system < 0 else chunk["systems"][system]
            found.append([name, split, prompt, *turns])
    return found


def test_each_example_is_there_with_its_turns(told: Any) -> None:
    _, examples = told(talk("Hi", "Hello\nthere"), validation=[talk("a", "b")])
    assert [example[1:] for example in examples] == [
        [0, None, "uHi", "aHello\nthere"],
        [1, None, "ua", "ab"],
    ]


def test_an_example_is_named_as_decisions_name_it(tmp_path: Path) -> None:
    made = [example(f"q{n}", f"a{n}", f"r{n}", f"b{n}", piece=n) for n in range(8)]
    for sink in ("openai", "trl", "mlx", "sharegpt"):
        dataset = write_dataset(made, tmp_path / sink, sink=sink, validation=0.25)
        page = write_report(dataset, tmp_path / "page.html").read_text("utf-8")
        names = [one[0] for one in examples_in(page)]
        assert len({*names}) == len(names) == 8 * (1 + (sink == "mlx"))
        if sink != "mlx":  # whose rows teach one answer each
            assert {example_id(one["messages"]) for one in made} == {*names}


def test_an_example_says_when_and_whose_it_is(tmp_path: Path) -> None:
    session: Any = {
        "messages": [
            HumanMessage(
                "Hi",
                additional_kwargs={"sender": "Ann", "message_time": 1_700_000_000.0},
            ),
            AIMessage("Yo", additional_kwargs={"message_time": 1_700_000_060.0}),
        ],
        "title": "Trip",
    }
    dataset = write_dataset([session], tmp_path / "data", validation=0)
    page = write_report(dataset, tmp_path / "page.html").read_text("utf-8")
    (text,) = re.findall('class="chunk">(.*?)</script>', page)
    assert json.loads(text)["examples"][0][3] == [
        "2023-11-14T22:13:20+00:00",
        "2023-11-14T22:14:20+00:00",
        1,
        "Trip",
        ["Ann"],
    ]


def test_an_example_of_a_file_that_was_changed_has_no_name(tmp_path: Path) -> None:
    dataset = write_dataset([example("q", "a")], tmp_path / "data", validation=0)
    text = dataset.train.read_text().replace("q", "r")
    dataset.train.write_text(text)
    page = write_report(tmp_path / "data", tmp_path / "page.html").read_text("utf-8")
    assert examples_in(page) == [["", 0, None, "ur", "aa"]]


def test_the_system_prompt_is_no_turn_and_is_held_once(
    told: Any, tmp_path: Path
) -> None:
    system = {"role": "system", "content": "As Me."}
    rows = [{"messages": [system, *talk("Hi", said)["messages"]]} for said in "ab"]
    _, examples = told(*rows)
    assert [example[2:] for example in examples] == [
        ["As Me.", "uHi", "aa"],
        ["As Me.", "uHi", "ab"],
    ]
    assert (tmp_path / "page.html").read_text("utf-8").count("As Me.") == 1


def test_weights_names_and_worse_answers_are_marked(told: Any) -> None:
    named = {"messages": [{"role": "user", "content": "Hi", "name": "Ann"}]}
    pair = {"prompt": "Hi", "chosen": "Yes", "rejected": "No"}
    _, examples = told(named, talk("Hi", "Hello", weight=0), pair)
    assert [example[3:] for example in examples] == [
        [["uHi", "Ann"]],
        ["uHi", "zHello"],
        ["uHi", "aYes", "rNo"],
    ]


@pytest.mark.parametrize("line", ["{", "[" * 100_000, "null", '{"messages": []}'])
def test_a_line_that_cannot_be_read_keeps_its_place(told: Any, line: str) -> None:
    _, examples = told(line, talk("Hi", "Hello"))
    assert examples[0] == ["", 0, None]
    assert examples[1][3:] == ["uHi", "aHello"]


@pytest.mark.parametrize(
    "text",
    ["</script><img src=x onerror=alert(1)>", "<!--", "\u2028\u2029", "\0", "🐕 é"],
)
def test_hostile_text_is_text(told: Any, tmp_path: Path, text: str) -> None:
    _, [example] = told(talk(text, "ok"))
    assert example[3] == f"u{text}"
    assert "<img" not in (tmp_path / "page.html").read_text("utf-8")


def test_a_lone_surrogate_is_replaced(told: Any) -> None:
    _, [example] = told(r'{"messages": [{"role": "user", "content": "a\ud83d"}]}')
    assert example[3] == "ua\ufffd"


def test_many_examples_come_in_chunks_in_order(told: Any, tmp_path: Path) -> None:
    _, examples = told(*(talk(str(number), "ok") for number in range(MANY)))
    assert [example[3] for example in examples] == [f"u{n}" for n in range(MANY)]
    assert (tmp_path / "page.html").read_text("utf-8").count('class="chunk"') == 3


def test_examples_are_read_one_chunk_at_a_time(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    held: list[int] = []
    make = _write_report._chunk

    def count(rows: Iterable[Any]) -> dict[str, Any]:
        some = list(rows)
        held.append(len(some))
        return make(some)

    monkeypatch.setattr(_write_report, "_chunk", count)
    folder = write_folder(tmp_path / "data", (talk(str(n), "ok") for n in range(MANY)))
    write_report(folder, tmp_path / "page.html")
    assert held == [500, 500, 203]


def test_the_manifest_is_told_whole(told: Any, tmp_path: Path) -> None:
    overview, _ = told(talk("Hi", "Hello"), report=REPORT)
    manifest = json.loads((tmp_path / "data/manifest.json").read_text("utf-8"))
    assert overview["manifest"] == manifest
    assert overview["digest"] == manifest["files"]["train"]["sha256"]
    assert overview["placeholder"] == PLACEHOLDER.pattern


def test_prices_are_told_where_somebody_bills(told: Any) -> None:
    (price,) = [p for p in told(talk("Hi", "Hello"))[0]["prices"] if p[0] == "gpt-4o"]
    assert price == ["gpt-4o", PRICES["gpt-4o"].per_million, "2027-01-14"]
    assert told(talk("Hi", "Hello"), sink="mlx")[0]["prices"] == []


def test_findings_of_one_rule_are_one_with_its_lines(told: Any) -> None:
    """Also where validation has stopped to name them: after a hundred."""
    good, bad = talk("Hi", "Ho"), talk("Hi")
    overview, _ = told(*[bad] * 1_170, good, sink="trl")
    (finding,) = [f for f in overview["findings"] if f["rule"] == "last-turn"]
    assert finding["error"]
    assert finding["count"] == 1_170
    assert finding["lines"] == list(range(1, 51))
    assert finding["file"] == "train.jsonl"
    assert "more" not in finding["message"]
    assert finding["remedy"]


def test_warnings_that_are_no_longer_named_stay_warnings(told: Any) -> None:
    overview, _ = told(talk("Hi", "Ho", weight=1), *[talk("Hi", "Ho")] * 200)
    (finding,) = overview["findings"]
    assert (finding["rule"], finding["error"], finding["count"]) == ("keys", False, 200)


def test_findings_about_a_whole_file_are_each_their_own(tmp_path: Path) -> None:
    found = [
        Finding(
            line=None,
            path=tmp_path / "train.jsonl",
            rule="too-many",
            message=message,
            remedy="r",
            is_error=True,
        )
        for message in "ab"
    ]
    assert [group["message"] for group in _write_report._grouped(found)] == ["a", "b"]


def test_errors_stand_before_warnings(tmp_path: Path) -> None:
    def finding(rule: str, *, is_error: bool, line: int | None = None) -> Finding:
        return Finding(
            line=line,
            path=tmp_path / "train.jsonl",
            rule=rule,
            message="m",
            remedy="r",
            is_error=is_error,
        )

    found = [finding("a", is_error=False), finding("b", is_error=True, line=3)]
    groups = _write_report._grouped(found)
    assert [(group["rule"], group["lines"]) for group in groups] == [
        ("b", [3]),
        ("a", []),
    ]


def test_a_dataset_or_its_folder_may_be_given(tmp_path: Path) -> None:
    folder = write_folder(tmp_path / "data", [talk("Hi", "Hello")])
    by_folder = write_report(str(folder), str(tmp_path / "a.html"))
    by_dataset = write_report(read_dataset(folder), tmp_path / "b.html")
    assert by_folder == tmp_path / "a.html"
    assert by_folder.read_bytes() == by_dataset.read_bytes()


def test_the_page_holds_no_path(tmp_path: Path) -> None:
    folder = write_folder(tmp_path / "data", [talk("Hi"), "{"])
    page = write_report(folder, tmp_path / "page.html").read_text("utf-8")
    assert str(tmp_path) not in page
    assert str(Path.home()) not in page


def test_a_folder_without_a_dataset_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ExportError):
        write_report(tmp_path, tmp_path / "page.html")
    assert not (tmp_path / "page.html").exists()


def test_each_example_is_reported_when_checked_and_when_written(tmp_path: Path) -> None:
    row = {"messages": [{"role": "user", "content": "Hi!"}]}
    told: list[tuple[int, int | None]] = []
    folder = write_folder(tmp_path / "data", [row] * 3)
    page = tmp_path / "page.html"
    write_report(folder, page, progress=lambda *step: told.append(step))
    assert told == [(n, 6) for n in range(1, 7)]
