"""Claims about a dataset's files and its manifest."""

from __future__ import annotations

import hashlib
import json
import os
import stat
import sys
import tracemalloc
from datetime import timedelta
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from langchain_core.messages import (
    AIMessage,
    AIMessageChunk,
    HumanMessage,
    SystemMessage,
    ToolMessage,
)
from made_examples import example, examples, generated

from langchain_imessage.datasets import SINKS, read_dataset, validate, write_dataset
from langchain_imessage.datasets.formats._read_rows import said_in
from langchain_imessage.datasets.formats._row_tokens import row_counter
from langchain_imessage.errors import ExportError, MissingDependencyError
from langchain_imessage.preparation import prepare

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from langchain_core.chat_sessions import ChatSession

CHAT_SINKS = [name for name in SINKS if not name.endswith("-dpo")]


def rows(path: Path | None) -> list[Any]:
    assert path is not None
    return [json.loads(line) for line in path.read_bytes().splitlines()]


AROUND, EACH = 40, 6
"""Tokens around an example and a message in the templates of open models."""


def written(session: ChatSession, folder: Path, **options: Any) -> list[Any]:
    """Write one example, and read its rows."""
    options = {"sink": "trl", "validation": 0, "count_tokens": len, **options}
    return rows(write_dataset([session], folder, **options).train)


def words(row: Any) -> list[Any]:
    return [message["content"] for message in row["messages"]]


@pytest.mark.parametrize("sink", CHAT_SINKS)
def test_what_is_written_for_a_sink_is_valid_for_it(sink: str, tmp_path: Path) -> None:
    dataset = write_dataset(examples(50, system="Be Ann."), tmp_path, sink=sink)
    assert dataset.validation is not None
    assert validate(tmp_path, sink) == []
    assert dataset.manifest["files"]["train"]["examples"] == 45


@pytest.mark.slow
@settings(deadline=None, max_examples=25)
@given(made=generated(), sink=st.sampled_from(CHAT_SINKS))
def test_whatever_the_examples_the_files_are_valid_and_the_same_again(
    made: list[ChatSession], sink: str
) -> None:
    with TemporaryDirectory() as one, TemporaryDirectory() as two:
        try:
            first = write_dataset(made, one, sink=sink, validation=0.3)
        except ExportError:
            assert all(
                message.additional_kwargs.get("weight") == 0
                for session in made
                for message in session["messages"]
                if isinstance(message, AIMessage)
            )
            return
        second = write_dataset(made, two, sink=sink, validation=0.3)
        findings = validate(one, sink)
        assert {finding.rule for finding in findings} <= {"too-few", "note"}
        for name in os.listdir(one):  # noqa: PTH208 - names are wanted
            assert (first.folder / name).read_bytes() == (
                second.folder / name
            ).read_bytes()
        told = first.manifest["split"]
        assert (told["shared_messages"], told["shared_segments"]) == (0, 0)


def test_an_answer_is_in_a_row_or_counted(tmp_path: Path) -> None:
    made = [
        example("q", "a" * 50, "r", "b", piece=1),
        example("q", "c", "r", "d", piece=2, weights=[0, 1]),
        example("x" * 100, "e", piece=3),
    ]
    dataset = write_dataset(
        made,
        tmp_path,
        sink="trl",
        validation=0,
        count_tokens=len,
        max_tokens=AROUND + 60,
    )
    assert [words(row) for row in rows(dataset.train)] == [
        ["r", "b"],
        ["r", "d"],
        ["x" * 47, "e"],
    ]
    assert dataset.manifest["left_out"] == {"too long": 1, "weight 0": 1}
    assert dataset.manifest["shortened"] == 1
    assert dataset.notes[-1].startswith("1 answer longer than a row may be is left out")


