"""Sentences below the table are wrapped as a reader expects."""

from __future__ import annotations

import pytest

from langchain_imessage.evaluation._figure_tables import text_table


@pytest.mark.parametrize("indent", range(30))
def test_a_percent_sign_stays_with_its_figure(indent: int) -> None:
    remark = (
        f"{'x' * indent} longer by 88 %, {'a ' * 20}and punctuation in 61 % of them"
    )
    lines = text_table([], [remark]).splitlines()
    assert not any(line.strip().startswith("%") for line in lines)
    assert sum(line.count(" %") for line in lines) == 2 + 1  # one is explained
