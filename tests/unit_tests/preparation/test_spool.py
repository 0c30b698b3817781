"""Sessions that can be taken only once are redacted as well as others."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from langchain_core.messages import AIMessage, HumanMessage

from langchain_imessage import prepare
from langchain_imessage.preparation._spool import spooled

if TYPE_CHECKING:
    from langchain_core.chat_sessions import ChatSession


def sessions() -> list[ChatSession]:
    def session(sender: str, text: str) -> Any:
        asked = HumanMessage(text, additional_kwargs={"sender": sender})
        return {
            "messages": [asked, AIMessage("yes")],
            "chat": {"participants": [sender], "guids": [sender]},
        }

    return [session("Ann Lee", "is Zoe Parker ill?"), session("Zoe Parker", "hi")]


def test_every_session_is_seen_before_the_first_is_yielded() -> None:
    seen: list[ChatSession] = []
    stream = spooled(iter(sessions()), seen.extend)
    assert next(stream) == sessions()[0]
    assert seen == sessions()
    assert list(stream) == sessions()[1:]


def test_an_iterator_is_redacted_as_a_list_is() -> None:
    def texts(given: Any) -> list[str]:
        prepared = prepare(given, sender=None, system_prompt=None)
        return [str(m.content) for one in prepared for m in one["messages"]]

    assert texts(iter(sessions())) == texts(sessions())
    assert texts(iter(sessions()))[0] == "is [name 1] ill?"
