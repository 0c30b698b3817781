"""How likely a model finds replies: compared with what mlx-lm computes by itself."""

from __future__ import annotations

import json
import subprocess
import sys
from importlib.util import find_spec
from typing import TYPE_CHECKING, Any

import pytest

from langchain_imessage.errors import FineTuningError, MissingDependencyError
from langchain_imessage.finetuning import write_tiny_model
from langchain_imessage.finetuning.local._examples import conversation_of
from langchain_imessage.finetuning.local.processes import _requirements, _scoring
from langchain_imessage.finetuning.local.processes._scoring import score
from langchain_imessage.finetuning.local.worker import _scorer_main

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

needs_mlx = [
    pytest.mark.slow,
    pytest.mark.skipif(
        not (find_spec("mlx") and find_spec("mlx_lm")),
        reason="mlx-lm (extra mlx) is not installed",
    ),
]


def row(*texts: str) -> dict[str, Any]:
    roles = ("user", "assistant") * len(texts)
    pairs = zip(roles, texts, strict=False)
    return {"messages": [{"role": role, "content": text} for role, text in pairs]}


ROWS = [row("Slow?", "And steady."), row("Fast?", "No.", "Hm.", "No, no.")]

REFERENCE = """
import json, sys
import mlx.core as mx
import mlx_lm
from mlx import nn
model, tokenizer = mlx_lm.load(sys.argv[1])
for messages in json.loads(sys.argv[2]):
    *_, answer = messages
    asked = tokenizer.apply_chat_template(messages[:-1], add_generation_prompt=True)
    said = tokenizer.encode(answer["content"] + "<|im_end|>", add_special_tokens=False)
    tokens = mx.array([[*asked, *said]])
    losses = nn.losses.cross_entropy(model(tokens)[:, :-1], tokens[:, 1:])[0]
    print(json.dumps([losses[len(asked) - 1:].sum().item(), len(said)]))
"""


def reference(folder: Path, prompts: Sequence[Any]) -> list[list[float]]:
    """Return nats and tokens of last answers, each in a pass of its own."""
    words = [sys.executable, "-c", REFERENCE, str(folder), json.dumps(prompts)]
    done = subprocess.run(words, check=True, capture_output=True, text=True)
    return [json.loads(line) for line in done.stdout.splitlines()]


class TestWithMlx:
    """With a real process."""

    pytestmark = needs_mlx

    @pytest.fixture(autouse=True)
    def open_files(self) -> Iterator[None]:
        """Undo what mlx-lm does to the number of files this process may open."""
        import resource  # noqa: PLC0415 - Windows has none

        soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
        yield
        hard = resource.getrlimit(resource.RLIMIT_NOFILE)[1]
        top = soft if hard == resource.RLIM_INFINITY else min(soft, hard)
        resource.setrlimit(resource.RLIMIT_NOFILE, (top, hard))

    def test_each_reply_is_as_likely_as_when_it_is_asked_for_alone(
        self, tmp_path: Path
    ) -> None:
        texts = [m["content"] for one in ROWS for m in one["messages"]]
        folder = write_tiny_model(tmp_path / "tiny", texts)
        found = list(score(folder, None, ROWS))
        assert [(one.row, one.index) for one in found] == [(0, 1), (1, 1), (1, 3)]
        first, second = (one["messages"] for one in ROWS)
        rows = [conversation_of(one) for one in ROWS]
        lines = [[list(one.messages), list(one.learned)] for one in rows]
        order = {"model": str(folder), "adapters": None, "longest": 2048}
        here = list(_scorer_main._lines(order, lines))
        assert [(one.nats, one.tokens) for one in found] == [
            (pytest.approx(nats, rel=1e-4), tokens) for _, _, nats, tokens in here
        ]
        for one, (nats, tokens) in zip(
            found, reference(folder, [first, second[:2], second]), strict=True
        ):
            assert one.nats == pytest.approx(nats, rel=1e-4)
            assert one.tokens == tokens

    def test_a_model_that_cannot_be_loaded_is_an_error(self, tmp_path: Path) -> None:
        with pytest.raises(FineTuningError, match="cannot be loaded") as caught:
            list(score(tmp_path, None, ROWS))
        assert caught.value.code == "model_unusable"


ECHO = """
import json, sys
order, *lines = map(json.loads, iter(sys.stdin.readline, "\\n"))
{before}
for number, (messages, learned) in enumerate(lines):
    for index in learned:
        print(json.dumps([number, index, len(messages[index]["content"]), 1]))
sys.exit({code})
"""


@pytest.fixture
def fake(monkeypatch: pytest.MonkeyPatch) -> Any:
    """Put a small process in the place of the one that needs mlx-lm."""

    def use(*, before: str = "", code: int = 0) -> None:
        def start(*_: Any, **__: Any) -> subprocess.Popen[bytes]:
            script = ECHO.format(before=before, code=code)
            return subprocess.Popen(
                [sys.executable, "-c", script],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
            )

        monkeypatch.setattr(_scoring, "start", start)
        monkeypatch.setattr(_scoring, "require_mlx", lambda: None)

    return use


def test_scores_come_by_row_and_message(fake: Any, tmp_path: Path) -> None:
    fake()
    found = [(one.row, one.index, one.nats) for one in score(tmp_path, None, ROWS)]
    assert found == [(0, 1, 11), (1, 1, 3), (1, 3, 7)]


def test_more_rows_than_a_pipe_holds_go_through(fake: Any, tmp_path: Path) -> None:
    fake()
    assert len(list(score(tmp_path, None, [row("a" * 1000, "b")] * 500))) == 500


def test_one_that_stops_reading_the_scores_ends_the_process(
    fake: Any, tmp_path: Path
) -> None:
    fake(before="import time; print('[0, 1, 1, 1]', flush=True); time.sleep(600)")
    scores = score(tmp_path, None, ROWS)
    assert next(scores).nats == 1
    scores.close()  # type: ignore[attr-defined]  # it is a generator


def test_a_process_that_dies_is_an_error(fake: Any, tmp_path: Path) -> None:
    fake(code=9)
    with pytest.raises(FineTuningError, match="exited unexpectedly"):
        list(score(tmp_path, None, ROWS))


def test_its_own_error_is_raised_here(fake: Any, tmp_path: Path) -> None:
    fake(before="""print('{"code": "c", "message": "why"}'); sys.exit(1)""")
    with pytest.raises(FineTuningError, match="why"):
        list(score(tmp_path, None, ROWS))


def test_a_row_that_is_none_is_refused_before_anything_starts(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(_scoring, "require_mlx", lambda: None)
    with pytest.raises(FineTuningError, match="cannot be read"):
        list(score(tmp_path, None, [{"words": "none"}]))


def test_without_mlx_the_extra_is_named(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(_requirements, "find_spec", lambda _: None)
    monkeypatch.setattr(sys, "platform", "linux")
    with pytest.raises(MissingDependencyError, match=r"langchain-imessage\[mlx\]"):
        list(score(tmp_path, None, ROWS))
