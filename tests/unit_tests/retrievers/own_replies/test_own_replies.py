"""Own replies: a retriever and a selector over what was said and what was answered."""

from __future__ import annotations

import gc
import json
import pickle
import sqlite3
from contextlib import closing
from copy import deepcopy
from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pytest
from langchain_core.embeddings import Embeddings
from langchain_core.messages import AIMessage, HumanMessage

from langchain_imessage import (
    IMessageChatLoader,
    Redactor,
    prepare,
    read_dataset,
    write_dataset,
)
from langchain_imessage.errors import ExportError
from langchain_imessage.retrievers import (
    OwnRepliesIndex,
    OwnRepliesRetriever,
    OwnRepliesSelector,
    ReplyPair,
)
from langchain_imessage.retrievers.own_replies._own_replies_store import ReplyStore
from langchain_imessage.retrievers.own_replies._own_replies_tables import new_database
from langchain_imessage.testing import write_sample

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

ANN, BOB = "+14155550101", "+14155550102"
TALK = [
    (ANN, "where are you?", "on my way"),
    (ANN, "did you eat lunch already?", "not yet\nyou?"),
    (BOB, "lunch tomorrow?", "gladly, call me at 415-555-2671"),
    (BOB, "how was the race", "I won"),
]


@pytest.fixture
def talks(write: Callable, path: Path, at: Callable) -> Path:
    """Write four questions of two people, an hour apart, each with its answer."""
    with write() as db:
        for number, (who, asked, answered) in enumerate(TALK):
            handle = db.handle(who)
            chat = db.chat(handle)
            moment = number * 3600
            db.message(chat, asked, sender=handle, at=at(moment), guid=f"Q{number}")
            for part, line in enumerate(answered.split("\n")):
                db.message(
                    chat, line, at=at(moment + 9 + part), guid=f"A{number}{part}"
                )
    return path


@pytest.fixture
def index(talks: Path) -> OwnRepliesIndex:
    """Index them."""
    return OwnRepliesIndex.build(IMessageChatLoader(talks))


def answers(index: OwnRepliesIndex, text: str, k: int = 1, **only: Any) -> list[str]:
    return [pair.answered for pair in index.search(text, k, **only)]


def test_what_is_said_finds_the_answer_to_the_nearest(index: OwnRepliesIndex) -> None:
    assert answers(index, "Lunch?") == ["gladly, call me at 415-555-2671"]
    assert answers(index, "have you eaten already") == ["not yet\nyou?"]
    assert answers(index, "where r u") == ["on my way"]
    assert answers(index, "zzz") == []


def test_of_equal_questions_the_same_words_come_first_and_then_the_latest() -> None:
    index = OwnRepliesIndex()
    for said, answered in (("ok ok ok", "a"), ("ok", "b"), ("OK ", "b"), ("fine", "c")):
        index.add(said, answered)
    assert answers(index, "Ok", 5) == ["b", "a"]


def test_only_the_past_of_a_moment_is_found(
    index: OwnRepliesIndex, talks: Path, at: Callable
) -> None:
    moment = at(2 * 3600)
    assert answers(index, "lunch", 5, before=moment) == ["not yet\nyou?"]
    past = OwnRepliesIndex.build(IMessageChatLoader(talks), before=moment)
    assert len(past) == 2
    past.update(IMessageChatLoader(talks))
    assert len(past) == 2
    with pytest.raises(ValueError, match="time zone"):
        index.search("lunch", before=moment.replace(tzinfo=None))
    with pytest.raises(ValueError, match="time zone"):
        OwnRepliesSelector(index, before=moment.replace(tzinfo=None))


def test_only_replies_to_one_person_are_found(index: OwnRepliesIndex) -> None:
    assert answers(index, "lunch", 5, to="(415) 555-0101") == ["not yet\nyou?"]
    with pytest.raises(ValueError, match="that person") as caught:
        index.search("lunch", to="Carla Unknown")
    assert "Carla" not in str(caught.value)


def test_people_and_words_that_opted_out_are_in_no_pair(talks: Path) -> None:
    index = OwnRepliesIndex.build(IMessageChatLoader(talks), never=[ANN, "race"])
    assert [pair.said for pair in index] == ["lunch tomorrow?"]


