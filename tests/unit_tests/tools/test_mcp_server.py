"""The server: the same tools over MCP, asked by the protocol's own client."""

from __future__ import annotations

import builtins
import subprocess
import sys
from importlib.metadata import version
from typing import TYPE_CHECKING, Any

import pytest

from langchain_imessage import IMessageChatLoader
from langchain_imessage.errors import MissingDependencyError
from langchain_imessage.testing import write_sample
from langchain_imessage.tools import IMessageToolkit, Scope, mcp_server

if TYPE_CHECKING:
    from pathlib import Path
    from types import ModuleType

pytest.importorskip("phonenumbers")
pytestmark = pytest.mark.anyio


@pytest.fixture
def anyio_backend() -> str:
    return "asyncio"


@pytest.fixture
def mcp() -> ModuleType:
    """Import the protocol's package, which takes a second, when a test runs."""
    module: ModuleType = pytest.importorskip("mcp")
    return module


@pytest.fixture
def database(tmp_path: Path) -> Path:
    return write_sample(tmp_path / "chat.db")


def text_of(result: Any) -> str:
    (content,) = result.content
    return str(content.text)


async def test_the_tools_are_those_of_the_toolkit_and_read_only(
    database: Path, mcp: ModuleType
) -> None:
    toolkit = IMessageToolkit(IMessageChatLoader(database))
    async with mcp.Client(mcp_server(toolkit)) as client:
        assert client.server_info.version == version("langchain-imessage")
        listed = (await client.list_tools()).tools
        found = text_of(await client.call_tool("search_messages", {"query": "motto"}))
        missing = await client.call_tool("read_conversation", {"conversation": 99})
        refused = await client.call_tool("list_conversations", {"limit": 999})
    tools = {tool.name: tool for tool in toolkit.get_tools()}
    assert {tool.name: tool.description for tool in listed} == {
        name: tool.description for name, tool in tools.items()
    }
    for tool in listed:
        assert tool.annotations.read_only_hint
        assert tool.input_schema["properties"].keys() == tools[tool.name].args.keys()
    assert "Slow and steady" in found
    assert "Tortoise" not in found
    assert "There is no conversation 99" in text_of(missing)
    assert refused.is_error


@pytest.mark.slow
async def test_the_command_serves_over_stdio(database: Path, mcp: ModuleType) -> None:
    pytest.importorskip("typer")
    arguments = ["-m", "langchain_imessage", "mcp", str(database), "--never", "Hare"]
    server = mcp.StdioServerParameters(command=sys.executable, args=arguments)
    async with mcp.Client(mcp.stdio_client(server)) as client:
        listed = text_of(await client.call_tool("list_conversations", {}))
    assert "0 conversations in all" in listed


@pytest.mark.slow
def test_the_command_warns_of_a_scope_that_matches_nothing(
    database: Path, mcp: ModuleType
) -> None:
    pytest.importorskip("typer")
    assert mcp
    command = [sys.executable, "-m", "langchain_imessage", "mcp", str(database)]
    ended = subprocess.run(
        [*command, "--people", "Nobody"],
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        check=False,
    )
    assert ended.returncode == 0, ended.stderr
    assert ended.stderr.splitlines() == [
        "Warning: --people: 1 of 1 names match no conversation",
        "Warning: No conversation is in scope.",
    ]
    assert not ended.stdout, "which is the protocol's"


def test_without_the_package_the_extra_is_named(
    database: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    original = builtins.__import__

    def missing(name: str, *args: Any, **kwargs: Any) -> Any:
        if name.startswith("mcp"):
            raise ImportError(name)
        return original(name, *args, **kwargs)

    toolkit = IMessageToolkit(IMessageChatLoader(database), scope=Scope())
    monkeypatch.setattr(builtins, "__import__", missing)
    with pytest.raises(MissingDependencyError, match=r"langchain-imessage\[mcp\]"):
        mcp_server(toolkit)
