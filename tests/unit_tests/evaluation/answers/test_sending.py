"""Where what a model is asked leaves this computer, that is said and confirmed first."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from langchain_core.language_models import FakeListChatModel
from langchain_core.prompts import ChatPromptTemplate
from langchain_core.runnables import RunnableLambda, RunnableParallel
from made_writers import write_conversations

from langchain_imessage.errors import FineTuningError
from langchain_imessage.evaluation import evaluate
from langchain_imessage.evaluation.answers._destinations import hosts_of

if TYPE_CHECKING:
    from pathlib import Path


class Remote(FakeListChatModel):
    """A chat model that says it is elsewhere."""

    base_url: str | None = "https://user:secret@models.example:8443/v1"


class Keyed(FakeListChatModel):
    """A chat model without an address that has a key."""

    @property
    def lc_secrets(self) -> dict[str, str]:
        return {"key": "KEY"}


REMOTE = Remote(responses=["ok"])
PROMPT = ChatPromptTemplate([("human", "{input}")])


@pytest.mark.parametrize(
    ("chain", "hosts"),
    [
        (REMOTE, ("models.example:8443",)),
        (Keyed(responses=["ok"]), ("the provider of Keyed",)),
        (Remote(responses=[], base_url="http://127.0.0.1:9/v1"), ()),
        (PROMPT | REMOTE, ("models.example:8443",)),
        (PROMPT | REMOTE.bind(stop=["x"]), ("models.example:8443",)),
        (RunnableParallel(one=PROMPT | REMOTE), ("models.example:8443",)),
        (RunnableLambda(lambda one: [REMOTE.invoke(one)]), ("models.example:8443",)),
        (
            REMOTE.with_fallbacks([Keyed(responses=[])]),
            ("models.example:8443", "the provider of Keyed"),
        ),
        (RunnableLambda(str), ()),
    ],
)
def test_a_chain_is_sent_where_its_models_are(chain: Any, hosts: Any) -> None:
    assert hosts_of(chain) == hosts


def test_what_leaves_is_said_and_nothing_is_asked_without_consent(
    tmp_path: Path,
) -> None:
    dataset = write_conversations(tmp_path / "data", segments=15, answers=4)
    plans: list[str] = []

    def refuse(plan: Any) -> bool:
        plans.append(str(plan))
        return False

    with pytest.raises(FineTuningError, match="nothing was sent"):
        evaluate(REMOTE, dataset, n=5, confirm=refuse, progress=False)
    assert "5 questions to model, at models.example:8443, at most" in plans[0]
    assert "secret" not in plans[0]
    assert not (dataset.folder / "answers.jsonl").exists()


def test_without_a_terminal_consent_has_to_be_given(tmp_path: Path) -> None:
    dataset = write_conversations(tmp_path / "data", segments=15, answers=4)
    with pytest.raises(FineTuningError, match="no terminal"):
        evaluate(REMOTE, dataset, progress=False)


def test_answers_that_are_kept_need_no_consent(tmp_path: Path) -> None:
    dataset = write_conversations(tmp_path / "data", segments=15, answers=4)
    evaluate(REMOTE, dataset, n=5, confirm=True, progress=False)
    found = evaluate(REMOTE, dataset, n=5, confirm=False, progress=False)
    assert found["model"].answers == 5
    assert found.settings["models"]["model"]["hosts"] == ["models.example:8443"]