def test_redacted_pairs_have_placeholders_and_find_a_person_by_either_name(
    talks: Path, tmp_path: Path
) -> None:
    loader = IMessageChatLoader(talks, contacts={ANN: "Ann Lee", BOB: "Bob Ray"})
    redactor = Redactor()
    index = OwnRepliesIndex.build(loader, redactor=redactor)
    (found,) = index.search("lunch", 1, to="Bob Ray")
    assert found.answered == "gladly, call me at [phone 1]"
    assert index.search("lunch", 1, to=found.people[0]) == [found]
    index.save(tmp_path / "own.index")
    raw = (tmp_path / "own.index").read_bytes()
    assert not [word for word in (b"Bob", b"Ray", b"2671", b"0102") if word in raw]
    again = OwnRepliesIndex.load(tmp_path / "own.index", redactor=redactor)
    assert again.search("lunch", 1, to="Bob Ray") == [found]


def test_a_dataset_gives_its_training_file_and_nothing_held_out(
    talks: Path, tmp_path: Path
) -> None:
    examples = prepare(
        IMessageChatLoader(talks), gap=timedelta(minutes=9), redactor=None
    )
    dataset = write_dataset(examples, tmp_path / "data", sink="trl", validation=0.25)
    index = OwnRepliesIndex.build(dataset)
    assert sorted(pair.answered for pair in index) == sorted(
        answered for _, _, answered in TALK[:3]
    )
    assert index.search("lunch?", 1, to=BOB)[0].sent_at is not None
    folder = tmp_path / "data"
    assert list(OwnRepliesIndex.build(read_dataset(folder))) == list(index)
    assert list(OwnRepliesIndex.build(folder)) == list(index)
    with pytest.raises(TypeError, match="Already prepared"):
        OwnRepliesIndex.build(folder, sender="Me")
    dataset.train.write_bytes(b'{"secret": \n')
    with pytest.raises(ExportError, match="not JSON") as caught:
        OwnRepliesIndex.build(dataset)
    assert caught.value.line == 1
    assert "secret" not in str(caught.value)


def test_prepared_examples_give_what_is_learned_from_them(talks: Path) -> None:
    examples = prepare(
        IMessageChatLoader(talks), redactor=None, windows="answer", gap=None
    )
    assert len(OwnRepliesIndex.build(examples)) == len(TALK)


def test_sessions_with_ai_messages_need_no_sender() -> None:
    session = {"messages": [HumanMessage("hi"), AIMessage("hello")]}
    (pair,) = OwnRepliesIndex.build([session], sender=None)
    assert (pair.said, pair.answered, pair.sent_at) == ("hi", "hello", None)


def test_an_index_grows_by_what_is_new(
    talks: Path, write: Callable, at: Callable, tmp_path: Path
) -> None:
    index = OwnRepliesIndex.build(IMessageChatLoader(talks))
    index.save(tmp_path / "own.index")
    index = OwnRepliesIndex.load(tmp_path / "own.index")
    assert index.update(IMessageChatLoader(talks, since=index.cursor)) == 0
    talks.unlink()
    with write() as db:
        ann = db.handle(ANN)
        chat = db.chat(ann)
        for number, (_, asked, answered) in enumerate(TALK[:2]):
            moment = number * 3600
            db.message(chat, asked, sender=ann, at=at(moment), guid=f"Q{number}")
            for part, line in enumerate([*answered.split("\n"), "ok"][: 2 + number]):
                db.message(
                    chat, line, at=at(moment + 9 + part), guid=f"A{number}{part}"
                )
        db.message(chat, "what is new?", sender=ann, at=at(9000), guid="Q9")
        db.message(chat, "a hat", at=at(9001), guid="A9")
    assert index.update(IMessageChatLoader(talks)) == 3
    assert answers(index, "where are you?") == ["on my way\nok"]
    assert answers(index, "anything new") == ["a hat"]
    assert len(index) == 5


def test_an_index_takes_nothing_from_another_database(
    talks: Path, tmp_path: Path
) -> None:
    other = write_sample(tmp_path / "other.db")
    index = OwnRepliesIndex.build(IMessageChatLoader(talks))
    index.save(tmp_path / "own.index")
    for found in (index, OwnRepliesIndex.load(tmp_path / "own.index")):
        with pytest.raises(ValueError, match="from another database"):
            found.update(IMessageChatLoader(other, since=found.cursor))
        assert len(found) == len(TALK)
        assert found.update(IMessageChatLoader(talks, since=found.cursor)) == 0


