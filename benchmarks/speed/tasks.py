"""What is measured: each task takes a database, and runs in a process of its own.

Imports are made inside the tasks, so that none pays for another's. Nothing here measures.
"""

from __future__ import annotations

import shlex
import sqlite3
import subprocess
import tempfile
import timeit
import warnings
from functools import partial
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable

PLAIN = "see you at eight then, bring the dog 🐕"
BODIES = 50


def scan(path: str) -> int:
    """Fetch what our reader fetches, chat by chat, and do nothing with it."""
    from langchain_imessage.chatdb.rows._queries import Queries
    from langchain_imessage.chatdb.sources._schema import Capabilities

    connection = sqlite3.connect(f"file:{path}?mode=ro", uri=True)
    queries = Queries(capabilities=Capabilities.detect(connection), now=10**9)
    statement = queries.messages(1)
    chats = connection.execute("SELECT ROWID FROM chat").fetchall()
    count = sum(1 for chat in chats for _ in connection.execute(statement, chat))
    connection.close()
    return count


def records(path: str) -> int:
    """Read every conversation's records, without LangChain."""
    from langchain_imessage.chatdb import ChatDatabase

    with ChatDatabase(path) as database:
        return sum(len(one.messages) for one in database.conversations())


def load(path: str) -> int:
    """Load as LangChain's sessions, one at a time."""
    from langchain_imessage import IMessageChatLoader

    sessions = IMessageChatLoader(path).lazy_load()
    return sum(len(session["messages"]) for session in sessions)


def load_list(path: str) -> int:
    """Load all sessions into one list."""
    from langchain_imessage import IMessageChatLoader

    return sum(len(one["messages"]) for one in IMessageChatLoader(path).load())


def train(path: str) -> int:
    """Go from chat.db to train.jsonl."""
    from langchain_imessage import (
        IMessageChatLoader,
        map_ai_messages,
        merge_chat_runs,
        write_jsonl,
    )

    merged = merge_chat_runs(IMessageChatLoader(path).lazy_load())
    with tempfile.TemporaryDirectory() as folder:
        return write_jsonl(map_ai_messages(merged, sender="Me"), f"{folder}/t.jsonl")


def export(path: str) -> int:
    """Write every conversation as JSONL, with everything that was found."""
    from langchain_imessage import IMessageChatLoader
    from langchain_imessage.datasets import write_sessions

    with tempfile.TemporaryDirectory() as folder:
        sessions = IMessageChatLoader(path).lazy_load()
        return write_sessions(sessions, f"{folder}/conversations.jsonl")


def transcripts(path: str) -> int:
    """Write every conversation as a text file to be read by people."""
    from langchain_imessage.transcripts import write_transcripts

    with tempfile.TemporaryDirectory() as folder:
        return write_transcripts(path, f"{folder}/out", format="text").messages


def dataset(path: str) -> int:
    """Go from chat.db to a dataset: segments, placeholders, windows, tokens, a manifest.

    The words of the generated people repeat as a machine's do: all of them stay, or
    there would be little left to write.
    """
    from langchain_imessage import (
        IMessageChatLoader,
        prepare,
        write_dataset,
    )

    with tempfile.TemporaryDirectory() as folder:
        prepared = prepare(IMessageChatLoader(path), automated=True)
        files = write_dataset(prepared, folder).manifest["files"].values()
        return sum(about["examples"] for about in files if about)


def community(path: str) -> int:
    """Load with langchain_community, as its users do."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        from langchain_community.chat_loaders import imessage

    loader = imessage.IMessageChatLoader(path)
    return sum(len(session["messages"]) for session in loader.lazy_load())


def rival(path: str, command: str) -> None:
    """Run somebody else's program in an empty folder, with the path in place of {}."""
    words = [word.replace("{}", path) for word in shlex.split(command)]
    with tempfile.TemporaryDirectory() as folder:
        subprocess.run(words, check=True, cwd=folder, stdout=subprocess.DEVNULL)


def decode(_: str) -> dict[str, float]:
    """Compare three ways to read bodies: how many times as fast as pytypedstream.

    No body is read twice in a row: each has words, names and addresses of its own.
    """
    import typedstream as other

    from langchain_imessage.testing import archive_body
    from langchain_imessage.typedstream import loads, plain_text

    def ratio(
        ours: Callable[[bytes], object], bodies: list[bytes], times: int
    ) -> float:
        def seconds(read: Callable[[bytes], object], times: int) -> float:
            run = partial(_read_all, read, bodies)
            return min(timeit.repeat(run, number=times, repeat=7)) / times

        return seconds(other.unarchive_from_data, 2) / seconds(ours, times)

    plain = [archive_body(f"{PLAIN} {'x' * number}") for number in range(BODIES)]
    return {
        "text": ratio(plain_text, plain, 200),
        "plain": ratio(loads, plain, 20),
        "rich": ratio(loads, [*map(_rich_body, range(BODIES))], 10),
    }


def _read_all(read: Callable[[bytes], object], bodies: list[bytes]) -> None:
    for body in bodies:
        read(body)


def _rich_body(number: int) -> bytes:
    """Archive a body with an attachment, a mention and a link."""
    from langchain_imessage.typedstream import (
        PART,
        URL,
        AttributedString,
        Run,
        dumps,
    )

    name, link = "Ann" + "a" * (number % 9), f"https://example.com/{number}"
    runs = (
        ("\ufffc", {PART: 0, "__kIMFileTransferGUIDAttributeName": f"at_0_{number}"}),
        ("Hi ", {PART: 1}),
        (name, {PART: 1, "__kIMMentionConfirmedMention": f"+1555{number:04}"}),
        (", see ", {PART: 1}),
        (link, {PART: 1, "__kIMLinkAttributeName": URL(relative=link)}),
        (" ok?", {PART: 1}),
    )
    made = tuple(Run(length=len(text), attributes=dict(names)) for text, names in runs)
    return dumps(AttributedString(text="".join(text for text, _ in runs), runs=made))


TASKS: dict[str, Callable[..., Any]] = {
    task.__name__: task
    for task in (
        *(scan, records, load, load_list, train, export, transcripts, dataset),
        *(community, rival, decode),
    )
}
