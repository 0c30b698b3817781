"""The examples: the notebook this package was founded on, and the scripts beside it."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest
from langchain_core.messages import AIMessage, HumanMessage

from langchain_imessage import IMessageChatLoader
from langchain_imessage.testing import write_sample

ROOT = Path(__file__).parent.parent.parent
STRICT = (
    *(sys.executable, "-W", "error"),
    *("-W", "ignore:'asyncio.iscoroutinefunction':DeprecationWarning"),
    *("-W", "ignore:Core Pydantic V1:UserWarning"),
)
"""Warnings are errors, but for those of langchain-core's own imports on Python 3.14."""


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


RUN = """
import sys
import nbformat
from nbclient import NotebookClient

notebook = nbformat.read(sys.argv[1], 4)
for cell in notebook.cells:  # the server here is quicker than the provider
    cell.source = cell.source.replace("time.sleep(5)", "time.sleep(0.1)")
NotebookClient(
    notebook,
    timeout=120,
    kernel_name="python3",
    coalesce_streams=True,
    resources={"metadata": {"path": sys.argv[2]}},
).execute()
nbformat.write(notebook, sys.argv[3])
"""


def _outputs(path: Path) -> list[str]:
    """Give what each code cell shows, without how long it took."""
    cells = json.loads(path.read_text("utf-8"))["cells"]
    code = [cell for cell in cells if cell["cell_type"] == "code"]
    return [
        re.sub(r"\d+\.\d\ds|\d+\.\d\d seconds", "a while", json.dumps(cell["outputs"]))
        for cell in code
    ]


def test_the_notebook_runs_from_top_to_bottom_and_shows_what_it_showed(
    tmp_path: Path,
) -> None:
    pytest.importorskip("nbclient")
    pytest.importorskip("langchain_openai")
    notebook, again = ROOT / "examples" / "imessage.ipynb", tmp_path / "again.ipynb"
    # In a process of its own: what Jupyter warns of is not ours.
    command = [sys.executable, "-c", RUN, notebook, tmp_path, again]
    done = subprocess.run(command, check=False, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr[-2000:]
    counted = re.compile(r'"execution_count": \d+')
    shown = [counted.sub("", output) for output in _outputs(again)]
    assert shown == [counted.sub("", output) for output in _outputs(notebook)]
    assert "The one you keep hold of when the path turns dark." in shown[-2]


def test_the_quickstart_runs_and_shows_the_same() -> None:
    done = subprocess.run(
        [*STRICT, ROOT / "examples" / "quickstart.py"],
        check=True,
        capture_output=True,
        text=True,
        encoding="utf-8",
    )
    assert "Prepared 10 dialogues for training" in done.stdout
    assert 'AIMessage("Slow and steady, that\'s my motto.", 1693182723' in done.stdout
    assert "the model is ft:gpt-4.1-mini" in done.stdout
    assert done.stdout.endswith("The one you keep hold of when the path turns dark.\n")


def test_the_sample_accounts_for_every_row(load: object, path: Path) -> None:
    write_sample(path)
    loaded = load()  # type: ignore[operator]
    assert len(loaded.sessions) == 10
    loaded.left_out(reaction=2, group_event=1, unsent=1, attachment_only=1)


@pytest.mark.parametrize(
    ("arguments", "shown"),
    [
        ([], "in examples                   61"),
        (["--generated", "3000"], "findings: []"),
    ],
)
def test_your_voice_becomes_a_dataset_and_a_page(
    arguments: list[str], shown: str
) -> None:
    pytest.importorskip("orjson")
    done = subprocess.run(
        [*STRICT, ROOT / "examples" / "your_voice.py", *arguments],
        check=True,
        capture_output=True,
        text=True,
        encoding="utf-8",
    )
    assert shown in done.stdout
    assert Path(done.stdout.rsplit("read it in ", 1)[1].strip()).is_file()


CHAT = {
    "messages": [
        [{"sender": "abc1", "text": "hi", "timestamp": "2018-04-20T17:00:00"}],
        [
            {"sender": "def2", "text": "hey", "timestamp": "2018-04-20T17:00:09"},
            {"sender": "def2", "text": " ", "timestamp": "2018-04-20T17:00:10"},
        ],
    ]
}


def test_a_public_person_becomes_a_database(tmp_path: Path) -> None:
    package = tmp_path / "chitchat_dataset"
    package.mkdir()
    (package / "__init__.py").touch()
    alone = {"messages": CHAT["messages"][:1]}
    chats = json.dumps({"1": CHAT, "2": alone})
    (package / "dataset.json").write_text(chats)
    code = "import sys; sys.path.insert(0, sys.argv[1]); import public_person\n"
    code += "print(public_person.write_person(sys.argv[2], 'def'))"
    database = str(tmp_path / "person.db")
    subprocess.run(
        [sys.executable, "-c", code, str(ROOT / "examples"), database],
        check=True,
        env={**os.environ, "PYTHONPATH": f"{ROOT / 'src'}{os.pathsep}{tmp_path}"},
    )
    (session,) = IMessageChatLoader(path=database).lazy_load()
    told = [(m.content, m.additional_kwargs["is_from_me"]) for m in session["messages"]]
    assert told == [("hi", False), ("hey", True)]


@pytest.mark.slow
def test_an_agent_is_not_given_orders_by_a_message(tmp_path: Path) -> None:
    pytest.importorskip("langchain.agents")
    done = subprocess.run(
        [sys.executable, str(ROOT / "examples" / "message_agent.py")],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        check=True,
    )
    calls, said, read = done.stdout.splitlines()
    assert calls.startswith("Calls search_messages(")
    assert re.fullmatch(
        r"The model says: The number is \[phone \d\]; you meet at the lake\.", said
    )
    assert read == "The user reads: The number is 415-555-0199; you meet at the lake."