def test_a_conversation_of_which_nothing_is_left_goes(talks: Path) -> None:
    index = OwnRepliesIndex.build(IMessageChatLoader(talks))
    sessions = IMessageChatLoader(talks, people=[ANN]).load()
    sessions[0]["messages"] = sessions[0]["messages"][:1]
    with pytest.warns(UserWarning, match="No message is from"):
        assert index.update(sessions) == 0
    assert {pair.people for pair in index} == {(BOB,)}


def test_what_is_deleted_or_edited_away_is_kept_nowhere(
    talks: Path, tmp_path: Path
) -> None:
    index = OwnRepliesIndex.build(IMessageChatLoader(talks))
    sessions = IMessageChatLoader(talks).load()
    for session in sessions:
        session["messages"] = [m for m in session["messages"] if m.id != "Q3"]
        for message in session["messages"]:
            if message.id == "Q0":
                message.content = "zebrafish?"
    index.update(sessions)
    path = tmp_path / "own.index"
    index.save(path)
    raw = path.read_bytes()
    assert b"zebrafish" in raw
    for gone in (b"where are", b"=where", b"how was", b"=race", b"I won"):
        assert gone not in raw
    assert answers(index, "where are you") == ["not yet\nyou?"]
    assert answers(index, "zebrafish") == ["on my way"]


def test_pairs_of_a_conversation_need_not_stand_together() -> None:
    index = OwnRepliesIndex()
    pairs = [
        ReplyPair(said=f"s{n}", answered=f"a{n}", chat=str(n % 2), key=str(n % 4))
        for n in range(6)
    ]
    assert index.add_pairs(pairs) == 4
    assert sorted(pair.answered for pair in index) == ["a2", "a3", "a4", "a5"]


def test_an_index_grows_by_the_choices_it_was_built_with(talks: Path) -> None:
    index = OwnRepliesIndex.build(IMessageChatLoader(talks), never=[BOB])
    with pytest.raises(ValueError, match="other choices"):
        index.update(IMessageChatLoader(talks))
    told: list[tuple[int, int | None]] = []
    again = {"never": [BOB], "progress": lambda *step: told.append(step)}
    assert index.update(IMessageChatLoader(talks), **again) == 0
    assert told, "how it is read is no choice"


def test_an_index_grows_redacted_as_a_whole_pass_is(talks: Path) -> None:
    names = {ANN: "Ann Lee", BOB: "Bob Ray"}
    redactor = Redactor()
    index = OwnRepliesIndex.build(
        IMessageChatLoader(talks, contacts=names, people=["Ann Lee"]), redactor=redactor
    )
    index.update(IMessageChatLoader(talks, contacts=names), redactor=redactor)
    assert answers(index, "lunch tomorrow?") == ["gladly, call me at [phone 1]"]
    assert len(index) == len(TALK)


def test_the_file_is_private_and_no_other_file_is_read(
    index: OwnRepliesIndex, tmp_path: Path
) -> None:
    path = tmp_path / "own.index"
    index.save(path)
    assert path.stat().st_mode & 0o777 == 0o600
    assert list(OwnRepliesIndex.load(path)) == list(index)
    (tmp_path / "link").symlink_to(path)
    with pytest.raises(ExportError):
        OwnRepliesIndex.load(tmp_path / "link")
    with pytest.raises(ExportError):
        index.save(tmp_path / "link")
    with pytest.raises(OSError, match="nothing"):
        OwnRepliesIndex.load(tmp_path / "nothing")
    whole = path.read_bytes()
    cut = (b"", b"a secret text", whole[:5000], whole[:100] + whole[200:], whole[:-3])
    for content in (*cut, whole + b"x"):
        path.write_bytes(content)
        with pytest.raises(ExportError, match="damaged") as caught:
            OwnRepliesIndex.load(path)
        assert caught.value.__cause__ is None


def test_a_copy_and_another_process_have_pairs_of_their_own(
    index: OwnRepliesIndex,
) -> None:
    known = len(index)
    index.search("lunch?")  # what a search keeps goes with it
    for again in (pickle.loads(pickle.dumps(index)), deepcopy(index)):  # noqa: S301 - our own
        assert list(again) == list(index)
        again.add("Tea?", "Always.")
        assert again.search("tea?", k=1)[0].answered == "Always."
    assert len(index) == known


