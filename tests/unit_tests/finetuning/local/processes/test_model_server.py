"""A server on loopback that lives as long as its parent, with a small one in its place."""

from __future__ import annotations

import ast
import asyncio
import builtins
import os
import signal
import subprocess
import sys
import threading
import time
from http.client import HTTPConnection
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any

import pytest
from chat_templates import Letters

from langchain_imessage.errors import FineTuningError, MissingDependencyError
from langchain_imessage.finetuning.local.processes import _model_server as _server
from langchain_imessage.finetuning.local.processes._model_server import (
    local_chat_model,
    server_of,
    stop_servers,
)
from langchain_imessage.finetuning.local.worker import _server_main

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

pytestmark = pytest.mark.slow

SOURCE = str(Path(_server_main.__file__).parents[4])

FAKE = """
import sys
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
class Handler(BaseHTTPRequestHandler):
    def do_POST(self):
        self.rfile.read(int(self.headers["Content-Length"]))
        self.send_response({status})
        self.end_headers()
    def log_message(self, *_):
        pass
class ResponseGenerator:
    def generate(self):
        pass
def load():
    pass
def main():
    port = int(sys.argv[sys.argv.index("--port") + 1])
    host = sys.argv[sys.argv.index("--host") + 1]
    print("hello")
    {before}
    ThreadingHTTPServer((host, port), Handler).serve_forever()
"""
TOKENIZERS = """
class TokenizerWrapper:
    def __init__(self): pass
    def apply_chat_template(self): pass
"""
CORE = "cpu = 'cpu'\ndef default_device(): return 'cpu'\ndef disable_compile(): pass\n"


@pytest.fixture
def fake(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Callable[..., Path]]:
    """Put a small server in the place of mlx-lm's."""
    site = tmp_path / "site"
    environment = _server.start.__globals__["environment"]

    def first(*args: Any, **kwargs: Any) -> dict[str, str]:
        made = environment(*args, **kwargs)
        return {**made, "PYTHONPATH": f"{site}{os.pathsep}{made['PYTHONPATH']}"}

    monkeypatch.setitem(_server.start.__globals__, "environment", first)

    def write(*, status: int = 200, before: str = "pass") -> Path:
        for package in ("mlx", "mlx_lm"):
            (site / package).mkdir(parents=True)
            (site / package / "__init__.py").touch()
        (site / "mlx" / "core.py").write_text(CORE)
        (site / "mlx_lm" / "tokenizer_utils.py").write_text(TOKENIZERS)
        code = FAKE.format(status=status, before=before)
        (site / "mlx_lm" / "server.py").write_text(code)
        return site

    yield write
    stop_servers()


def serve(tmp_path: Path, **options: Any) -> Any:
    adapters = tmp_path / "adapters"
    adapters.mkdir(exist_ok=True)
    return server_of("model", adapters, log=tmp_path / "server.log", **options)


def test_a_server_is_started_once_and_stopped_with_the_others(
    fake: Callable[..., Path], tmp_path: Path
) -> None:
    fake()
    server = serve(tmp_path)
    assert serve(tmp_path) is server
    assert server.base_url.startswith("http://127.0.0.1:")
    stop_servers()
    assert not server.is_alive
    assert serve(tmp_path) is not server
    assert (tmp_path / "server.log").read_text().startswith("hello")


def test_no_web_page_may_read_the_answers_and_none_goes_on_for_ever(
    fake: Callable[..., Path], tmp_path: Path
) -> None:
    fake(before="print(sys.argv)")
    serve(tmp_path)
    arguments = ast.literal_eval((tmp_path / "server.log").read_text().splitlines()[1])
    origins = arguments[arguments.index("--allowed-origins") + 1]
    assert "*" not in origins
    assert origins.endswith(".invalid")
    assert int(arguments[arguments.index("--max-tokens") + 1]) <= 1024


def test_one_that_ended_is_started_again(
    fake: Callable[..., Path], tmp_path: Path
) -> None:
    fake()
    server = serve(tmp_path)
    server.process.kill()
    server.process.wait()
    assert serve(tmp_path).is_alive


@pytest.mark.parametrize(
    "wrong",
    [
        {"status": 404},
        {"before": "raise SystemExit('no')"},
        {"before": "import os; os._exit(3)"},
    ],
)
def test_one_that_cannot_serve_is_an_error_that_names_its_log(
    fake: Callable[..., Path], tmp_path: Path, wrong: dict[str, Any]
) -> None:
    fake(**wrong)
    with pytest.raises(FineTuningError, match=r"server\.log") as caught:
        serve(tmp_path)
    assert caught.value.code == "not_served"


