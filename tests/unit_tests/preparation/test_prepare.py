"""Claims about what prepare makes of sessions; what its steps do is tested with them."""

from __future__ import annotations

import json
import re
from collections import Counter
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

import pytest
from langchain_core.messages import AIMessage, BaseMessage, HumanMessage, SystemMessage

from langchain_imessage.chat_loaders.imessage import IMessageChatLoader
from langchain_imessage.datasets import write_dataset
from langchain_imessage.errors import ExportError
from langchain_imessage.preparation import (
    Prepared,
    estimate_tokens,
    example_id,
    prepare,
)
from langchain_imessage.testing import ChatDatabaseWriter, write_sample
from langchain_imessage.transforms import Redactor, system_prompt

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from langchain_core.chat_sessions import ChatSession

MINUTE, DAY = 60, 86_400
PLAIN: dict[str, Any] = {
    "redactor": None,
    "count_tokens": estimate_tokens,
    "system_prompt": None,
}


def said(sender: str, text: str, seconds: float, **kwargs: Any) -> HumanMessage:
    sent_at = datetime.fromtimestamp(seconds, UTC)
    own = {"sender": sender, "is_from_me": sender == "Me", "sent_at": sent_at}
    return HumanMessage(
        text, id=f"{sender}{seconds}", additional_kwargs={**own, **kwargs}
    )


def talk(*lines: str, every: float = 20, start: float = 0, **chat: Any) -> Any:
    """Make a session of lines like "Ann: hi"; "" is a day's pause."""
    messages: list[BaseMessage] = []
    seconds = start
    for line in lines:
        seconds += every if line else DAY
        if line:
            sender, text = line.split(": ", 1)
            messages.append(said(sender, text, seconds))
    about = {"guids": ["g"], "is_group": False, "participants": ["Ann"], **chat}
    return {"messages": messages, "chat": about}


def texts(examples: Any) -> list[list[str]]:
    return [[m.content for m in example["messages"]] for example in examples]


def accounted(examples: Prepared) -> dict[str, int]:
    """Check that the account closes; give the reasons."""
    report = examples.report
    assert report.messages == report.kept + sum(report.reasons.values())
    return dict(report.reasons)


def test_an_example_is_a_segment_in_turns_behind_the_prompt() -> None:
    session = talk("Ann: hi", "Ann: there?", "Me: yes", "Me: what?", "Ann: nothing")
    (example,) = prepare([session], redactor=None)
    system, asked, answered = example["messages"]
    assert isinstance(system, SystemMessage)
    assert system.content == system_prompt()
    assert (asked.type, asked.content) == ("human", "hi\nthere?")
    assert (answered.type, answered.content) == ("ai", "yes\nwhat?")
    assert answered.additional_kwargs["ids"] == ["Me60", "Me80"]
    assert {**example, "messages": 0} == {
        "messages": 0,
        "chat": session["chat"],
        "split": {"gap_seconds": 14400.0, "piece": 0, "started": 20.0},
        "id": example_id(example["messages"]),
    }


def test_each_message_is_accounted_for() -> None:
    examples = prepare(
        [
            talk("Me: first", "Ann: hi", "Me: yes", "Ann: bye"),
            talk("Ann: never answered"),
            talk("28849: code", "Me: what?", handles=["28849"]),
            talk("Me: note", "Me: to self", is_self=True),
            talk("Ann: hi!", "Me: Yes", guids=["h"]),
            {"messages": [SystemMessage("x")]},
        ],
        **PLAIN,
    )
    assert texts(examples) == [["hi", "yes"]]
    assert accounted(examples) == {
        "self chat": 2,
        "automated sender": 2,
        "no turn": 1,
        "no message before it": 1,
        "unanswered": 2,
        "duplicate": 2,
    }
    assert (examples.report.sessions, examples.report.kept) == (6, 2)


def test_who_opted_out_is_in_no_example_and_no_word_is() -> None:
    sessions = [
        talk("Bob: hi", "Me: yo", participants=["Bob Lee"]),
        talk("Ann: hi", "Me: ok", "Ann: the owl?", "Me: shh", "Ann: so?", "Me: no"),
    ]
    examples = prepare(sessions, never=["bob lee", "Owl"], **PLAIN)
    assert texts(examples) == [["hi", "ok\nshh", "so?", "no"]]
    assert accounted(examples) == {"opted out": 2, "opted-out word": 1}
    assert examples.settings["never"] == 2
    with pytest.raises(TypeError, match="never must be a collection of texts"):
        prepare([], never="Bob")