def test_nothing_but_roles_and_words_is_written(tmp_path: Path) -> None:
    kwargs = {"sender": "secret", "handle": "secret", "events": ["secret"]}
    session: Any = {
        "messages": [
            HumanMessage("hi", id="secret", additional_kwargs=kwargs),
            AIMessage("yo", additional_kwargs=kwargs, response_metadata={"secret": 1}),
        ],
        "chat": {"guids": ["secret"], "name": "secret", "participants": ["secret"]},
    }
    write_dataset([session], tmp_path, validation=0)
    for file in tmp_path.iterdir():
        text = file.read_text()
        assert str(tmp_path) not in text
        if file.name == "examples.jsonl":  # which says who speaks, and nothing else
            facts = json.loads(text)
            assert facts.pop("people") == ["secret"]
            text = json.dumps(facts)
        assert "secret" not in text


@pytest.mark.parametrize(
    ("said", "expected"),
    [
        ("x\u2028 \u2029 \x85 \x1e", "x\u2028 \u2029 \x85 \x1e"),
        ("a\ud83d", "a\ufffd"),
        ("\ud83d\ud83d\udc15", "\ufffd🐕"),
        ("\udc15é 🐕 \\ud83d", "\ufffdé 🐕 \\ud83d"),
    ],
)
def test_every_text_comes_back_from_one_line(
    said: str, expected: str, tmp_path: Path
) -> None:
    dataset = write_dataset([example("q", said)], tmp_path, validation=0)
    text = dataset.train.read_text("utf-8")
    assert len(text.splitlines()) == 1
    assert words(json.loads(text)) == ["q", expected]


def test_conversations_speak_as_human_and_gpt(tmp_path: Path) -> None:
    (row,) = written(example("q", "a", system="s"), tmp_path, sink="sharegpt")
    assert row == {
        "conversations": [
            {"from": "system", "value": "s"},
            {"from": "human", "value": "q"},
            {"from": "gpt", "value": "a"},
        ]
    }


def test_llamafactory_is_told_where_the_files_are(tmp_path: Path) -> None:
    write_dataset(examples(20), tmp_path, sink="llamafactory")
    told = json.loads((tmp_path / "dataset_info.json").read_bytes())
    assert told["imessage_train"]["file_name"] == "train.jsonl"
    assert told["imessage_validation"]["columns"] == {"messages": "messages"}
    assert told["imessage_train"]["tags"]["assistant_tag"] == "assistant"


class TestWeights:
    @pytest.mark.parametrize(
        "sink", ["openai", "azure", "together", "fireworks", "mistral", "axolotl"]
    )
    def test_are_written_as_flags_where_they_are_honoured(
        self, sink: str, tmp_path: Path
    ) -> None:
        session = example("q", "a", "r", "b", weights=[0.0, 0.5])
        (row,) = written(session, tmp_path, sink=sink)
        weights = [message.get("weight") for message in row["messages"]]
        assert weights == [None, 0, None, 1]
        assert type(weights[1]) is int

    def test_are_on_all_answers_of_a_file_or_on_none(self, tmp_path: Path) -> None:
        made = [example("q", "a", piece=1), example("r", "b", piece=2, weights=[0.5])]
        dataset = write_dataset(made, tmp_path, validation=0)
        for row in rows(dataset.train):
            assert row["messages"][1]["weight"] == 1
        assert "weight" not in str(
            write_dataset(made[:1], tmp_path, validation=0).train.read_text()
        )

    def test_of_some_answers_are_weights_of_all(self, tmp_path: Path) -> None:
        session = example("q", "a", "r", "b")
        session["messages"][3].additional_kwargs["weight"] = 0.0
        (row,) = written(session, tmp_path, sink="openai")
        assert [m["weight"] for m in row["messages"][1::2]] == [1, 0]

    @pytest.mark.parametrize("sink", ["trl", "llamafactory"])
    def test_of_0_take_an_answer_out_where_they_are_ignored(
        self, sink: str, tmp_path: Path
    ) -> None:
        session = example("q", "a", "r", "b", "s", "c", weights=[1, 0, 1], system="x")
        found = written(session, tmp_path, sink=sink)
        assert [words(row) for row in found] == [["x", "q", "a"], ["x", "s", "c"]]

    def test_of_0_on_all_answers_leave_nothing_to_learn(self, tmp_path: Path) -> None:
        made = [example("q", "a", weights=[0])]
        with pytest.raises(ExportError, match=r"weight 0: 1"):
            write_dataset(made, tmp_path)
        assert list(tmp_path.iterdir()) == []


