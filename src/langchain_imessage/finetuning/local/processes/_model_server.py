"""A tuned model on this computer → a server on loopback → a LangChain chat model.

Owns the servers of this process: one for each model, started on first use, stopped when
the process ends. What runs in the server's process is `_server_main`.
"""

from __future__ import annotations

import atexit
import json
import os
import secrets
import select
import subprocess
import threading
import time
from contextlib import suppress
from dataclasses import dataclass, field
from http.client import HTTPConnection, HTTPException
from typing import TYPE_CHECKING, Any

from langchain_imessage.errors import FineTuningError, MissingDependencyError
from langchain_imessage.finetuning._errors import local_error
from langchain_imessage.finetuning.local._job_dir import open_private_log
from langchain_imessage.finetuning.local.processes._server_clients import (
    HOST,
    ServerClients,
)
from langchain_imessage.finetuning.local.processes._subprocesses import start

if TYPE_CHECKING:
    from pathlib import Path

    from langchain_openai import ChatOpenAI

_MODEL = "default_model"
"""mlx-lm's word for the one it was started with; others it looks up at a hub."""
_NO_ORIGIN = "https://nobody.invalid"
"""No page in a browser may read the answers; mlx-lm allows all of them to."""
_DEADLINE = 300.0
"""Seconds until a model must answer: some gigabytes are read from a slow disk."""
_MOST_TOKENS = 512
"""Of an answer, unless `max_tokens=` says otherwise. A message has 20, and a long one 200; a
small model that was trained for minutes may miss its end, and would go on for as long as it is
let. A version of mlx-lm may have another limit, or none."""
_STOPPING = 5.0
_FIELDS = {"openai_api_base": "base_url", "openai_api_key": "api_key"}
"""Other names that `ChatOpenAI` takes."""

_servers: dict[Path, LocalServer] = {}
_starting = threading.Lock()


@dataclass(slots=True)
class LocalServer:
    """A server that this process started."""

    process: subprocess.Popen[bytes] = field(repr=False)
    port: int
    key: str = field(repr=False)

    @property
    def base_url(self) -> str:
        """Its address."""
        return f"http://{HOST}:{self.port}/v1"

    @property
    def is_alive(self) -> bool:
        """Return whether it still runs."""
        return self.process.poll() is None

    def stop(self) -> None:
        """End it, and wait until it has."""
        _stop(self.process)


def local_chat_model(
    model: str, adapters: Path, *, log: Path, **kwargs: Any
) -> ChatOpenAI:
    """Return a chat model for a tuned model on this computer.

    Args:
        model: The model that was trained.
        adapters: What it learned.
        log: Where the server prints.
        **kwargs: For `ChatOpenAI`; they win. A `base_url` of another server needs its
            `api_key`: it is not sent the key of this one.

    Raises:
        FineTuningError: If the model cannot be served, or another server is named without
            its key.
        MissingDependencyError: If langchain-openai is not installed.
    """
    try:
        from langchain_openai import ChatOpenAI
    except ImportError as error:
        raise MissingDependencyError("langchain-openai", extra="openai") from error
    server = server_of(model, adapters, log=log)
    clients = ServerClients(
        key=server.key,
        server=server,
        restart=lambda: server_of(model, adapters, log=log),
    )
    return ChatOpenAI(**_settings(server, {**clients.settings(), **kwargs}))


def _settings(server: LocalServer, given: dict[str, Any]) -> dict[str, Any]:
    """Return what is given, completed; another server is not sent the key of this one."""
    settings = {
        "model": _MODEL,
        "base_url": server.base_url,
        "openai_proxy": None,
        **{_FIELDS.get(name, name): value for name, value in given.items()},
    }
    address = str(settings["base_url"])
    if address.rstrip("/") == server.base_url:
        return {"api_key": server.key, **settings}
    if settings.get("api_key") is None:  # ChatOpenAI would send the one for OpenAI
        raise FineTuningError(
            "Another server needs a key: chat_model(base_url=..., api_key=...). The key of "
            "the server on this computer is not sent there.",
            code="no_key",
        )
    return settings


def server_of(
    model: str, adapters: Path, *, log: Path, deadline: float = _DEADLINE
) -> LocalServer:
    """Return the server of a tuned model; start it if there is none.

    Raises:
        FineTuningError: If it does not answer before the deadline (in seconds).
    """
    key = adapters.resolve()
    with _starting:
        running = _servers.pop(key, None)
        if running is None or not running.is_alive:
            if running is not None:
                running.stop()
            running = _start(model, key, log, until=time.monotonic() + deadline)
        _servers[key] = running
    atexit.unregister(stop_servers)
    atexit.register(stop_servers)
    return running


def stop_servers() -> None:
    """End all servers of this process."""
    while _servers:
        _servers.popitem()[1].stop()


def _start(model: str, adapters: Path, log: Path, *, until: float) -> LocalServer:
    arguments = {
        "--model": model,
        "--adapter-path": str(adapters),
        "--host": HOST,
        "--port": "0",
        "--allowed-origins": _NO_ORIGIN,
        "--log-level": "WARNING",
        "--max-tokens": str(_MOST_TOKENS),
    }
    flat = [word for pair in arguments.items() for word in pair]
    descriptor = open_private_log(log)
    try:
        process = start(
            "worker._server_main", flat, offline=True, log=descriptor, pipes=True
        )
    finally:
        os.close(descriptor)
    try:
        key = _give_key(process)
        server = LocalServer(process, _port_of(process, until), key)
        _await_answer(server, until)
    except BaseException:
        _stop(process)
        raise
    return server


def _give_key(process: subprocess.Popen[bytes]) -> str:
    """Make up a key for one server: an argument or a file could be read by others."""
    key = secrets.token_urlsafe(32)
    with suppress(OSError):  # it ended: that is noticed when it tells no port
        if process.stdin is not None:
            process.stdin.write(f"{key}\n".encode())
            process.stdin.flush()
    return key


def _port_of(process: subprocess.Popen[bytes], until: float) -> int:
    """Wait until the server listens, and return its port."""
    output = process.stdout
    timeout = max(0.0, until - time.monotonic())
    line = b""
    if output is not None and select.select([output], [], [], timeout)[0]:
        line = output.readline()
    if not line.strip().isdigit():
        raise _not_served()
    return int(line)


def _await_answer(server: LocalServer, until: float) -> None:
    """Request one token: it comes when the model is loaded."""
    body = {
        "model": _MODEL,
        "max_tokens": 1,
        "messages": [{"role": "user", "content": "Hi"}],
    }
    timeout = max(1.0, until - time.monotonic())
    connection = HTTPConnection(HOST, server.port, timeout=timeout)
    try:
        headers = {"Authorization": f"Bearer {server.key}"}
        path = "/v1/chat/completions"
        connection.request("POST", path, json.dumps(body), headers)
        answer = connection.getresponse()
        answer.read()
    except (OSError, HTTPException) as error:
        raise _not_served() from error
    finally:
        connection.close()
    if answer.status != 200:  # noqa: PLR2004 - OK
        raise _not_served()


def _not_served() -> FineTuningError:
    return local_error("not_served")


def _stop(process: subprocess.Popen[bytes]) -> None:
    for pipe in (process.stdin, process.stdout):
        if pipe is not None:
            with suppress(OSError):
                pipe.close()
    process.terminate()
    try:
        process.wait(_STOPPING)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()