def test_what_is_private_is_replaced_unless_that_is_declined() -> None:
    session = talk("Ann: call 415-555-2671, Ann", "Me: ok ann")
    examples = prepare([session], system_prompt=None)
    assert texts(examples) == [["call [phone 1], [name 1]", "ok [name 1]"]]
    assert examples.report.redactions == {"name": 2, "phone": 1}
    assert texts(prepare([session], **PLAIN))[0][1] == "ok ann"
    assert examples.settings["redaction"] == "default"
    redactor: Any = examples.redactor
    assert redactor.restore("[phone 1]") == "415-555-2671"


def test_who_takes_part_in_any_session_is_known_in_the_first(tmp_path: Path) -> None:
    about_bob = talk("Ann: is Robertino here?", "Me: no")
    bob = talk("Robertino: hi", "Me: oh", participants=["Robertino"], guids=["h"])
    (first, _) = texts(prepare([about_bob, bob], system_prompt=None))
    assert first == ["is [name 1] here?", "no"]
    path = write_sample(tmp_path / "chat.db")
    redactor = Redactor()
    prepared = prepare(IMessageChatLoader(path), redactor=redactor)
    iter(prepared)
    assert "Tortoise" not in redactor.redact_text("Tortoise, are you there?")


def test_any_function_of_sessions_redacts() -> None:
    def shout(sessions: Any) -> Iterator[ChatSession]:
        for session in sessions:
            first, *rest = session["messages"]
            loud = first.model_copy(update={"content": str(first.content).upper()})
            yield {**session, "messages": [loud, *rest[:1]]}

    session = talk("Ann: hi", "Me: yes", "Ann: so?", "Me: no")
    examples = prepare([session], **{**PLAIN, "redactor": shout})
    assert texts(examples) == [["HI", "yes"]]
    assert accounted(examples) == {"opted-out word": 2}
    assert examples.settings["redaction"] == "custom"


def test_the_redactors_own_reasons_are_told() -> None:
    session = talk("Ann: hi", "Me: my pin is owl", "Ann: so?", "Me: no")
    redactor = Redactor(never=["owl"])
    examples = prepare([session], **{**PLAIN, "redactor": redactor})
    assert texts(examples) == [["hi\nso?", "no"]]
    assert accounted(examples) == {"opted-out word": 1}
    assert texts(examples) == [["hi\nso?", "no"]]
    assert accounted(examples) == {"opted-out word": 1}


def test_an_answer_after_a_pause_is_no_part_of_the_turn() -> None:
    slow = talk(
        "Ann: hi", "Me: yes", "Me: by the way", "Ann: what?", "Me: hm", every=301
    )
    examples = prepare([slow], **PLAIN)
    assert texts(examples) == [["hi", "yes"], ["what?", "hm"]]
    assert accounted(examples) == {"no message before it": 1}
    longer = prepare([slow], within=timedelta(minutes=6), **PLAIN)
    assert texts(longer) == [["hi", "yes\nby the way", "what?", "hm"]]


def test_a_groups_speakers_are_named_as_chosen() -> None:
    group = talk(
        "Ann: hi", "Bob: yo", "Me: hey", is_group=True, participants=["A", "B"]
    )
    assert texts(prepare([group], **PLAIN)) == [["Ann: hi\nBob: yo", "hey"]]
    dropped = prepare([group], groups="drop", **PLAIN)
    assert texts(dropped) == []
    assert accounted(dropped) == {"group": 3}
    (redacted,) = texts(prepare([group], system_prompt=None))
    assert redacted[0] == "[name 1]: hi\n[name 2]: yo"


def test_an_example_fits_with_its_prompt() -> None:
    session = talk("Ann: aaaa", "Me: bbbb", "Ann: cccc", "Me: dddd")
    options = {**PLAIN, "system_prompt": "xx", "count_tokens": len}
    assert len(texts(prepare([session], max_tokens=3 + 6 + 32, **options))) == 1
    assert len(texts(prepare([session], max_tokens=3 + 6 + 31, **options))) == 2
    short = prepare([session], max_tokens=3 + 6 + 15, **options)
    assert texts(short) == [["xx", "aaa", "bbbb"], ["xx", "ccc", "dddd"]]
    none = prepare([session], max_tokens=3 + 6 + 11, **options)
    assert texts(none) == []
    assert accounted(none) == {"too long": 4}