class TestUnrolling:
    def test_gives_each_answer_a_row_that_ends_with_it(self, tmp_path: Path) -> None:
        session = example("q", "a", "r", "b", system="x")
        found = written(session, tmp_path, sink="mlx")
        assert [words(row) for row in found] == [
            ["x", "q", "a"],
            ["x", "q", "a", "r", "b"],
        ]

    def test_shows_an_answer_of_weight_0_but_does_not_end_with_it(
        self, tmp_path: Path
    ) -> None:
        session = example("q", "a", "r", "b", weights=[0, 1])
        assert list(map(words, written(session, tmp_path, sink="mlx"))) == [
            ["q", "a", "r", "b"]
        ]
        assert read_dataset(tmp_path).manifest["left_out"] == {"weight 0": 1}

    def test_cuts_each_row_from_its_front(self, tmp_path: Path) -> None:
        session = example("q" * 10, "a", "r", "b", "s", "c" * 80)
        found = written(session, tmp_path, sink="mlx", max_tokens=AROUND + 28)
        assert list(map(words, found)) == [["q" * 10, "a"], ["r", "b"]]
        manifest = read_dataset(tmp_path).manifest
        assert manifest["left_out"] == {"too long": 1}
        assert manifest["shortened"] == 1


class TestLength:
    def test_is_kept_by_cutting_at_answers_and_losing_none(
        self, tmp_path: Path
    ) -> None:
        session = example("q", "a" * 30, "r", "b", "s", "c", system="be")
        found = written(session, tmp_path, max_tokens=AROUND + 60)
        assert list(map(words, found)) == [
            ["be", "q", "a" * 30],
            ["be", "r", "b", "s", "c"],
        ]
        assert read_dataset(tmp_path).manifest["left_out"] == {}

    def test_of_a_question_is_cut_where_its_answer_would_not_fit(
        self, tmp_path: Path
    ) -> None:
        session = example("one\ntwo\n" + "q" * 30, "a" * 20)
        (row,) = written(session, tmp_path, max_tokens=AROUND + 2 * EACH + 55)
        assert words(row) == ["two\n" + "q" * 30, "a" * 20]
        (row,) = written(session, tmp_path, max_tokens=AROUND + 2 * EACH + 25)
        assert words(row) == ["q" * 5, "a" * 20]

    def test_of_an_answer_is_cut_at_a_bubble_where_it_alone_would_not_fit(
        self, tmp_path: Path
    ) -> None:
        session = example("q", "\n".join(["a" * 19] * 9))
        (row,) = written(session, tmp_path, max_tokens=AROUND + 2 * EACH + 45)
        assert words(row) == ["q", "\n".join(["a" * 19] * 2)]
        assert read_dataset(tmp_path).manifest["left_out"] == {}

    @pytest.mark.parametrize("sink", CHAT_SINKS)
    def test_loses_no_answer_for_any_sink(self, sink: str, tmp_path: Path) -> None:
        said = [f"{n} " + "word " * (n * 7 % 31 + 1) for n in range(120)]
        found = written(example(*said), tmp_path, sink=sink, max_tokens=600)
        last = [said_in(row)[-1].text for row in found]
        every = [one.text for row in found for one in said_in(row)]
        answers = said[1::2]
        assert [a for a in answers if a not in every] == []
        assert (last == answers) == SINKS[sink].unroll
        assert len(every) == len(said) or SINKS[sink].unroll
        manifest = read_dataset(tmp_path).manifest
        assert (manifest["left_out"], manifest["max_tokens"]) == ({}, 600)
        count = row_counter(len, SINKS[sink].overhead)
        assert max(map(count, found)) <= 600

    def test_never_cuts_the_end_unless_the_answer_alone_is_too_long(
        self, tmp_path: Path
    ) -> None:
        session = example("q", "a", "r", "b" * 100)
        (row,) = written(session, tmp_path, max_tokens=AROUND + 60)
        assert words(row) == ["q", "a"]
        assert read_dataset(tmp_path).manifest["left_out"] == {"too long": 1}

    def test_is_the_sinks_unless_another_is_given(self, tmp_path: Path) -> None:
        session = example("q", "a" * 3000, "r", "b")
        assert list(map(words, written(session, tmp_path))) == [["r", "b"]]
        assert read_dataset(tmp_path).manifest["max_tokens"] == 1024
        (row,) = written(session, tmp_path, max_tokens=4000)
        assert len(words(row)) == 4
        assert read_dataset(tmp_path).manifest["max_tokens"] == 4000


