"""Claims about reading rows of any shape."""

from __future__ import annotations

from typing import Any

import pytest

from langchain_imessage.datasets.formats._read_rows import Said, images_in, said_in

HI, HELLO = Said("user", "Hi"), Said("assistant", "Hello")
USER, ANSWER = (
    {"role": "user", "content": "Hi"},
    {"role": "assistant", "content": "Hello"},
)
WORSE = {"role": "assistant", "content": "No"}
PAIR = [
    HI,
    HELLO._replace(is_preferred=True),
    Said("assistant", "No", is_rejected=True),
]


@pytest.mark.parametrize(
    ("row", "expected"),
    [
        ({"messages": [USER, ANSWER]}, [HI, HELLO]),
        (
            {
                "conversations": [
                    {"from": "system", "value": "S"},
                    {"from": "human", "value": "Hi"},
                    {"from": "gpt", "value": "Hello"},
                ]
            },
            [Said("system", "S"), HI, HELLO],
        ),
        (
            {"system": "S", "conversations": [{"from": "human", "value": "Hi"}]},
            [Said("system", "S"), HI],
        ),
        (
            {
                "input": {"messages": [USER]},
                "preferred_output": [ANSWER],
                "non_preferred_output": [WORSE],
            },
            PAIR,
        ),
        ({"prompt": [USER], "chosen": [ANSWER], "rejected": [WORSE]}, PAIR),
        ({"prompt": "Hi", "chosen": "Hello", "rejected": "No"}, PAIR),
        ({"prompt": "Hi", "completion": "Hello"}, [HI, HELLO]),
    ],
)
def test_a_row_of_any_sink_is_read(row: Any, expected: list[Said]) -> None:
    assert said_in(row) == expected


@pytest.mark.parametrize(
    "row",
    [None, 7, [], "x", {}, {"messages": 3}, {"messages": [None, 4]}, {"input": "x"}],
)
def test_a_row_that_is_no_row_says_nothing(row: Any) -> None:
    assert said_in(row) == []


def test_content_of_blocks_is_flattened_and_a_picture_leaves_a_word() -> None:
    picture = {"type": "image_url", "image_url": {"url": "https://example.com/a.png"}}
    blocks = [{"type": "text", "text": "Look"}, picture, "and", 5]
    (said,) = said_in({"messages": [{"role": "user", "content": blocks}]})
    assert said.text == "Look\n[image]\nand"


def test_content_that_is_no_text_is_empty() -> None:
    (said,) = said_in({"messages": [{"role": "user", "content": 7}]})
    assert said.text == ""


def test_weight_zero_and_names_are_told() -> None:
    unlearned = {"role": "assistant", "content": "a", "weight": 0}
    named = {"role": "user", "content": "b", "name": "Ann"}
    assert said_in({"messages": [unlearned, named]}) == [
        Said("assistant", "a", is_trained=False),
        Said("user", "b", name="Ann"),
    ]


def test_the_roles_of_other_families_are_understood() -> None:
    (said,) = said_in({"messages": [{"role": "model", "content": "a"}]})
    assert said.role == "assistant"


def test_a_message_without_a_role_is_not_hidden() -> None:
    (said,) = said_in({"messages": [{"content": "a"}]})
    assert said == Said("unknown", "a")


def test_the_repr_shows_no_words() -> None:
    assert repr(Said("user", "secret", name="Ann")) == "Said(role='user', characters=6)"


@pytest.mark.parametrize(
    ("content", "number"),
    [
        (None, 0),
        ("image_url", 0),
        ({"type": "image_url"}, 0),
        ([], 0),
        (["image_url", {"type": "text"}, {"type": "image_url"}], 1),
    ],
)
def test_images_are_blocks_of_a_list(content: Any, number: int) -> None:
    assert images_in(content) == number