def test_rows_with_names_fit(tmp_path: Path) -> None:
    speakers = ["Ann Ö. Lee", "漢 字", "Bob"]
    lines = [f"{who}: and {who}?" for who in speakers for _ in range(3)]
    answered = [line for asked in lines for line in (asked, "Me: No.")]
    group = talk(*answered, is_group=True, guids=["g"], participants=speakers)
    pair = talk(*["Ann: So?", "Me: Well."] * 9)
    for most in range(50, 120, 7):
        examples = prepare(
            [group, pair], **PLAIN, groups="field", max_tokens=most, duplicates=True
        )
        write_dataset(examples, tmp_path, count_tokens=estimate_tokens)
        rows = (tmp_path / "examples.jsonl").read_text().splitlines()
        assert max(json.loads(row)["tokens"] for row in rows) <= most


def test_each_answer_may_be_an_example_and_a_message_counts_once() -> None:
    session = talk("Ann: a", "Me: b", "Ann: c", "Me: d", "Ann: a", "Me: b")
    examples = prepare([session], windows="answer", **PLAIN)
    found = list(examples)
    assert texts(found) == [["a", "b"], ["a", "b", "c", "d"]]
    weights = [
        [m.additional_kwargs.get("weight") for m in example["messages"]]
        for example in found
    ]
    assert weights == [[None, 1.0], [None, 0.0, None, 1.0]]
    assert accounted(examples) == {"duplicate": 2}
    assert examples.report.kept == 4


def test_a_message_that_is_context_elsewhere_is_kept() -> None:
    session = talk("Ann: a", "Me: b", "Ann: a", "Me: b", "Ann: e", "Me: f")
    examples = prepare([session], windows="answer", **PLAIN)
    assert [len(example) for example in texts(examples)] == [2, 6]
    assert accounted(examples) == {}


def test_reactions_weigh_and_what_was_only_disliked_is_left_out() -> None:
    session = talk("Ann: a", "Me: b", "Ann: c", "Me: d", "", "Ann: e", "Me: f")
    react = lambda kind: [{"kind": kind, "is_from_me": False}]  # noqa: E731
    session["messages"][1].additional_kwargs["reactions"] = react("loved")
    session["messages"][5].additional_kwargs["reactions"] = react("disliked")
    examples = prepare([session], reactions=True, **PLAIN)
    (example,) = examples
    _, loved, _, plain = example["messages"]
    assert loved.additional_kwargs["weight"] == 2.0
    assert plain.additional_kwargs["weight"] == 1.0
    assert accounted(examples) == {"disliked": 2}
    (unweighed, _) = prepare([session], **PLAIN)
    assert "weight" not in unweighed["messages"][1].additional_kwargs


def test_repetitions_stay_where_that_is_asked_for() -> None:
    sessions = [talk("Ann: hi", "Me: yo", start=n * DAY) for n in range(3)]
    assert len(texts(prepare(sessions, **PLAIN))) == 1
    assert len(texts(prepare(sessions, duplicates=True, **PLAIN))) == 3


def test_short_answers_are_capped_and_shown() -> None:
    sessions = [talk(f"Ann: {word}?", "Me: Ok!") for word in ("a", "b", "c")]
    examples = prepare(sessions, max_short_replies=2, **PLAIN)
    assert len(texts(examples)) == 2
    assert examples.report.short_replies == (("ok", 3),)
    assert accounted(examples) == {"frequent short reply": 2}
    assert len(texts(prepare(sessions, max_short_replies=None, **PLAIN))) == 3


def test_a_contact_has_its_latest_examples() -> None:
    session = talk("Ann: a", "Me: b", "", "Ann: c", "Me: d", "", "Ann: e", "Me: f")
    examples = prepare([session], max_per_contact=2, **PLAIN)
    assert texts(examples) == [["c", "d"], ["e", "f"]]
    assert accounted(examples) == {"contact cap": 2}


def test_a_veto_leaves_out_the_very_example_and_no_other() -> None:
    short = talk("Ann: hey", "Me: hi", guids=["a"])
    longer = talk("Ann: hey", "Me: hi", "Ann: well?", "Me: no", start=DAY, guids=["b"])
    first = next(iter(prepare([short], **PLAIN)))
    examples = prepare([short, longer], decisions=[first["id"]], **PLAIN)
    assert texts(examples) == [["hey", "hi", "well?", "no"]]
    assert accounted(examples) == {"vetoed": 2}
    assert (examples.report.vetoed, examples.report.matched) == (1, 1)
    with pytest.raises(ExportError, match="decision file"):
        prepare([short], decisions=["secret"])