class TestTurns:
    def test_that_nobody_asked_for_are_left_out(self, tmp_path: Path) -> None:
        session: Any = {
            "messages": [
                SystemMessage("s"),
                AIMessage("first"),
                HumanMessage("q"),
                AIMessage("a"),
                HumanMessage("unanswered"),
            ]
        }
        assert list(map(words, written(session, tmp_path))) == [["s", "q", "a"]]
        assert read_dataset(tmp_path).manifest["left_out"] == {
            "no message before it": 1
        }

    def test_two_speakers_of_one_turn_are_named_in_its_text(
        self, tmp_path: Path
    ) -> None:
        said = [HumanMessage("q", name="Ann"), HumanMessage("r", name="Bo")]
        alone = HumanMessage("s", name="Renée")
        image: Any = HumanMessage([{"type": "image", "url": "file:///x"}], name="漢")
        answer = AIMessage("a")
        session: Any = {"messages": [*said, answer, alone, answer, image, answer]}
        (row,) = written(session, tmp_path, sink="openai")
        both, _, one, *_ = row["messages"]
        assert both["content"] == "Ann: q\nBo: r"
        assert both.get("name") != "Ann"
        assert one == {"role": "user", "content": "s", "name": "Renee"}
        (row,) = written(session, tmp_path / "other", sink="together")
        assert [m["content"] for m in row["messages"][2::2]] == [
            "Renée: s",
            "漢: [image]",
        ]

    def test_the_name_of_who_has_none_in_a_row_with_names_is_counted(
        self, tmp_path: Path
    ) -> None:
        named, other = HumanMessage("q", name="Ann"), HumanMessage("r", name="漢")
        answer = AIMessage("a")
        session: Any = {"messages": [named, answer, other, answer]}
        (row,) = written(session, tmp_path, sink="openai", count_tokens=len)
        said = [text for m in row["messages"] for text in (m["content"], m.get("name"))]
        names = 2
        around = 3 + 4 * len(row["messages"]) + names
        files = read_dataset(tmp_path).manifest["files"]
        assert files["train"]["tokens"] == around + len("".join(filter(None, said)))

    def test_of_one_role_become_one_and_empty_ones_none(self, tmp_path: Path) -> None:
        session: Any = {
            "messages": [
                HumanMessage("q"),
                HumanMessage(" "),
                HumanMessage("r"),
                AIMessage("a", additional_kwargs={"weight": 1.0}),
                AIMessage("b", additional_kwargs={"weight": 0.0}),
                HumanMessage("s"),
                AIMessageChunk("c"),
            ]
        }
        (row,) = written(session, tmp_path, sink="openai")
        assert words(row) == ["q\nr", "a\nb", "s", "c"]
        assert [m.get("weight") for m in row["messages"]] == [None, 0, None, 1]

    def test_without_words_are_counted_if_they_are_answers(
        self, tmp_path: Path
    ) -> None:
        written(example("q", " ", "r", "b", "s", ""), tmp_path)
        assert read_dataset(tmp_path).manifest["left_out"] == {"empty": 2}

    def test_of_tools_are_refused_without_their_words(self, tmp_path: Path) -> None:
        session: Any = {"messages": [ToolMessage("secret", tool_call_id="1")]}
        with pytest.raises(
            ExportError, match="Example 1 holds a ToolMessage"
        ) as caught:
            write_dataset([session], tmp_path)
        assert caught.value.line == 1

    def test_of_the_system_come_first(self, tmp_path: Path) -> None:
        session: Any = {
            "messages": [HumanMessage("q"), SystemMessage("s"), AIMessage("a")]
        }
        with pytest.raises(ExportError, match="not its first"):
            write_dataset([session], tmp_path)


