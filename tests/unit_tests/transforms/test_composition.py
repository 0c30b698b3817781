"""Every transform of sessions composes with `|`: it gets and returns all of them."""

from __future__ import annotations

import inspect
from functools import partial
from typing import TYPE_CHECKING, Any

import pytest
from langchain_core.messages import AIMessage, HumanMessage
from langchain_core.runnables import RunnableLambda

import langchain_imessage
from langchain_imessage import transforms

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from langchain_core.chat_sessions import ChatSession

TRANSFORMS: dict[str, Callable[[Any], Iterable[ChatSession]]] = {
    "add_system_prompt": partial(transforms.add_system_prompt, prompt="Be Ann."),
    "cap_per_contact": partial(transforms.cap_per_contact, most=9),
    "cap_short_replies": transforms.cap_short_replies,
    "drop_automated": transforms.drop_automated,
    "drop_duplicates": transforms.drop_duplicates,
    "drop_people": partial(transforms.drop_people, people=["Eve"]),
    "drop_words": partial(transforms.drop_words, words=["hush"]),
    "map_ai_messages": partial(transforms.map_ai_messages, sender="Me"),
    "merge_chat_runs": transforms.merge_chat_runs,
    "name_speakers": transforms.name_speakers,
    "split_sessions": transforms.split_sessions,
    "trim_turns": transforms.trim_turns,
    "weigh_by_reactions": transforms.weigh_by_reactions,
    "window_sessions": partial(
        transforms.window_sessions, max_tokens=99, count_tokens=len
    ),
    "Redactor": transforms.Redactor(),
}


def sessions() -> list[ChatSession]:
    return [
        {
            "messages": [
                HumanMessage(f"question {word}?", additional_kwargs={"sender": "Ann"}),
                AIMessage(f"answer {word}", additional_kwargs={"sender": "Me"}),
            ]
        }
        for word in ("one", "two", "three")
    ]


def test_the_table_has_every_transform_that_is_exported() -> None:
    takes_sessions = {
        name
        for name in transforms.__all__
        if inspect.isfunction(function := getattr(transforms, name))
        and next(iter(inspect.signature(function).parameters), "")
        in {"sessions", "chat_sessions"}
        and not name.endswith("_in_session")
    }
    assert takes_sessions == {*TRANSFORMS} - {"Redactor"}
    assert takes_sessions <= {*dir(langchain_imessage)}


@pytest.mark.parametrize("name", TRANSFORMS)
def test_as_a_runnable_it_returns_all_sessions(name: str) -> None:
    result: Any = RunnableLambda(TRANSFORMS[name]).invoke(sessions())
    assert len(list(result)) == 3
    both = RunnableLambda(TRANSFORMS[name]) | RunnableLambda(transforms.drop_duplicates)
    composed: Any = both.invoke(sessions())
    assert len(list(composed)) == 3


@pytest.mark.parametrize("name", TRANSFORMS)
def test_it_is_lazy(name: str) -> None:
    taken = []

    def one_by_one() -> Iterator[ChatSession]:
        for number, session in enumerate(sessions()):
            taken.append(number)
            yield session

    if name == "Redactor":  # it has to know who takes part in any of them
        transform: Any = TRANSFORMS[name]
        transform.learn([])
    result = iter(TRANSFORMS[name](one_by_one()))
    assert taken == []
    next(result)
    # One has to see the next conversation before it knows what is the last of this one.
    assert taken == ([0, 1, 2] if name == "cap_per_contact" else [0])


@pytest.mark.parametrize(
    "call",
    [
        lambda: transforms.name_speakers([], how="shout"),  # type: ignore[arg-type]
        lambda: transforms.split_sessions([], max_tokens=1),
        lambda: transforms.window_sessions(
            [],
            max_tokens=1,
            count_tokens=len,
            each="word",  # type: ignore[arg-type]
        ),
        lambda: transforms.drop_people([], "Ann"),
        lambda: transforms.drop_words([], "Ann"),
    ],
)
def test_a_wrong_choice_is_refused_at_once(call: Callable[[], object]) -> None:
    with pytest.raises((TypeError, ValueError)):
        call()