def test_an_example_knows_its_id() -> None:
    (example,) = prepare([talk("Ann: hey", "Me: hi")], redactor=None)
    assert example["id"] == example_id(example["messages"])  # type: ignore[typeddict-item]


def test_a_veto_that_matches_no_example_is_warned_about() -> None:
    examples = prepare([talk("Ann: hi", "Me: yo")], decisions=["0" * 16], **PLAIN)
    with pytest.warns(UserWarning, match="1 of 1 vetoed examples are not"):
        assert len(list(examples)) == 1
    assert (examples.report.vetoed, examples.report.matched) == (1, 0)


def vetoed(*sessions: Any, of: int, **options: Any) -> list[list[str]]:
    """Veto the example of one session alone; return the texts of what is left of all."""
    known = next(iter(prepare([sessions[of]], **PLAIN, **options)))["id"]
    return texts(prepare(sessions, decisions=[known], **PLAIN, **options))


def test_a_near_repetition_of_what_was_vetoed_does_not_take_its_place() -> None:
    one = talk("Ann: hi", "Me: yo")
    two = talk("Ann: Hi!", "Me: Yo", start=DAY, guids=["h"])
    assert vetoed(one, two, of=0) == []
    # Nor does one that comes before it, as the conversation with the newest message does.
    assert vetoed(two, one, of=1) == []


def test_of_repetitions_that_stay_a_veto_takes_one() -> None:
    one = talk("Ann: hi", "Me: yo")
    two = talk("Ann: hi", "Me: yo", start=DAY, guids=["h"])
    assert vetoed(one, two, of=0, duplicates=True) == [["hi", "yo"]]


def test_a_veto_holds_when_messages_come_in_elsewhere() -> None:
    one = talk("Ann: hi", "Me: yo")
    for message in one["messages"]:
        message.id = None
    known = next(iter(prepare([one], **PLAIN)))["id"]
    new = talk("Bob: new", "Me: indeed", start=9 * DAY, guids=["n"])
    later = talk("Ann: hi", "Me: yo", "", "Ann: later", "Me: sure")
    for message in later["messages"]:
        message.id = None
    for sessions in ([new, one], [later]):
        examples = prepare(sessions, decisions=[known], **PLAIN)
        assert ["hi", "yo"] not in texts(examples)
        assert examples.report.matched == 1


def test_a_vetoed_example_keeps_its_place_among_the_latest_of_a_contact() -> None:
    session = talk("Ann: a", "Me: b", "", "Ann: c", "Me: d", "", "Ann: e", "Me: f")
    last = list(prepare([session], **PLAIN))[-1]["id"]
    examples = prepare([session], decisions=[last], max_per_contact=2, **PLAIN)
    assert texts(examples) == [["c", "d"]]


def test_an_opt_out_that_matches_nothing_is_warned_about_by_name() -> None:
    never = ["Ann Smith", "+1 415 555 0100", "owl", "Bob"]
    sessions = [talk("Ann: an owl", "Me: yo"), talk("Bob: hi", "Me: so", guids=["b"])]
    examples = prepare(sessions, never=never, **PLAIN)
    with pytest.warns(UserWarning, match="matches no conversation") as caught:
        list(examples)
    told = [str(warning.message) for warning in caught]
    assert [line.split(" matches")[0] for line in told] == [
        "never: 'Ann Smith' (a name or a word)",
        "never: '+1 415 555 0100' (a phone number)",
    ]
    assert (examples.report.opt_outs, examples.report.opt_outs_matched) == (4, 2)


def test_an_opt_out_that_only_the_redactor_sees_has_matched() -> None:
    session = talk("Ann: call (415) 555-0100 now", "Me: yo", "Ann: hm", "Me: ok")
    options = {**PLAIN, "redactor": "default"}
    examples = prepare([session], never=["+14155550100"], **options)
    list(examples)
    assert examples.report.opt_outs_matched == 1


def test_an_answer_too_long_for_the_budget_loses_its_last_bubbles_only() -> None:
    lines = [f"Me: {n} {'word ' * 9}" for n in range(30)]
    (example,) = prepare([talk("Ann: what?", *lines)], max_tokens=120, **PLAIN)
    question, answer = example["messages"]
    assert question.content == "what?"
    assert answer.content.split("\n")[0].startswith("0 word")
    assert 1 < len(answer.content.split("\n")) < 10