class TestNames:
    def named(self, name: str | None) -> Any:
        return {"messages": [HumanMessage("q", name=name), AIMessage("a")]}

    @pytest.mark.parametrize(
        ("name", "plain"), [("Ann", "Ann"), ("Zoë B.", "Zoe_B"), ("x" * 70, "x" * 64)]
    )
    def test_are_written_in_the_letters_openai_takes(
        self, name: str, plain: str, tmp_path: Path
    ) -> None:
        (row,) = written(self.named(name), tmp_path, sink="openai")
        assert row["messages"][0]["name"] == plain

    @pytest.mark.parametrize("name", ["Юля", "अनु", "Ann 花子"])
    def test_that_such_letters_cannot_express_stay_in_the_words(
        self, name: str, tmp_path: Path
    ) -> None:
        (row,) = written(self.named(name), tmp_path, sink="openai")
        assert row["messages"][0] == {"role": "user", "content": f"{name}: q"}

    def test_are_put_before_the_words_elsewhere(self, tmp_path: Path) -> None:
        (row,) = written(self.named("Zoë"), tmp_path)
        assert words(row) == ["Zoë: q", "a"]

    def test_alone_say_nothing(self, tmp_path: Path) -> None:
        session: Any = self.named(None)
        session["messages"].insert(0, HumanMessage(" ", name="Zoë"))
        (row,) = written(session, tmp_path)
        assert words(row) == ["q", "a"]

    def test_are_in_all_rows_of_a_file_or_in_none(self, tmp_path: Path) -> None:
        made = [self.named("Ann"), self.named(None)]
        dataset = write_dataset(made, tmp_path, validation=0)
        names = [row["messages"][0]["name"] for row in rows(dataset.train)]
        assert names == ["Ann", "user"]


class TestImages:
    PNG = "data:image/png;base64,AAAA"

    def shown(self, *urls: str) -> Any:
        blocks = [{"type": "image_url", "image_url": {"url": url}} for url in urls]
        content = [{"type": "text", "text": "look"}, *blocks]
        return {"messages": [HumanMessage(content), AIMessage("a")]}

    def test_are_kept_in_user_turns_where_they_are_taken(self, tmp_path: Path) -> None:
        standard: Any = {"type": "image", "base64": "AAAA", "mime_type": "image/png"}
        remote: Any = {"type": "image", "url": "https://example.com/x.png"}
        session: Any = {
            "messages": [
                HumanMessage(["look", standard, remote, {"type": "file"}]),
                HumanMessage("there"),
                AIMessage("a"),
            ]
        }
        (row,) = written(session, tmp_path, sink="openai")
        blocks = row["messages"][0]["content"]
        assert [block["type"] for block in blocks] == [
            *("text", "image_url", "image_url", "text")
        ]
        assert blocks[1]["image_url"]["url"] == self.PNG
        assert validate(tmp_path / "train.jsonl", "openai")[0].rule == "too-few"

    @pytest.mark.parametrize(
        ("url", "sink"),
        [
            (PNG, "trl"),
            ("data:image/heic;base64,AAAA", "openai"),
            ("data:image/png;base64," + "A" * 13_400_000, "openai"),
            ("file:///Users/ann/x.png", "openai"),
        ],
        ids=["sink", "kind", "size", "path"],
    )
    def test_become_a_word_where_they_are_not(
        self, url: str, sink: str, tmp_path: Path
    ) -> None:
        (row,) = written(self.shown(url), tmp_path, sink=sink)
        assert words(row) == ["look\n[image]", "a"]

    def test_beyond_the_tenth_become_words(self, tmp_path: Path) -> None:
        (row,) = written(self.shown(*[self.PNG] * 12), tmp_path, sink="openai")
        kinds = [block["type"] for block in words(row)[0]]
        assert kinds.count("image_url") == 10
        assert kinds.count("text") == 3

    def test_in_answers_become_words(self, tmp_path: Path) -> None:
        session: Any = {
            "messages": [
                HumanMessage("q"),
                AIMessage([{"type": "image_url", "image_url": self.PNG}]),
            ]
        }
        (row,) = written(session, tmp_path, sink="openai")
        assert words(row) == ["q", "[image]"]


