"""Claims about what a system prompt says of who is written to, and when."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone
from typing import TYPE_CHECKING, Any

import pytest
from langchain_core.messages import HumanMessage

from langchain_imessage.datasets import write_dataset
from langchain_imessage.errors import FineTuningError
from langchain_imessage.finetuning._serving_prompt import serving_prompt
from langchain_imessage.preparation import prepare
from langchain_imessage.transforms import conversation_prompt

if TYPE_CHECKING:
    from pathlib import Path

MORNING = 1_700_036_000.0  # 08:13 UTC
PLAIN: dict[str, Any] = {"redactor": None, "system_prompt": "Be me."}


def talk(*lines: str, **chat: Any) -> Any:
    """Make a session of lines like "Ann: hi", a minute apart."""
    messages = []
    for place, line in enumerate(lines):
        sender, text = line.split(": ", 1)
        sent_at = datetime.fromtimestamp(MORNING + 60 * place, UTC)
        kwargs = {"sender": sender, "is_from_me": sender == "Me", "sent_at": sent_at}
        messages.append(HumanMessage(text, id=line, additional_kwargs=kwargs))
    about = {"guids": [lines[0]], "is_group": False, "participants": ["Ann"], **chat}
    return {"messages": messages, "chat": about}


def prompts(sessions: Any, **options: Any) -> list[str]:
    examples = prepare(sessions, **{**PLAIN, **options})
    return [example["messages"][0].content for example in examples]  # type: ignore[misc]


ANN = talk("Ann: hi", "Me: yo")
BOB = talk("Bob: hm", "Me: so", participants=["Bob"])
TRIP = talk(
    *("Ann: off", "Bob: we go", "Me: ok"),
    name="Trip to Rome",
    is_group=True,
    participants=["Ann", "Bob"],
)


def test_by_default_it_says_nothing_of_that() -> None:
    assert prompts([ANN, TRIP]) == ["Be me.", "Be me."]


def test_it_names_a_person_and_what_they_are() -> None:
    assert prompts([ANN, BOB], people={"Ann": "sister"}) == [
        "Be me. Now you are texting with Ann, your sister.",
        "Be me.",
    ]
    assert prompts([BOB], people={"Bob": ""}) == [
        "Be me. Now you are texting with Bob."
    ]


def test_it_names_nobody_who_is_redacted() -> None:
    (told,) = prompts([ANN], people={"Ann": "sister"}, redactor="default")
    assert told == "Be me. Now you are texting with [name 1], your sister."


def test_a_person_may_be_given_by_an_address() -> None:
    session = talk("Ann: hi", "Me: yo")
    session["messages"][0].additional_kwargs["handle"] = "+1 (415) 555-0100"
    (told,) = prompts([session], people={"+14155550100": "sister"})
    assert told.endswith("with Ann, your sister.")


def test_somebody_in_no_conversation_is_warned_about() -> None:
    with pytest.warns(UserWarning, match="'Zoe' takes part in no conversation"):
        prompts([ANN], people={"Zoe": "aunt"})


def test_it_names_a_group_by_its_title_and_who_speaks() -> None:
    (told,) = prompts([TRIP], people={"Ann": "sister", "Bob": ""}, group_titles=True)
    assert told == (
        'Be me. Now you are texting in the group "Trip to Rome" with '
        "Ann (your sister) and Bob."
    )
    (told,) = prompts([TRIP], group_titles=True)
    assert told == 'Be me. Now you are texting in the group "Trip to Rome".'


def test_a_title_is_redacted_as_the_texts_are() -> None:
    session = {**TRIP, "chat": {**TRIP["chat"], "name": "Ann's trip"}}
    (told,) = prompts([session], group_titles=True, redactor="default")
    assert '"[name 1]\'s trip"' in told


def test_another_ones_redactor_is_asked_for_no_title() -> None:
    (told,) = prompts([TRIP], group_titles=True, redactor=iter)
    assert told == "Be me."


def test_it_says_the_time_of_day_in_a_zone() -> None:
    assert prompts([ANN], time_of_day=UTC) == ["Be me. It is morning."]
    late = timezone(timedelta(hours=12))
    assert prompts([ANN], time_of_day=late) == ["Be me. It is evening."]


def test_the_limit_counts_what_it_says() -> None:
    options = {"people": {"Ann": "sister " * 20}, "count_tokens": len}
    long = talk(*(f"{'Me' if n % 2 else 'Ann'}: {n} words" for n in range(20)))
    examples = list(prepare([long], **PLAIN, **options, max_tokens=400))
    assert len(examples) > 1
    for example in examples:
        used = sum(len(m.content) + 4 for m in example["messages"])
        assert used + 3 <= 400


def test_the_messages_say_nothing_of_it() -> None:
    (example,) = prepare([ANN], **PLAIN, people={"Ann": "sister"})
    assert "sister" not in str(example["messages"][1:])


def written(folder: Path, **options: Any) -> Any:
    return write_dataset(prepare([ANN], **PLAIN, **options), folder, validation=0)


def test_a_template_says_what_training_said(tmp_path: Path) -> None:
    dataset = written(tmp_path, people={"Ann": "sister"}, time_of_day=UTC)
    assert dataset.system_prompt == "Be me."
    at = datetime(2024, 5, 1, 9, tzinfo=UTC)
    (trained,) = prompts([ANN], people={"Ann": "sister"}, time_of_day=UTC)
    assert serving_prompt("Be me.", dataset.train, to="Ann", at=at) == trained
    night = datetime(2024, 5, 1, 1, tzinfo=UTC)
    assert serving_prompt("Be me.", dataset.train, at=night) == "Be me. It is night."


def test_a_template_for_nobody_that_training_named_is_refused(tmp_path: Path) -> None:
    dataset = written(tmp_path)
    assert serving_prompt("Be me.", dataset.train) == "Be me."
    with pytest.raises(FineTuningError, match=r"prepare\(people="):
        serving_prompt("Be me.", dataset.train, to="Ann")
    with pytest.raises(FineTuningError, match="group_titles"):
        serving_prompt("Be me.", None, group="Trip")


def test_without_a_prompt_there_is_one_of_that_alone() -> None:
    assert conversation_prompt(None) is None
    assert conversation_prompt(None, hour=23) == "It is evening."
    assert conversation_prompt("x", people={"A": "", "B": "b", "C": ""}) == (
        "x Now you are texting in a group with A, B (your b) and C."
    )
