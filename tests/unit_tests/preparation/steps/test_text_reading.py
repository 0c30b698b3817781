"""What is made of texts, without messages, is what is made of messages."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

import pytest

from langchain_imessage import IMessageChatLoader, Prepared, prepare, write_dataset
from langchain_imessage.chatdb import ChatDatabase
from langchain_imessage.preparation.steps import _candidates
from langchain_imessage.preparation.steps._pass_counts import PassCounts
from langchain_imessage.preparation.steps._text_reading import TextReader, suits
from langchain_imessage.preparation.steps._voice_search import VoiceSearch
from langchain_imessage.preparation.texts._text_examples import session_of
from langchain_imessage.testing import write_large_database, write_sample

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path

CHOICES: list[dict[str, Any]] = [
    {},
    {"automated": True, "redactor": None, "reactions": True},
    {"automated": True, "within": None, "delimiter": " / ", "duplicates": True},
    {"automated": True, "gap": timedelta(hours=3), "groups": "field"},
    {"automated": True, "windows": "answer", "max_tokens": 300, "time_of_day": UTC},
    {"never": ["Fox"]},
    {"people": {"Hare": "rival"}},
]


@pytest.fixture(scope="module")
def databases(tmp_path_factory: pytest.TempPathFactory) -> Mapping[str, Path]:
    folder = tmp_path_factory.mktemp("databases")
    large = folder / "large.db"
    write_large_database(
        large, messages=1500, chats=12, sitting=15, rich=0.2, replies=0.1, edited=0.05
    )
    return {"sample": write_sample(folder / "sample.db"), "large": large}


def written(examples: Any, folder: Path, sink: str) -> dict[str, bytes]:
    write_dataset(examples, folder, sink=sink)
    return {path.name: path.read_bytes() for path in folder.iterdir()}


@pytest.mark.filterwarnings("ignore:(never|people):UserWarning")
@pytest.mark.parametrize("choices", CHOICES)
@pytest.mark.parametrize("name", ["sample", "large"])
def test_the_files_and_the_report_are_the_same(
    databases: Mapping[str, Path],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    name: str,
    choices: dict[str, Any],
) -> None:
    sender = "Tortoise" if name == "sample" else "Me"
    found = []
    for way in ("texts", "messages"):
        loader = IMessageChatLoader(databases[name])
        examples = prepare(loader, sender=sender, **choices)
        files = written(examples, tmp_path / way, "trl")
        vault = getattr(examples.redactor, "vault", None)
        found.append((files, examples.report, examples.audience, vault))
        monkeypatch.setattr(Prepared, "for_rows", Prepared.__iter__)
        monkeypatch.setattr(_candidates, "talk_of", lambda _: None)
    assert found[0] == found[1]


def test_the_reactions_are_the_same(
    databases: Mapping[str, Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    rows = []
    for _ in range(2):
        examples = prepare(IMessageChatLoader(databases["large"]), automated=True)
        rows.append([m.additional_kwargs.get("reactions") for m in _messages(examples)])
        monkeypatch.setattr(Prepared, "for_rows", Prepared.__iter__)
    assert rows[0] == rows[1]
    assert any(rows[0])


def _messages(examples: Prepared) -> Iterator[Any]:
    found = map(session_of, examples.for_rows())
    return (message for one in found for message in one["messages"])


def test_no_message_is_made_of_a_bubble(
    databases: Mapping[str, Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(
        IMessageChatLoader, "_session", lambda *_: pytest.fail("a session was made")
    )
    examples = prepare(IMessageChatLoader(databases["sample"]), sender="Tortoise")
    assert [*examples.for_rows()]


def test_who_looks_at_messages_gets_all_that_is_known(
    databases: Mapping[str, Path],
) -> None:
    examples = prepare(IMessageChatLoader(databases["sample"]), sender="Tortoise")
    said = next(m for one in examples for m in one["messages"] if m.type == "human")
    assert isinstance(said.additional_kwargs["sent_at"], datetime)
    assert "message_time" in said.additional_kwargs


def test_a_sender_who_is_nobody_is_warned_of_once(
    databases: Mapping[str, Path], recwarn: pytest.WarningsRecorder
) -> None:
    examples = prepare(IMessageChatLoader(databases["large"]), sender="Nobody")
    assert [*examples.for_rows()] == []
    assert [str(one.message)[:27] for one in recwarn] == ["No message is from 'Nobody'"]


@pytest.mark.parametrize(
    ("choices", "is_suited"),
    [
        ({}, True),
        ({"redactor": None}, True),
        ({"redactor": lambda sessions: sessions}, False),
        ({"never": ["Ann"]}, False),
        ({"people": {"Ann": ""}}, False),
        ({"sender": None}, False),
    ],
)
def test_it_is_for_choices_that_need_no_messages(
    choices: dict[str, Any], *, is_suited: bool
) -> None:
    assert suits(prepare([], **choices)._choices) is is_suited


def test_a_message_without_an_id_needs_the_long_way(
    databases: Mapping[str, Path],
) -> None:
    choices = prepare([])._choices
    reader = TextReader(choices, PassCounts(), VoiceSearch("Me"))
    with ChatDatabase(databases["sample"]) as database:
        (conversation, *_) = database.conversations()
    first, *others = conversation.messages
    for changed in (
        first._replace(guid=None),
        first._replace(content=[{"type": "text", "text": "Hi"}]),
        first._replace(sent_at=datetime(6000, 1, 1, tzinfo=UTC)),
    ):
        given = type(conversation)(
            chat=conversation.chat, messages=(changed, *others), events=()
        )
        assert reader.sessions(given, "Me") is None
        assert reader.runs(given, "Me") is None
