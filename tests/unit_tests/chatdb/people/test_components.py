"""What shares something, directly or through others, is in one group."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from langchain_imessage.chatdb.people._components import components


@given(st.lists(st.sets(st.integers(0, 20), max_size=3), max_size=20))
def test_groups_are_those_of_a_search(shared: list[set[int]]) -> None:
    groups = components(dict(enumerate(shared)))
    assert sorted(item for group in groups for item in group) == [*range(len(shared))]
    for group in groups:
        reached = {group[0]}
        while more := {
            other
            for other in range(len(shared))
            if other not in reached and any(shared[other] & shared[r] for r in reached)
        }:
            reached |= more
        assert reached == set(group)


@pytest.mark.slow
def test_a_long_chain_is_one_group() -> None:
    chain = {n: [n, n + 1] for n in range(100_000)}
    assert components(chain) == [[*chain]]
