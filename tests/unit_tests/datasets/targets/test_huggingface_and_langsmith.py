"""Examples for Hugging Face and LangSmith: what they get, and that it was agreed to."""

from __future__ import annotations

import json
import sys
from http.server import BaseHTTPRequestHandler, HTTPServer
from threading import Thread
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any

import pytest
from langchain_core.messages import AIMessage, HumanMessage, SystemMessage, ToolMessage

from langchain_imessage.datasets import to_hf_dataset, upload_to_langsmith
from langchain_imessage.errors import ExportError, MissingDependencyError

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from langchain_core.chat_sessions import ChatSession

SECRETS = {"sender": "Ann", "handle": "+15550101", "attachments": [{"path": "/home/a"}]}


def example(*words: str, **kwargs: Any) -> ChatSession:
    messages = [
        (AIMessage if n % 2 else HumanMessage)(
            text, id=f"GUID-{n}", additional_kwargs={**SECRETS, **kwargs}
        )
        for n, text in enumerate(words)
    ]
    return {"messages": [SystemMessage("Be Ann."), *messages]}


def rows(*words: str) -> list[dict[str, str]]:
    roles = ("user", "assistant")
    said = [{"role": roles[n % 2], "content": text} for n, text in enumerate(words)]
    return [{"role": "system", "content": "Be Ann."}, *said]


@pytest.mark.slow
def test_a_hugging_face_dataset_holds_roles_and_words_and_no_more() -> None:
    pytest.importorskip("datasets")
    made = to_hf_dataset([example("Hi!", "Hello."), example("a", "b", "c", "d")])
    assert made.column_names == ["messages"]
    assert [row["messages"] for row in made] == [
        rows("Hi!", "Hello."),
        rows("a", "b", "c", "d"),
    ]


@pytest.mark.slow
def test_no_file_is_written_for_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    datasets = pytest.importorskip("datasets")
    monkeypatch.setattr(datasets.config, "HF_DATASETS_CACHE", tmp_path)
    made = to_hf_dataset(example(f"q {n}", f"a {n}") for n in range(2500))
    assert len(made) == 2500
    assert made[2499]["messages"] == rows("q 2499", "a 2499")
    assert made.cache_files == []
    assert list(tmp_path.iterdir()) == []


def test_nothing_makes_an_empty_one_of_the_same_form() -> None:
    pytest.importorskip("datasets")
    steps: list[tuple[int, int | None]] = []
    examples = [example("Hi!", "Hello.")] * 2
    full = to_hf_dataset(examples, progress=lambda *step: steps.append(step))
    assert steps == [(1, 2), (2, 2)]
    assert to_hf_dataset([]).features == full.features


def test_answers_not_to_be_learned_and_halves_of_emojis_do_not_get_there() -> None:
    pytest.importorskip("datasets")
    mute = to_hf_dataset([example("Hi!", "Hello.", weight=0.0)])
    assert len(mute) == 0
    half = to_hf_dataset([example("Hi \ud83d", "Hello.")])
    assert half[0]["messages"] == rows("Hi \ufffd", "Hello.")


def test_a_kind_nobody_says_is_refused_by_its_number() -> None:
    pytest.importorskip("datasets")
    odd: ChatSession = {"messages": [ToolMessage("secret", tool_call_id="1")]}
    with pytest.raises(ExportError, match="Example 2 holds a ToolMessage") as caught:
        to_hf_dataset([example("Hi!", "Hello."), odd])
    assert "secret" not in str(caught.value)