def test_a_question_too_long_for_the_budget_loses_its_beginning_only() -> None:
    session = talk("Ann: " + "word " * 200 + "what?", "Me: an answer")
    (example,) = prepare([session], max_tokens=60, **PLAIN)
    question, answer = example["messages"]
    assert question.content.endswith("word what?")
    assert len(question.content) < 120
    assert answer.content == "an answer"


def test_a_voice_nobody_has_is_warned_about() -> None:
    examples = prepare([talk("Ann: hi", "Me: yo")], sender="Tortoise", **PLAIN)
    with pytest.warns(UserWarning, match="No message is from 'Tortoise'"):
        assert texts(examples) == []
    assert accounted(examples) == {"unanswered": 2}


def test_messages_that_are_the_assistants_already_stay_so() -> None:
    session: ChatSession = {"messages": [HumanMessage("hi"), AIMessage("yo")]}
    examples = prepare([session], sender=None, **PLAIN)
    assert texts(examples) == [["hi", "yo"]]
    assert accounted(examples) == {}


def test_sessions_of_other_loaders_need_no_ids_times_or_chats() -> None:
    me, ann = {"sender": "Me"}, {"sender": "Ann"}
    session: ChatSession = {
        "messages": [
            HumanMessage("hi", additional_kwargs=ann),
            HumanMessage("there?", additional_kwargs=ann),
            HumanMessage("yes", additional_kwargs=me),
            HumanMessage("what?", additional_kwargs=me),
        ]
    }
    examples = prepare([session], **PLAIN)
    assert texts(examples) == [["hi\nthere?", "yes\nwhat?"]]
    assert accounted(examples) == {}
    assert all(message.id is None for message in session["messages"])
    session["messages"][0].id = "known"
    (example,) = prepare([session], **PLAIN)
    assert example["messages"][0].additional_kwargs["ids"][0] == "known"


def test_each_iteration_of_a_list_or_a_loader_is_a_pass(tmp_path: Path) -> None:
    loader = IMessageChatLoader(write_sample(tmp_path / "chat.db"))
    for sessions in (loader, loader.load()):
        examples = prepare(sessions, sender="Tortoise")
        first = list(examples)
        report = examples.report
        assert len(first) == 10
        assert list(examples) == first
        assert examples.report == report


def test_machines_stay_where_that_is_asked_for() -> None:
    code = talk("28849: code", "Me: what?", handles=["28849"])
    assert texts(prepare([code], automated=True, **PLAIN)) == [["code", "what?"]]


def test_an_iterator_is_taken_once() -> None:
    examples = prepare(iter([talk("Ann: hi", "Me: yo")]))
    assert len(list(examples)) == 1
    with pytest.raises(ExportError, match="a list of them, or a loader"):
        iter(examples)


def test_one_session_is_taken_at_a_time() -> None:
    taken = []

    def sessions() -> Iterator[ChatSession]:
        for number in range(9):
            taken.append(number)
            yield talk(f"Ann: {'abcdefghi'[number]}", "Me: yo", guids=[f"{number}"])

    examples = iter(prepare(sessions(), **PLAIN))
    next(examples)
    assert taken == [0]


@pytest.mark.parametrize("choice", [{"groups": "x"}, {"windows": "x"}])
def test_a_choice_there_is_not_is_refused_at_once(choice: Any) -> None:
    with pytest.raises(ValueError, match="must be"):
        prepare([], **choice)


def test_the_report_is_plain_and_names_nobody() -> None:
    sessions = [
        talk(
            "Ann: hi", "Me: hello to you", guids=["secret-guid"], handles=["+1555019"]
        ),
        talk("Bob: yes?", "Me: no", participants=["Bob"], guids=["other"]),
        talk("Bob: a", "Me: b", start=DAY, participants=["Bob"], guids=["other"]),
    ]
    examples = prepare(sessions, never=["Zoe"], count_tokens=estimate_tokens)
    with pytest.warns(UserWarning, match="Zoe"):
        list(examples)
    report = json.loads(json.dumps(examples.report.to_dict()))
    assert report["histograms"] == {
        "tokens": [[64, 3]],
        "turns": [[2, 3]],
        "reply_lengths": [[1, 1], [2, 1], [8, 1]],
        "hours": [3, *[0] * 23],
        "people": [[1, 2], [2, 1]],
    }
    assert report["gaps"] == [[14400.0, 3]]
    assert report["short_replies"] == [["b", 1], ["hello to you", 1], ["no", 1]]
    assert report["decisions"] == {"vetoed": 0, "matched": 0}
    assert report["opt_outs"] == {"entries": 1, "matched": 0}
    assert report["source"] == {
        "sessions": 3,
        "messages": 6,
        "digest": examples.report.digest,
    }
    assert report["system_prompt"] == system_prompt()
    everything = json.dumps([report, examples.settings]) + repr(examples)
    everything += repr(examples.report)
    for secret in ("Ann", "Bob", "Zoe", "secret-guid", "other", "555019"):
        assert not re.search(rf"\b{secret}\b", everything)