class TestFiles:
    def test_are_their_owners_only(self, tmp_path: Path) -> None:
        before = os.umask(0)
        try:
            write_dataset(examples(20), tmp_path / "new" / "data", sink="llamafactory")
        finally:
            os.umask(before)
        files = list((tmp_path / "new" / "data").iterdir())
        assert len(files) == 5
        assert {stat.S_IMODE(file.stat().st_mode) for file in files} == {0o600}

    def test_are_as_they_were_after_a_failure(self, tmp_path: Path) -> None:
        write_dataset(examples(20), tmp_path)
        before = {file.name: file.read_bytes() for file in tmp_path.iterdir()}

        def broken() -> Iterator[ChatSession]:
            yield from examples(10)
            raise KeyboardInterrupt

        with pytest.raises(KeyboardInterrupt):
            write_dataset(broken(), tmp_path)
        assert {file.name: file.read_bytes() for file in tmp_path.iterdir()} == before

    def test_replace_those_of_an_older_dataset(self, tmp_path: Path) -> None:
        write_dataset(examples(50), tmp_path, sink="mlx")
        assert (tmp_path / "valid.jsonl").exists()
        write_dataset(examples(50), tmp_path, sink="llamafactory", validation=0)
        names = sorted(file.name for file in tmp_path.iterdir())
        assert names == [
            "dataset_info.json",
            "examples.jsonl",
            "manifest.json",
            "train.jsonl",
        ]
        write_dataset(examples(50), tmp_path, sink="trl", validation=0)
        assert not (tmp_path / "dataset_info.json").exists()

    def test_leave_others_alone(self, tmp_path: Path) -> None:
        (tmp_path / "notes.txt").write_text("mine")
        write_dataset(examples(20), tmp_path)
        assert (tmp_path / "notes.txt").read_text() == "mine"

    @pytest.mark.parametrize("name", ["train.jsonl", "manifest.json"])
    def test_do_not_replace_what_is_not_ours(self, name: str, tmp_path: Path) -> None:
        (tmp_path / name).write_text("mine")
        with pytest.raises(ExportError, match=name):
            write_dataset(examples(20), tmp_path)
        assert [file.read_text() for file in tmp_path.iterdir()] == ["mine"]

    def test_are_taken_one_example_at_a_time(self, tmp_path: Path) -> None:
        """While the second is asked for, the first is already on disk."""
        seen = []

        def sessions() -> Iterator[ChatSession]:
            yield example("q", "x" * 200_000)
            (aside,) = tmp_path.iterdir()
            seen.append(sum(file.stat().st_size for file in aside.iterdir()))
            yield example("q", "a")

        write_dataset(sessions(), tmp_path, count_tokens=lambda _: 1)
        assert seen[0] > 0


@pytest.mark.slow
def test_examples_are_not_held(tmp_path: Path) -> None:
    def sessions() -> Iterator[ChatSession]:
        for n in range(400):
            yield example(f"{n} " + "q" * 50_000, f"a {n}", piece=n)

    tracemalloc.start()
    try:
        dataset = write_dataset(sessions(), tmp_path, count_tokens=lambda _: 1)
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert dataset.manifest["files"]["train"]["bytes"] > 15_000_000
    assert peak < 7_500_000  # Python 3.14 has larger buffers: half of what is written