def test_one_that_never_listens_is_given_up(
    fake: Callable[..., Path], tmp_path: Path
) -> None:
    fake(before="import time; time.sleep(600)")
    with pytest.raises(FineTuningError):
        serve(tmp_path, deadline=0.0)


STUBBORN = """
import signal, time
signal.signal(signal.SIGTERM, signal.SIG_IGN)
print("ready", flush=True)
time.sleep(600)
"""


def test_one_that_does_not_want_to_stop_is_made_to(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(_server, "_STOPPING", 0.01)
    command = [sys.executable, "-S", "-c", STUBBORN]
    process = subprocess.Popen(command, stdout=subprocess.PIPE)
    assert process.stdout is not None
    process.stdout.readline()
    _server._stop(process)
    assert process.returncode == -signal.SIGKILL


def test_one_that_hangs_up_is_an_error() -> None:
    with ThreadingHTTPServer(("127.0.0.1", 0), Rude) as rude:
        threading.Thread(target=rude.serve_forever, args=(0.01,), daemon=True).start()
        server: Any = SimpleNamespace(port=rude.server_port, key="k")
        with pytest.raises(FineTuningError):
            _server._await_answer(server, time.monotonic() + 5)
        rude.shutdown()


class Rude(BaseHTTPRequestHandler):
    """Hangs up."""

    def do_POST(self) -> None:
        self.close_connection = True


def test_the_chat_model_asks_loopback_only_and_the_callers_words_win(
    fake: Callable[..., Path], tmp_path: Path
) -> None:
    fake()
    adapters = tmp_path / "adapters"
    adapters.mkdir()
    log = tmp_path / "server.log"
    model = local_chat_model("model", adapters, log=log, temperature=0.5)
    assert str(model.openai_api_base) == serve(tmp_path).base_url
    assert model.model_name == "default_model"
    assert model.temperature == 0.5
    assert model.http_client.trust_env is False


def test_each_server_has_a_key_that_only_its_client_knows(
    fake: Callable[..., Path], tmp_path: Path
) -> None:
    fake(before="print(sys.argv)")
    adapters, log = tmp_path / "adapters", tmp_path / "server.log"
    adapters.mkdir()
    model = local_chat_model("model", adapters, log=log)
    server = serve(tmp_path)
    assert model.openai_api_key.get_secret_value() == server.key
    assert len(server.key) > 40
    assert server.key not in log.read_text() + repr(server)
    connection = HTTPConnection("127.0.0.1", server.port, timeout=10)
    connection.request("POST", "/v1/chat/completions", "{}")
    assert connection.getresponse().status == 401
    connection.close()
    stop_servers()
    assert serve(tmp_path).key != server.key


ANSWER = """import json
    def answer(self):
        self.rfile.read(int(self.headers["Content-Length"]))
        message = {"role": "assistant", "content": "Hello."}
        choices = [{"index": 0, "message": message, "finish_reason": "stop"}]
        found = {"id": "1", "created": 1, "model": "m", "object": "chat.completion"}
        body = json.dumps({**found, "choices": choices}).encode()
        self.send_response(200)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)
    Handler.do_POST = answer
"""


def test_a_chat_model_outlives_its_server(
    fake: Callable[..., Path], tmp_path: Path
) -> None:
    fake(before=ANSWER)
    adapters = tmp_path / "adapters"
    adapters.mkdir()
    model = local_chat_model("model", adapters, log=tmp_path / "server.log")
    before = serve(tmp_path)
    before.process.kill()
    assert model.invoke("Hi").content == "Hello."
    assert serve(tmp_path) is not before
    assert model.invoke("Hi").content == "Hello."
    serve(tmp_path).process.kill()
    assert asyncio.run(model.ainvoke("Hi")).content == "Hello."


def test_without_langchain_openai_the_extra_is_named(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    real = builtins.__import__

    def refuse(name: str, *args: Any, **kwargs: Any) -> Any:
        if name == "langchain_openai":
            raise ImportError(name)
        return real(name, *args, **kwargs)

    monkeypatch.setattr(builtins, "__import__", refuse)
    with pytest.raises(MissingDependencyError, match="openai"):
        local_chat_model("model", tmp_path, log=tmp_path / "log")


PARENT = """
import os, pathlib, signal, sys
from langchain_imessage.finetuning.local.processes import _model_server as _server
from langchain_imessage.finetuning.local.processes import _subprocesses
environment = _subprocesses.environment
site = sys.argv[1]
def first(*args, **kwargs):
    made = environment(*args, **kwargs)
    return {**made, "PYTHONPATH": site + os.pathsep + made["PYTHONPATH"]}
_subprocesses.environment = first
here = pathlib.Path(site).parent
server = _server.server_of("model", here, log=here / "log")
print(server.process.pid, flush=True)
if sys.argv[2] == "killed":
    os.kill(os.getpid(), signal.SIGKILL)
"""


@pytest.mark.parametrize("how", ["killed", "ends"])
def test_no_server_outlives_its_parent(fake: Callable[..., Path], how: str) -> None:
    arguments = [sys.executable, "-c", PARENT, str(fake()), how]
    done = subprocess.run(
        arguments,
        env={**os.environ, "PYTHONPATH": SOURCE},
        stdout=subprocess.PIPE,
        text=True,
        check=False,
    )
    assert (done.returncode == 0) is (how == "ends")
    pid = int(done.stdout)
    deadline = time.monotonic() + 30
    while is_alive(pid):
        assert time.monotonic() < deadline
        time.sleep(0.05)


def is_alive(pid: int) -> bool:
    """Tell whether a process runs; one that ended may wait for somebody to note it."""
    state = Path(f"/proc/{pid}/stat")
    if state.exists():
        return state.read_text().rpartition(")")[2].split()[0] != "Z"
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    return not Path("/proc").exists()


class Ended(BaseException):
    """In the place of the process's end."""


@pytest.fixture
def ends(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """Note how the process would have ended."""
    codes: list[int] = []

    def end(code: int) -> None:
        codes.append(code)
        raise Ended

    monkeypatch.setattr(os, "_exit", end)
    return codes


@pytest.mark.parametrize("device", ["cpu", "gpu"])
def test_it_says_its_port_and_ends_when_the_server_does(
    device: str,
    ends: list[int],
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    for name in ("server_bind", "server_activate"):
        kept = getattr(ThreadingHTTPServer, name)
        monkeypatch.setattr(ThreadingHTTPServer, name, kept)
    read, write = os.pipe()
    monkeypatch.setattr(os, "dup", lambda _: write)
    monkeypatch.setattr(os, "dup2", lambda *_: None)
    monkeypatch.setattr(_server_main, "end_with_parent", lambda: None)
    monkeypatch.setattr(_server_main, "_read_key", lambda: "k")
    monkeypatch.setattr(sys, "argv", ["server"])
    parse = BaseHTTPRequestHandler.parse_request
    monkeypatch.setattr(BaseHTTPRequestHandler, "parse_request", parse)
    ports: list[int] = []

    def run() -> None:
        with ThreadingHTTPServer(("127.0.0.1", 0), Rude) as server:
            ports.append(server.server_port)
            assert server.server_name == "127.0.0.1"
        raise OSError("no more")

    compiled: list[str] = ["cpu", "gpu"]
    core = SimpleNamespace(
        cpu="cpu",
        default_device=lambda: device,
        disable_compile=lambda: compiled.remove(device),
    )
    monkeypatch.setitem(sys.modules, "mlx", SimpleNamespace(core=core))
    monkeypatch.setitem(sys.modules, "mlx.core", core)
    answers = type("Answers", (), {"generate": lambda *_: None})
    server = SimpleNamespace(main=run, load=lambda: None, ResponseGenerator=answers)
    monkeypatch.setitem(sys.modules, "mlx_lm", SimpleNamespace(server=server))
    monkeypatch.setitem(sys.modules, "mlx_lm.server", server)
    tokenizers = SimpleNamespace(TokenizerWrapper=type("Wrapper", (Letters,), {}))
    monkeypatch.setitem(sys.modules, "mlx_lm.tokenizer_utils", tokenizers)
    with pytest.raises(Ended):
        _server_main.main()
    os.set_blocking(read, False)  # where nothing was announced, nothing is waited for
    with os.fdopen(read) as announced:
        assert announced.read() == f"{ports[0]}\n"
    assert ends == [1]
    assert compiled == (["gpu"] if device == "cpu" else ["cpu", "gpu"])
    one_by_one = ["--prompt-concurrency", "1"]
    assert sys.argv[1:] == (one_by_one if device == "cpu" else [])
    assert "no more" in capsys.readouterr().err
