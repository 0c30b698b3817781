"""The notebook this package was founded on: its cells, with our imports, its results."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from langchain_core.messages import AIMessage, HumanMessage

from langchain_imessage.testing import write_sample

if TYPE_CHECKING:
    import pytest

ROOT = Path(__file__).parent.parent.parent


def test_the_notebooks_cells_show_the_notebooks_results(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    write_sample()
    cells: dict[str, object] = {}
    exec(  # noqa: S102  # these are the cells
        """
from langchain_imessage.chat_loaders.imessage import IMessageChatLoader

loader = IMessageChatLoader(
    path="./chat.db",
)

from typing import List
from langchain_imessage.chat_loaders.utils import (
    map_ai_messages,
    merge_chat_runs,
)
from langchain_core.chat_sessions import ChatSession

raw_messages = loader.lazy_load()
merged_messages = merge_chat_runs(raw_messages)
chat_sessions: List[ChatSession] = list(
    map_ai_messages(merged_messages, sender="Tortoise")
)
first_three = chat_sessions[0]["messages"][:3]

from langchain_imessage.adapters.openai import convert_messages_for_finetuning

training_data = convert_messages_for_finetuning(chat_sessions)

import json
from io import BytesIO

my_file = BytesIO()
for m in training_data:
    my_file.write((json.dumps({"messages": m}) + "\\n").encode("utf-8"))
my_file.seek(0)
""",
        cells,
    )
    shown = [
        (
            type(m),
            m.content,
            m.additional_kwargs["message_time"],
            m.additional_kwargs["sender"],
        )
        for m in cells["first_three"]  # type: ignore[attr-defined]
    ]
    assert shown == [
        (AIMessage, "Slow and steady, that's my motto.", 1693182723, "Tortoise"),
        (HumanMessage, "Speed is key!", 1693182753, "Hare"),
        (AIMessage, "A balanced approach is more reliable.", 1693182783, "Tortoise"),
    ]
    assert len(cells["training_data"]) == 10  # type: ignore[arg-type]
    for line in cells["my_file"]:  # type: ignore[attr-defined]
        for message in json.loads(line)["messages"]:
            assert message.keys() == {"role", "content"}
            assert message["role"] in {"user", "assistant"}


def test_the_quickstart_runs_and_shows_the_same() -> None:
    done = subprocess.run(
        [sys.executable, "-W", "error", ROOT / "examples" / "quickstart.py"],
        check=True,
        capture_output=True,
        text=True,
        encoding="utf-8",
    )
    assert "Prepared 10 dialogues for training" in done.stdout
    assert 'AIMessage("Slow and steady, that\'s my motto.", 1693182723' in done.stdout


def test_the_sample_accounts_for_every_row(load: object, path: Path) -> None:
    write_sample(path)
    loaded = load()  # type: ignore[operator]
    assert len(loaded.sessions) == 10
    loaded.left_out(reaction=2, group_event=1, unsent=1, attachment_only=1)