@pytest.mark.parametrize(
    "change",
    [
        "UPDATE pairs SET said = x'00'",
        "UPDATE pairs SET sent_at = 'never'",
        "UPDATE pairs SET people = '[secret'",
        "UPDATE terms SET ids = x'000102'",
        "PRAGMA user_version = 99",
        "CREATE TRIGGER t AFTER INSERT ON pairs BEGIN DELETE FROM pairs; END",
        "DROP TABLE vectors",
    ],
)
def test_a_database_that_somebody_changed_is_refused(
    index: OwnRepliesIndex, tmp_path: Path, change: str
) -> None:
    path = tmp_path / "own.index"
    index.save(path)
    with closing(sqlite3.connect(path)) as database:
        database.execute(change)
        database.commit()
    with pytest.raises(ExportError, match="damaged") as caught:
        OwnRepliesIndex.load(path)
    assert "secret" not in str(caught.value)


class Letters(Embeddings):
    """Vectors of which letters a text has."""

    def __init__(self, letters: str = "abcdefghijklmnopqrstuvwxyz") -> None:
        self.letters = letters
        self.asked: list[str] = []

    def embed_documents(self, texts: list[str]) -> list[list[float]]:
        self.asked += texts
        return [self.embed_query(text) for text in texts]

    def embed_query(self, text: str) -> list[float]:
        return [float(text.count(letter)) for letter in self.letters]


def test_a_database_is_closed_when_its_index_is_gone() -> None:
    """Python 3.13 and newer warn of one that nobody closed."""
    database = new_database()
    store = ReplyStore(database)
    assert len(store) == 0
    del store
    gc.collect()
    with pytest.raises(sqlite3.ProgrammingError):
        database.execute("SELECT 1")


@pytest.mark.parametrize("has_numpy", [True, False])
def test_an_embedding_model_finds_what_shares_no_word(
    talks: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, *, has_numpy: bool
) -> None:
    if not has_numpy:
        monkeypatch.setitem(__import__("sys").modules, "numpy", None)
    model = Letters()
    index = OwnRepliesIndex.build(IMessageChatLoader(talks), embeddings=model)
    assert answers(index, "l u n c h t o m o r r o w") == [
        "gladly, call me at 415-555-2671"
    ]
    assert answers(index, "l u n c h", to=ANN) == ["not yet\nyou?"]
    assert len(model.asked) == len(TALK)
    index.add("qqq", "x")
    assert answers(index, "q") == ["x"]
    index.save(tmp_path / "own.index")
    again = OwnRepliesIndex.load(tmp_path / "own.index", embeddings=model)
    assert answers(again, "q") == ["x"]
    assert len(model.asked) == len(TALK) + 1
    other = OwnRepliesIndex.load(tmp_path / "own.index", embeddings=Letters("abc"))
    with pytest.raises(ExportError, match="another embedding model"):
        other.search("q")


def test_documents_say_what_was_said_when_and_by_whom(index: OwnRepliesIndex) -> None:
    retriever = OwnRepliesRetriever(index=index, k=1, to=BOB)
    (found,) = retriever.invoke("the race")
    assert found.page_content == "I won"
    assert found.metadata == {
        "said": "how was the race",
        "people": BOB,
        "sent_at": "2024-05-01T15:00:09+00:00",
    }
    assert json.dumps(found.metadata)
    assert BOB not in repr(retriever)
    assert BOB not in repr(index)


def test_the_nearest_example_comes_last_and_the_latest_fill_up(
    index: OwnRepliesIndex,
) -> None:
    selector = OwnRepliesSelector(index, k=3, input_key="text")
    found = selector.select_examples({"text": "lunch tomorrow"})
    assert len(found) == 3
    assert found[-1] == {"input": "lunch tomorrow?", "output": TALK[2][2]}
    found = selector.select_examples({"text": "zzz"})
    assert [one["output"] for one in found] == [a for _, _, a in TALK[1:]]
    selector.add_example({"input": "zzz", "output": "sleep well"})
    assert selector.select_examples({"text": "zzz"})[-1]["output"] == "sleep well"
    assert repr(selector) == "OwnRepliesSelector(OwnRepliesIndex(pairs=5), k=3)"