def test_what_is_kept_does_not_grow_with_the_examples(tmp_path: Path) -> None:
    days = timedelta(days=50)  # as many are held out each time: see `test_mark_log`

    def peak_of(count: int) -> int:
        made = (
            example(f"question {n}", f"answer {n}", piece=n, day=n)
            for n in range(count)
        )
        tracemalloc.start()
        try:
            folder = tmp_path / f"{count}"
            write_dataset(made, folder, count_tokens=len, validation=days)
            return tracemalloc.get_traced_memory()[1]
        finally:
            tracemalloc.stop()

    peak_of(50)  # what is made once
    few, many = peak_of(500), peak_of(3000)
    assert many - few < 2500 * 20  # bytes: an example held as two numbers takes more


class Prepared(list[Any]):
    """What `prepare` returns, as far as a dataset knows it."""

    settings = {"gap": "auto"}  # noqa: RUF012 - as on an instance

    class report:  # noqa: N801 - likewise
        @staticmethod
        def to_dict() -> dict[str, Any]:
            return {"source": {"digest": "0f"}, "system_prompt": "Be \ud83d."}


class TestManifest:
    def test_tells_of_each_file(self, tmp_path: Path) -> None:
        dataset = write_dataset(examples(20), tmp_path, count_tokens=len)
        told = dataset.manifest["files"]["train"]
        data = dataset.train.read_bytes()
        assert told["sha256"] == hashlib.sha256(data).hexdigest()
        assert told["bytes"] == len(data)
        assert told["examples"] == data.count(b"\n") == 18
        one = 3 + 4 + len("question 0") + 4 + len("answer 0")
        assert told["tokens"] == 18 * one + 2 * 8
        assert dataset.manifest["estimate"] == {
            "epochs": 5,
            "billed_tokens": 5 * told["tokens"],
        }
        assert dataset.manifest["counter"] == "custom"
        assert dataset.manifest["report"] is None

    def test_hands_on_what_prepare_tells(self, tmp_path: Path) -> None:
        made = Prepared([*examples(10, system="Be Ann."), example("q", "a", piece=99)])
        dataset = write_dataset(made, tmp_path)
        assert dataset.manifest["settings"] == {"gap": "auto"}
        assert dataset.manifest["source"] == {"digest": "0f"}
        assert dataset.manifest["report"]["system_prompt"] == "Be \ufffd."
        assert dataset.system_prompt == "Be \ufffd."

    def test_has_the_system_message_of_all_examples(self, tmp_path: Path) -> None:
        made = examples(10, system="Be Ann.")
        assert write_dataset(made, tmp_path).system_prompt == "Be Ann."
        assert write_dataset(examples(10), tmp_path).system_prompt is None

    def test_says_that_there_are_too_few(self, tmp_path: Path) -> None:
        dataset = write_dataset(examples(9), tmp_path)
        assert dataset.validation is None
        assert len(dataset.notes) == 2
        assert "at least 10" in dataset.notes[1]
        found = validate(tmp_path, "openai")
        assert [finding.rule for finding in found] == ["note", "note", "too-few"]


class TestReading:
    def test_gives_what_was_written(self, tmp_path: Path) -> None:
        assert write_dataset(examples(20), tmp_path) == read_dataset(tmp_path)

    def test_shows_no_path(self, tmp_path: Path) -> None:
        shown = repr(write_dataset(examples(20), tmp_path))
        assert (
            shown == "Dataset(sink='openai', examples={'train': 18, 'validation': 2})"
        )

    @pytest.mark.parametrize(
        ("key", "value"),
        [
            ("package", "another"),
            ("format", 2),
            ("sink", "sewer"),
            ("files", {"train": {"name": "../x", "bytes": 1, "sha256": ""}}),
            ("files", []),
            ("files", {"train": []}),
            ("files", {"train": {"name": "train.jsonl", "sha256": ""}}),
            ("files", {"train": {"name": "train.jsonl", "bytes": 1}}),
        ],
    )
    def test_does_not_believe_a_foreign_manifest(
        self, key: str, value: Any, tmp_path: Path
    ) -> None:
        write_dataset(examples(20), tmp_path)
        manifest = json.loads((tmp_path / "manifest.json").read_bytes())
        (tmp_path / "manifest.json").write_text(json.dumps({**manifest, key: value}))
        with pytest.raises(ExportError, match="no dataset"):
            read_dataset(tmp_path)

    @pytest.mark.parametrize("text", ["[]", "{", "\ud800"])
    def test_refuses_a_damaged_manifest(self, text: str, tmp_path: Path) -> None:
        (tmp_path / "manifest.json").write_bytes(text.encode("utf-8", "surrogatepass"))
        with pytest.raises(ExportError, match="no dataset"):
            read_dataset(tmp_path)

    def test_refuses_a_file_that_is_not_the_manifests(self, tmp_path: Path) -> None:
        dataset = write_dataset(examples(20), tmp_path)
        with dataset.train.open("ab") as file:
            file.write(b"{}\n")
        with pytest.raises(ExportError, match=r"train\.jsonl is not"):
            read_dataset(tmp_path)

    def test_refuses_a_dataset_without_a_training_file(self, tmp_path: Path) -> None:
        write_dataset(examples(20), tmp_path)
        manifest = json.loads((tmp_path / "manifest.json").read_bytes())
        manifest["files"]["train"] = None
        (tmp_path / "manifest.json").write_text(json.dumps(manifest))
        with pytest.raises(ExportError, match="no training file"):
            read_dataset(tmp_path)