def test_the_report_prints_as_a_table() -> None:
    examples = prepare([talk("Me: oh", "Ann: hi", "Me: yo")], **PLAIN)
    list(examples)
    assert str(examples.report).splitlines() == [
        "messages                       3",
        "in examples                    2",
        "  no message before it         1",
        "examples                       1",
    ]


def test_a_repr_shows_the_kind_of_source_and_figures_only() -> None:
    examples = prepare([talk("Ann: secret", "Me: yo")], **PLAIN)
    assert repr(examples) == "Prepared(source=list, messages=0, kept=0, examples=0)"
    list(examples)
    assert repr(examples) == "Prepared(source=list, messages=2, kept=2, examples=1)"


def test_progress_is_called_after_each_session_with_their_number_if_known() -> None:
    seen: list[tuple[int, int | None]] = []
    sessions = [talk("Ann: hi", "Me: yo"), talk("Bob: hm", "Me: so")]

    def progress(done: int, total: int | None) -> None:
        seen.append((done, total))

    list(prepare(sessions, **PLAIN, progress=progress))
    assert seen == [(1, 2), (2, 2)]
    seen.clear()
    list(prepare(iter(sessions), **PLAIN, progress=progress))
    assert seen == [(1, None), (2, None)]


def test_the_digest_tells_what_came_in_apart() -> None:
    def digest(*lines: str, **options: Any) -> str:
        examples = prepare([talk(*lines, **options)], **PLAIN)
        list(examples)
        return examples.report.digest

    once = digest("Ann: hi", "Me: yo")
    assert digest("Ann: hi", "Me: yo") == once
    others = {
        digest("Ann: hi", "Me: yo!"),
        digest("Ann: hi", "Me: yo", every=21),
        digest("Bob: hi", "Me: yo"),
    }
    assert len({once, *others}) == 4


def test_settings_can_be_written() -> None:
    examples = prepare(
        [], gap=timedelta(hours=2), within=None, sender="secret", **PLAIN
    )
    settings = json.loads(json.dumps(examples.settings))
    assert settings == examples.settings
    assert (settings["gap"], settings["within"]) == (7200.0, None)
    assert (settings["counter"], settings["redaction"]) == ("bytes/2", None)
    assert "secret" not in json.dumps(settings)


def test_parts_that_are_left_over_close_the_account_when_windows_share_them() -> None:
    lines = [f"{'Me' if n % 2 else 'Ann'}: {n % 4}{'x' * n}" for n in range(12)]
    session = talk(*lines)
    for most in (1, 2, 3):
        examples = prepare(
            [session], windows="answer", max_tokens=40, max_per_contact=most, **PLAIN
        )
        kept = Counter(m.id for e in examples for m in e["messages"])
        accounted(examples)
        assert examples.report.kept == len(kept)


def test_people_in_the_address_book_are_known_though_no_chat_has_them(
    path: Path, at: Callable
) -> None:
    with ChatDatabaseWriter(path) as db:
        chat = db.chat(db.handle("+14155550101"))
        db.message(chat, "Is Zebedee there?", sender=1, at=at(0))
        db.message(chat, "Zebedee left.", at=at(30))
    contacts = {"+14155550101": "Ann Smith", "+14155550102": "Zebedee Quill"}
    loader = IMessageChatLoader(path, contacts=contacts)
    assert loader.directory.contact_names == ("Ann Smith", "Zebedee Quill")
    assert repr(loader.directory) == "Directory(chats=1, contact_names=2)"
    (example,) = prepare(loader, system_prompt=None)
    said = " ".join(str(message.content) for message in example["messages"])
    assert "Zebedee" not in said
    assert said.count("[name ") == 2


@pytest.mark.parametrize(
    "limit",
    [
        {"gap": timedelta()},
        {"gap": "long"},
        {"within": timedelta(-1)},
        {"max_tokens": 0},
        {"max_short_replies": -1},
        {"max_per_contact": 0},
    ],
)
def test_a_limit_nothing_is_within_is_refused_at_once(limit: Any) -> None:
    with pytest.raises((ValueError, TypeError), match="must"):
        prepare([], **limit)