def test_a_missing_library_is_named_with_its_extra(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setitem(sys.modules, "datasets", None)
    with pytest.raises(MissingDependencyError, match=r"\[datasets\]"):
        to_hf_dataset([])


class Client:
    """Does what of LangSmith's client is used, and remembers it."""

    api_url = "https://smith.example"

    def __init__(self, *names: str) -> None:
        self.names = list(names)
        self.batches: list[list[dict[str, Any]]] = []

    def has_dataset(self, *, dataset_name: str) -> bool:
        return dataset_name in self.names

    def create_dataset(self, name: str) -> Any:
        self.names.append(name)
        return SimpleNamespace(id="D")

    def create_examples(
        self, *, dataset_id: str, examples: list[dict[str, Any]]
    ) -> None:
        assert dataset_id == "D"
        self.batches.append(examples)


@pytest.mark.parametrize("confirm", [False, lambda _: False, None, "yes"])
def test_nothing_is_sent_unless_somebody_agreed(confirm: Any) -> None:
    client: Any = Client()
    taken: list[int] = []
    examples = (taken.append(1) or example("q", "a") for _ in range(1))
    with pytest.raises(ExportError, match=r"https://smith\.example.*confirm=True"):
        upload_to_langsmith(examples, "voice", client=client, confirm=confirm)
    assert (client.names, client.batches, taken) == ([], [], [])


def test_who_agrees_is_told_what_goes_where() -> None:
    client: Any = Client()
    told: list[str] = []

    def agree(what: str) -> bool:
        told.append(what)
        return True

    steps: list[tuple[int, int | None]] = []
    examples = (example(f"q {n}", f"a {n}") for n in range(250))
    sent = upload_to_langsmith(
        examples,
        "voice",
        client=client,
        confirm=agree,
        progress=lambda *step: steps.append(step),
    )
    assert sent == 250
    assert steps == [(100, None), (200, None), (250, None)]
    assert "https://smith.example" in told[0]
    assert client.names == ["voice"]
    assert [len(batch) for batch in client.batches] == [100, 100, 50]
    last = client.batches[2][49]
    assert last.pop("inputs") == {"messages": rows("q 249")}
    (outputs,) = last.values()
    assert outputs == {"message": {"role": "assistant", "content": "a 249"}}


def test_a_name_that_is_taken_is_left_alone() -> None:
    client: Any = Client("voice")
    with pytest.raises(ExportError, match="has a dataset of that name"):
        upload_to_langsmith([example("q", "a")], "voice", client=client, confirm=True)
    assert client.batches == []


class Server(HTTPServer):
    """Speaks as much of LangSmith as an upload needs; may refuse, quoting what it got."""

    received: list[tuple[str, bytes]]
    refuses = False


class Handler(BaseHTTPRequestHandler):
    server: Server

    def do_GET(self) -> None:
        flags = {"dataset_examples_multipart_enabled": True}
        self._answer({"instance_flags": flags} if "info" in self.path else [])

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"]))
        self.server.received.append((self.path, body))
        if self.server.refuses:
            self._answer({"detail": body.decode("utf-8", "replace")}, status=422)
        elif self.path.endswith("/datasets"):
            now = "2026-01-01T00:00:00Z"
            self._answer({**json.loads(body), "id": ID, "created_at": now})
        elif self.path.endswith("/bulk"):
            self._answer([{"id": ID}])
        else:
            self._answer({"example_ids": [ID], "count": 1})

    def _answer(self, value: Any, status: int = 200) -> None:
        body = json.dumps(value).encode()
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: object) -> None:
        pass


ID = "00000000-0000-4000-8000-000000000000"


@pytest.fixture
def server(monkeypatch: pytest.MonkeyPatch) -> Iterator[Server]:
    with Server(("127.0.0.1", 0), Handler) as served:
        served.received = []
        thread = Thread(target=served.serve_forever, args=(0.01,))
        thread.start()
        url = f"http://127.0.0.1:{served.server_port}"
        monkeypatch.setenv("LANGSMITH_ENDPOINT", url)
        monkeypatch.setenv("LANGSMITH_API_KEY", "key")
        yield served
        served.shutdown()
        thread.join()


def test_langsmiths_own_client_sends_roles_and_words_and_no_more(
    server: Server,
) -> None:
    assert upload_to_langsmith([example("Hi!", "Hello.")], "voice", confirm=True) == 1
    paths = [path for path, _ in server.received]
    assert paths[0].endswith("/datasets")
    sent = b"".join(body for _, body in server.received)
    for words in (b"Hi!", b"Hello.", b"Be Ann.", b"voice"):
        assert words in sent
    for secret in (b"+15550101", b"GUID", b"/home/a", b"handle"):
        assert secret not in sent
    assert b'"inputs"' in sent or b".inputs" in sent
    assert b'"outputs"' in sent or b".outputs" in sent


def test_a_refusal_is_one_error_that_quotes_nothing(server: Server) -> None:
    server.refuses = True
    with pytest.raises(
        ExportError, match=r"LangSmith refused \(.*LANGSMITH_API_KEY"
    ) as caught:
        upload_to_langsmith([example("Hi!", "Hello.")], "voice", confirm=True)
    assert caught.value.__cause__ is caught.value.__context__ is None