def test_a_sink_that_is_not_there_is_refused_with_those_there_are(
    tmp_path: Path,
) -> None:
    with pytest.raises(ExportError, match="openai, azure"):
        write_dataset(examples(1), tmp_path, sink="sewer")


def test_a_link_to_nothing_is_a_foreign_file_too(tmp_path: Path) -> None:
    link = tmp_path / "train.jsonl"
    link.symlink_to(tmp_path / "elsewhere")
    with pytest.raises(ExportError, match="belongs to no dataset"):
        write_dataset(examples(1), tmp_path)
    assert link.is_symlink()


def test_no_example_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(ExportError, match="no example"):
        write_dataset([], tmp_path)
    assert list(tmp_path.iterdir()) == []


def test_a_missing_package_is_named_with_its_extra(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "orjson", None)
    with pytest.raises(MissingDependencyError, match=r"orjson.*\[train\]"):
        write_dataset(examples(1), tmp_path)


def test_no_repr_has_words() -> None:
    from langchain_imessage.datasets.formats._example_rows import RowMaker  # noqa: PLC0415

    maker = RowMaker(SINKS["trl"], len, None)
    session = example("secret", "secret")
    (row,) = maker.rows(session, 1)
    _, turns = maker._opened(session, 1)
    assert "secret" not in f"{row!r} {turns!r}"


def test_images_of_answers_are_counted_and_told(tmp_path: Path) -> None:
    image = {"type": "image", "url": "https://example.com/x.png"}
    said = [
        HumanMessage("look?", additional_kwargs={"sender": "Ann"}),
        HumanMessage(
            [{"type": "text", "text": "here"}, image, image],
            additional_kwargs={"sender": "Me"},
        ),
    ]
    session: Any = {"messages": said, "chat": {"participants": ["Ann"]}}
    prepared = prepare([session], redactor=None)
    dataset = write_dataset(prepared, tmp_path / "d", sink="openai", validation=0)
    assert dataset.manifest["images"] == {"kept": 0, "left_out": 2}
    assert any(note.startswith("2 images of answers are") for note in dataset.notes)
    assert words(rows(dataset.train)[0])[-1] == "here"


@pytest.mark.parametrize(
    "changed",
    [
        {"sink": ["openai"]},
        {"notes": 5},
        {"max_tokens": "many"},
        {"files": {"train": {"name": ["x"], "bytes": 1, "sha256": ""}}},
        {"examples": {"name": "../secret", "bytes": 1, "sha256": ""}},
    ],
)
def test_a_manifest_of_other_types_is_not_believed(
    tmp_path: Path, changed: dict[str, Any]
) -> None:
    write_dataset(examples(20), tmp_path / "d", validation=0)
    path = tmp_path / "d" / "manifest.json"
    path.write_text(json.dumps(json.loads(path.read_text()) | changed))
    with pytest.raises(ExportError):
        read_dataset(tmp_path / "d")
