"""Claims about checking a file, whoever wrote it."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, ClassVar

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from langchain_core.messages import AIMessage, HumanMessage
from made_examples import examples

from langchain_imessage.datasets import SINKS, validate, write_dataset
from langchain_imessage.datasets.formats._read_rows import said_in
from langchain_imessage.datasets.validation import _validate
from langchain_imessage.datasets.validation._findings import REMEDIES
from langchain_imessage.datasets.validation._row_checks import problems_of
from langchain_imessage.errors import ExportError

if TYPE_CHECKING:
    from pathlib import Path

    from langchain_imessage.datasets import Finding

USER = {"role": "user", "content": "secret?"}
ANSWER = {"role": "assistant", "content": "secret."}
SYSTEM = {"role": "system", "content": "secret"}
GOOD = {"messages": [USER, ANSWER]}
CALL = {"id": "1", "type": "function", "function": {"name": "f", "arguments": "{}"}}
PNG = "data:image/png;base64,"


def line_of(*messages: Any, **others: Any) -> bytes:
    return json.dumps({"messages": list(messages), **others}).encode() + b"\n"


def image(url: Any = PNG + "AAAA", **more: Any) -> dict[str, Any]:
    return {"type": "image_url", "image_url": {"url": url, **more}}


def showing(*blocks: Any) -> bytes:
    return line_of({"role": "user", "content": list(blocks)}, ANSWER)


def check(
    data: bytes, folder: Path, sink: str = "trl", **options: Any
) -> list[Finding]:
    path = folder / "any.jsonl"
    path.write_bytes(data)
    found = validate(path, sink, **options)
    for finding in found:
        assert "secret" not in str(finding)
        assert finding.path == path
        assert finding.remedy == REMEDIES[finding.rule]
    return [finding for finding in found if finding.rule != "too-few"]


def rules(found: list[Finding]) -> list[tuple[int | None, str, bool]]:
    return [(finding.line, finding.rule, finding.is_error) for finding in found]


OK = line_of(USER, ANSWER)
PAIR = {"prompt": [USER], "chosen": [ANSWER], "rejected": [{**ANSWER, "content": "x"}]}
OPENAI_PAIR = {
    "input": {"messages": [USER]},
    "preferred_output": [ANSWER],
    "non_preferred_output": [{**ANSWER, "content": "x"}],
}


@pytest.mark.parametrize("sink", ["openai", "fireworks", "trl", "mlx", "mistral"])
@pytest.mark.parametrize("data", [OK, line_of(SYSTEM, USER, ANSWER), OK.rstrip()])
def test_nothing_is_found_where_nothing_is_wrong(
    data: bytes, sink: str, tmp_path: Path
) -> None:
    assert check(data, tmp_path, sink) == []


@pytest.mark.parametrize(
    ("data", "rule", "line"),
    [
        (b"\xef\xbb\xbf" + OK, "bom", 1),
        (OK.replace(b'"role"', b'"role": "system", "role"', 1), "repeated-key", 1),
        (
            OK.replace(b'"content"', b'"content": "", "c\\u006fntent"', 1),
            "repeated-key",
            1,
        ),
        (OK + OK.replace(b"\n", b"\r\n"), "carriage-return", 2),
        (OK + b"\n" + OK, "blank-line", 2),
        (OK + b"  \n", "blank-line", 2),
        (OK + b'{"messages": "secret\xff"}\n', "encoding", 2),
        (b'{"messages": [\n', "json", 1),
        (b'{"messages": NaN}\n', "json", 1),
        (b"[" * 100_000 + b"\n", "json", 1),
        (b"[1]\n", "json", 1),
        (line_of(USER, {**ANSWER, "content": "\ud83d"}), "surrogate", 1),
        (b'{"messages": []}\n', "messages", 1),
        (b'{"messages": ["secret"]}\n', "messages", 1),
    ],
)
def test_a_line_that_cannot_be_read_is_found(
    data: bytes, rule: str, line: int, tmp_path: Path
) -> None:
    assert rules(check(data, tmp_path)) == [(line, rule, True)]


def test_both_halves_of_an_emoji_are_one_character(tmp_path: Path) -> None:
    assert check(line_of(USER, {**ANSWER, "content": "🐢"}), tmp_path) == []


@pytest.mark.parametrize("character", ["\u2028", "\u2029", "\x85"])
def test_an_unescaped_line_separator_is_found(character: str, tmp_path: Path) -> None:
    data = OK.replace(b"secret.", b"x" + character.encode())
    assert rules(check(data, tmp_path)) == [(1, "line-separator", False)]


@pytest.mark.parametrize(
    ("sink", "messages", "expected"),
    [
        ("openai", [USER], [("last-turn", False), ("answer", True)]),
        ("trl", [USER], [("last-turn", True), ("answer", True)]),
        ("openai", [USER, {**ANSWER, "weight": 0}], [("answer", True)]),
        ("openai", [USER, ANSWER, USER], [("last-turn", False)]),
        ("llamafactory", [USER, ANSWER, USER], [("last-turn", True)]),
        ("together", [USER, USER, ANSWER], [("alternation", True)]),
        ("together", [ANSWER], [("alternation", True)]),
        ("llamafactory", [USER, ANSWER, ANSWER], [("alternation", True)]),
        ("openai", [USER, USER, ANSWER], [("alternation", False)]),
        ("fireworks", [USER, SYSTEM, ANSWER], [("system", True)]),
        ("openai", [USER, SYSTEM, ANSWER], [("system", False)]),
        ("trl", [SYSTEM, SYSTEM, USER, ANSWER], [("system", True)]),
        ("openai", [{**USER, "content": " "}, ANSWER], [("content", True)]),
        ("openai", [{**USER, "content": None}, ANSWER], [("content", True)]),
        ("openai", [{**USER, "content": 7}, ANSWER], [("content", True)]),
        ("openai", [{**USER, "content": []}, ANSWER], [("content", True)]),
        ("openai", [{"role": "user"}, ANSWER], [("content", True)]),
        ("openai", [{**USER, "sender": "secret"}, ANSWER], [("unknown-key", True)]),
        ("mlx", [{**USER, "sender": "secret"}, ANSWER], [("unknown-key", False)]),
        ("mistral", [{**USER, "name": "Ann"}, ANSWER], [("unknown-key", True)]),
        ("openai", [{**USER, "name": "Ann"}, ANSWER], []),
        ("openai", [{**USER, "name": "Ann B"}, ANSWER], [("name", True)]),
        ("openai", [{**USER, "name": "Zoë"}, ANSWER], [("name", True)]),
        ("openai", [{**USER, "name": "x" * 65}, ANSWER], [("name", True)]),
        ("openai", [{**USER, "name": None}, ANSWER], [("name", True)]),
        ("openai", [USER, {**ANSWER, "weight": 1}], []),
        ("openai", [USER, {**ANSWER, "weight": 0.5}], [("weight", True)]),
        ("openai", [USER, {**ANSWER, "weight": 1.0}], [("weight", True)]),
        ("openai", [USER, {**ANSWER, "weight": True}], [("weight", True)]),
        ("openai", [USER, {**ANSWER, "weight": 2}], [("weight", True)]),
        ("openai", [{**USER, "weight": 1}, ANSWER], [("weight", True)]),
        (
            "openai",
            [USER, ANSWER, USER, {**ANSWER, "weight": 1}],
            [("weight", False)],
        ),
        (
            "mlx",
            [USER, {**ANSWER, "weight": 0}, USER, {**ANSWER, "weight": 1}],
            [("unknown-key", False), ("weight", True), ("unknown-key", False)],
        ),
    ],
)
def test_messages_are_checked_as_the_sink_takes_them(
    sink: str, messages: list[Any], expected: list[Any], tmp_path: Path
) -> None:
    found = rules(check(line_of(*messages), tmp_path, sink))
    assert [(rule, is_error) for _, rule, is_error in found] == expected


@pytest.mark.parametrize("role", ["bot", None, [], "tool"])
def test_a_role_that_is_not_known_is_found(role: Any, tmp_path: Path) -> None:
    found = check(line_of(USER, {**USER, "role": role}, ANSWER), tmp_path)
    assert "role" in [finding.rule for finding in found]


def test_openai_knows_tools(tmp_path: Path) -> None:
    data = line_of(
        USER,
        {"role": "assistant", "content": None, "tool_calls": [CALL]},
        {"role": "tool", "content": "secret", "tool_call_id": "1"},
        ANSWER,
        tools=[],
    )
    found = check(data, tmp_path, "openai")
    assert [finding.rule for finding in found] == ["alternation"]
    found = check(line_of(USER, ANSWER, functions=[{}] * 129), tmp_path, "openai")
    assert [finding.rule for finding in found] == ["tools"]


@pytest.mark.parametrize(
    ("data", "messages"),
    [
        (showing(image(), {"type": "text", "text": "secret"}), []),
        (showing(image("https://example.com/x.png")), []),
        (showing(*[image()] * 10), []),
        (showing(*[image()] * 11), ["more than 10 images"]),
        (showing(image("data:image/heic;base64,AAAA")), ["of a kind"]),
        (showing(image(PNG + "A" * 13_400_000)), ["too large"]),
        (showing(image("file:///secret")), ["neither data nor https"]),
        (showing(image(PNG + "%%%%")), ["no base64"]),
        (showing(image(PNG)), ["no base64"]),
        (showing(image(detail="low")), []),
        (showing(image(detail="secret")), ["a detail that is not known"]),
        (showing(image(None)), ["no address"]),
        (showing({"type": "secret"}), ["neither text nor image"]),
        (showing(7), ["neither text nor image"]),
        (line_of(USER, {**ANSWER, "content": [image()]}), ["where none is taken"]),
    ],
)
def test_images_are_checked(data: bytes, messages: list[str], tmp_path: Path) -> None:
    found = check(data, tmp_path, "openai", count_tokens=lambda _: 1)
    assert [finding.rule for finding in found] == [
        "image" if "text nor" not in m else "content" for m in messages
    ]
    for finding, message in zip(found, messages, strict=True):
        assert message in finding.message


@pytest.mark.parametrize("sink", ["openai", "azure"])
def test_an_answer_may_be_a_list_of_texts(sink: str, tmp_path: Path) -> None:
    parts = [{"type": "text", "text": "secret"}]
    data = line_of(USER, {**ANSWER, "content": parts}) * 12
    assert check(data, tmp_path, sink) == []
    assert check(line_of(USER, {**ANSWER, "content": []}), tmp_path, sink) != []


def test_images_are_refused_where_none_are_taken(tmp_path: Path) -> None:
    assert rules(check(showing(image()), tmp_path)) == [(1, "image", True)]


def test_too_many_examples_with_images_are_found(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(_validate, "MAX_EXAMPLES_WITH_IMAGES", 1)
    found = check(showing(image()) * 2, tmp_path, "openai")
    assert rules(found) == [(None, "too-many", True)]


@pytest.mark.parametrize(("sink", "is_error"), [("trl", True), ("openai", False)])
def test_keys_are_the_same_in_every_line(
    sink: str, is_error: bool, tmp_path: Path
) -> None:
    weighted = line_of(USER, {**ANSWER, "weight": 1})
    found = check(OK + line_of(SYSTEM, USER, ANSWER) + weighted, tmp_path, sink)
    assert (3, "keys", is_error) in rules(found)
    assert not [finding for finding in found if finding.line in {1, 2}]


class TestFormats:
    def test_together_refuses_a_line_that_fits_two(self, tmp_path: Path) -> None:
        data = line_of(USER, ANSWER, text="secret")
        found = rules(check(data, tmp_path, "together"))
        assert (1, "two-formats", True) in found

    def test_mlx_takes_all_lines_for_what_the_first_is(self, tmp_path: Path) -> None:
        data = line_of(USER, ANSWER, prompt="secret", completion="secret")
        assert (1, "first-line", True) in rules(check(data + OK, tmp_path, "mlx"))
        found = rules(check(OK + data, tmp_path, "mlx"))
        assert "first-line" not in [rule for _, rule, _ in found]

    def test_conversations_are_read_as_such(self, tmp_path: Path) -> None:
        turns = [{"from": "human", "value": "secret"}, {"from": "gpt", "value": "x"}]
        data = json.dumps({"conversations": turns}).encode()
        assert check(data, tmp_path, "sharegpt") == []
        data = json.dumps({"conversations": turns[:1]}).encode()
        found = check(data, tmp_path, "sharegpt")
        assert [finding.rule for finding in found] == ["last-turn", "answer"]
        assert [f.rule for f in check(OK, tmp_path, "sharegpt")] == [
            *("unknown-key", "messages")
        ]


class TestPairs:
    @pytest.mark.parametrize(
        ("sink", "row"), [("trl-dpo", PAIR), ("openai-dpo", OPENAI_PAIR)]
    )
    def test_may_be_right(self, sink: str, row: Any, tmp_path: Path) -> None:
        assert check(json.dumps(row).encode(), tmp_path, sink) == []

    @pytest.mark.parametrize(
        ("change", "rule"),
        [
            ({"prompt": []}, "messages"),
            ({"prompt": [USER, ANSWER]}, "pair"),
            ({"chosen": "secret"}, "pair"),
            ({"chosen": [USER]}, "pair"),
            ({"rejected": [ANSWER, ANSWER]}, "pair"),
            ({"rejected": [ANSWER]}, "pair"),
            ({"chosen": [{**ANSWER, "content": ""}]}, "content"),
            ({"other": 1}, "unknown-key"),
        ],
    )
    def test_may_be_wrong(self, change: Any, rule: str, tmp_path: Path) -> None:
        row = json.dumps({**PAIR, **change}).encode()
        assert [f.rule for f in check(row, tmp_path, "trl-dpo")] == [rule]

    def test_of_openai_need_an_input(self, tmp_path: Path) -> None:
        row = json.dumps({**OPENAI_PAIR, "input": "secret"}).encode()
        assert [f.rule for f in check(row, tmp_path, "openai-dpo")] == ["messages"]

    def test_are_as_long_as_the_longer_answer(self, tmp_path: Path) -> None:
        row = {**PAIR, "rejected": [{**ANSWER, "content": "x" * 1100}]}
        found = check(json.dumps(row).encode(), tmp_path, "trl-dpo", count_tokens=len)
        assert rules(found) == [(1, "too-long", False)]


class TestSizes:
    def test_of_an_example(self, tmp_path: Path) -> None:
        data = OK + line_of(USER, {**ANSWER, "content": "x" * 65_536})
        found = check(data, tmp_path, "openai", count_tokens=len)
        assert rules(found) == [(2, "too-long", True)]
        found = check(data, tmp_path, "mlx", count_tokens=len)
        assert rules(found) == [(2, "too-long", False)]

    def test_of_names_count_too(self, tmp_path: Path) -> None:
        seen = []
        data = line_of({**USER, "name": "Ann"}, ANSWER)
        check(data, tmp_path, "openai", count_tokens=lambda t: seen.append(t) or 1)
        assert "Ann" in seen

    @pytest.mark.parametrize(
        ("sink", "least"), [("openai", 10), ("azure", 10), ("fireworks", 3), ("mlx", 4)]
    )
    def test_of_a_file_are_enough(self, sink: str, least: int, tmp_path: Path) -> None:
        path = tmp_path / "any.jsonl"
        path.write_bytes(OK * (least - 1))
        assert rules(validate(path, sink)) == [(None, "too-few", True)]
        path.write_bytes(OK * least)
        assert validate(path, sink) == []

    @pytest.mark.parametrize(
        ("limit", "rule"), [("max_bytes", "too-large"), ("max_examples", "too-many")]
    )
    def test_of_a_file_are_not_too_much(
        self, limit: str, rule: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        from dataclasses import replace  # noqa: PLC0415

        small: Any = {limit: 2 * len(OK) if limit == "max_bytes" else 2}
        monkeypatch.setattr(
            _validate, "sink_named", lambda name: replace(SINKS[name], **small)
        )
        assert check(OK * 2, tmp_path) == []
        assert rules(check(OK * 3, tmp_path)) == [(None, rule, True)]


class TestFolders:
    def test_may_not_have_an_example_in_both_files(self, tmp_path: Path) -> None:
        (tmp_path / "train.jsonl").write_bytes(OK + line_of(SYSTEM, USER, ANSWER))
        # The same example in other words of JSON.
        (tmp_path / "validation.jsonl").write_bytes(OK.replace(b": ", b":"))
        found = validate(tmp_path, "trl")
        assert rules(found) == [(1, "in-both", True)]
        assert found[0].path == tmp_path / "train.jsonl"

    def test_need_enough_in_both_files(self, tmp_path: Path) -> None:
        (tmp_path / "train.jsonl").write_bytes(OK * 4)
        (tmp_path / "valid.jsonl").write_bytes(line_of(SYSTEM, USER, ANSWER))
        (finding,) = validate(tmp_path, "mlx")
        assert (finding.rule, finding.path.name) == ("too-few", "valid.jsonl")

    def test_need_a_training_file(self, tmp_path: Path) -> None:
        assert rules(validate(tmp_path, "trl")) == [(None, "missing", True)]
        assert rules(validate(tmp_path / "none.jsonl", "trl")) == [
            (None, "missing", True)
        ]

    def test_are_what_their_manifest_tells(self, tmp_path: Path) -> None:
        dataset = write_dataset(examples(20), tmp_path)
        with dataset.train.open("ab") as file:
            file.write(OK)
        found = validate(tmp_path, "openai")
        assert rules(found) == [(None, "changed", False)]
        assert "train.jsonl" in found[0].message


def test_a_rule_that_every_line_breaks_does_not_fill_the_memory(tmp_path: Path) -> None:
    found = check(b"[]\n" * 250, tmp_path)
    assert len(found) == 101
    assert found[-1].message == "150 more findings of the rule json"


def test_a_finding_reads_like_a_compilers(tmp_path: Path) -> None:
    found = check(b"\n", tmp_path)
    assert str(found[0]) == ("any.jsonl:1: error: The line is blank. Remove the line.")
    assert str(validate(tmp_path, "trl")[0]).startswith(
        "train.jsonl: error: There is no"
    )


def test_a_sink_that_is_not_there_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ExportError, match="openai, azure"):
        validate(tmp_path, "sewer")


_KEYS = [
    *("messages", "role", "content", "type", "image_url", "weight", "name"),
    *("prompt", "chosen", "rejected", "input", "from", "value", "functions"),
]
_JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=3),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(_KEYS),
            inner,
            max_size=4,
        )
    ),
    max_leaves=12,
)


@pytest.mark.slow
@settings(deadline=None)
@given(row=_JSON, sink=st.sampled_from(list(SINKS)))
def test_any_json_is_checked_without_an_error(row: Any, sink: str) -> None:
    list(problems_of(row, SINKS[sink]))


@pytest.mark.slow
@settings(deadline=None)
@given(row=_JSON)
def test_any_file_is_checked_without_an_error(row: Any) -> None:
    from pathlib import Path  # noqa: PLC0415
    from tempfile import TemporaryDirectory  # noqa: PLC0415

    with TemporaryDirectory() as folder:
        path = Path(folder, "any.jsonl")
        path.write_text(json.dumps(row))
        for sink in ("openai", "sharegpt", "trl-dpo"):
            validate(path, sink, count_tokens=len)


class TestGemini:
    """Rows of `contents`, whose roles are user and model."""

    ASKED: ClassVar[Any] = {"role": "user", "parts": [{"text": "Slow?"}]}
    ANSWER: ClassVar[Any] = {"role": "model", "parts": [{"text": "And steady."}]}

    def problems(self, row: Any) -> set[str]:
        return {problem.rule for problem in problems_of(row, SINKS["gemini"])}

    def test_are_taken_with_a_system_message_and_without(self) -> None:
        row = {"contents": [self.ASKED, self.ANSWER]}
        assert self.problems(row) == set()
        system = {"parts": [{"text": "Be brief."}]}
        assert self.problems({"systemInstruction": system, **row}) == set()
        assert [s.role for s in said_in({"systemInstruction": system, **row})] == [
            "system",
            "user",
            "assistant",
        ]
        assert said_in(row)[1].text == "And steady."

    @pytest.mark.parametrize(
        ("answer", "rule"),
        [
            ({"role": "assistant", "parts": [{"text": "x"}]}, "role"),
            ({"role": "model", "parts": []}, "content"),
            ({"role": "model", "parts": "x"}, "content"),
            ({"role": "model", "parts": [{"text": 5}]}, "content"),
            ({"role": "model", "parts": [5]}, "content"),
            ({"role": "model"}, "content"),
            ({"role": "model", "parts": [{"text": "x"}], "weight": 1}, "unknown-key"),
        ],
    )
    def test_are_checked(self, answer: Any, rule: str) -> None:
        assert rule in self.problems({"contents": [self.ASKED, answer]})

    def test_must_be_a_list(self) -> None:
        assert "messages" in self.problems({"contents": "x"})
        assert "messages" in self.problems({})


@pytest.mark.parametrize("beginning", ["[\n", "{\n", "[{"])
def test_json_that_is_not_line_by_line_is_one_finding(
    tmp_path: Path, beginning: str
) -> None:
    path = tmp_path / "file.jsonl"
    path.write_text(beginning + '"messages": [\n1\n]\n}\n')
    assert [found.rule for found in validate(path, "openai")] == ["json"]


def test_each_line_is_reported_and_how_many_there_are_where_a_manifest_says_so(
    tmp_path: Path,
) -> None:
    told: list[tuple[int, int | None]] = []
    check(OK * 2, tmp_path, progress=lambda *step: told.append(step))
    assert told == [(1, None), (2, None)]
    told.clear()
    talk: Any = {"messages": [HumanMessage("Hi!"), AIMessage("Hello.")]}
    write_dataset([talk] * 3, tmp_path / "data", sink="trl", validation=0)
    validate(tmp_path / "data", "trl", progress=lambda *step: told.append(step))
    assert told == [(1, 3), (2, 3), (3, 3)]
