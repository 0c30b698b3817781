"""persona_prompt: style, examples, history, input; a persona in front of any chat model.

Owns what the prompt is made of and in which order. What the style is and which examples are
near is the index's part; nothing here asks a model.
"""

from __future__ import annotations

from heapq import nlargest
from typing import TYPE_CHECKING, Any

from langchain_core.messages import SystemMessage
from langchain_core.prompts import (
    ChatPromptTemplate,
    FewShotChatMessagePromptTemplate,
    MessagesPlaceholder,
    SystemMessagePromptTemplate,
)

from langchain_imessage.arguments import (
    EMBEDDINGS,
    FLAG,
    MOMENT,
    SOURCE,
    TEXT,
    WHOLE,
    check_arguments,
    having,
    or_none,
)
from langchain_imessage.persona._style_profile import StyleProfile
from langchain_imessage.retrievers import OwnRepliesIndex, OwnRepliesSelector
from langchain_imessage.transforms import conversation_prompt, system_prompt

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import datetime

    from langchain_core.embeddings import Embeddings

    from langchain_imessage.retrievers import ReplyPair
    from langchain_imessage.retrievers.own_replies._own_replies_pairs import Source

_ENOUGH = 100
"""Replies to a person from which on the style is that to them, and not that to everybody."""

_MOST = 5_000
"""Replies that the style is measured on, the latest: people change how they write, and
figures of more would differ little."""


@check_arguments(
    source=SOURCE,
    k=WHOLE,
    to=or_none(TEXT),
    relation=TEXT,
    style=FLAG,
    prompt=or_none(TEXT),
    before=or_none(MOMENT),
    embeddings=EMBEDDINGS,
)
def persona_prompt(
    source: Source | OwnRepliesIndex,
    k: int = 5,
    to: str | None = None,
    *,
    relation: str = "",
    style: bool = True,
    prompt: str | None = system_prompt(),
    before: datetime | None = None,
    embeddings: Embeddings | None = None,
    **choices: Any,
) -> ChatPromptTemplate:
    """Return a prompt that has any chat model write like the owner, without training.

    Its system message says how the owner writes; `k` old pairs of what was said and what
    the owner answered, those nearest to the input, come as examples; then the history and
    the input. Examples are messages of yours and of others: a model at a provider is sent
    them. With `redactor=Redactor()` they have placeholders, and
    `with_placeholders(model, redactor)` puts the names back into what is answered.

    Args:
        source: A chat loader or sessions, what `prepare` returned, a dataset or its folder,
            or an `OwnRepliesIndex`, as it was saved.
        k: How many examples; 0 for none.
        to: Who is written to, named as in the conversations: examples are replies in
            conversations with them, and the prompt says it. Where there are enough, the
            style is that to them, too.
        relation: What they are to the owner: "sister".
        style: Whether the system message says how the owner writes.
        prompt: What it says before; None for nothing.
        before: Examples and style are of what was sent before this moment only.
        embeddings: See `OwnRepliesIndex`.
        **choices: For a loader or sessions, what `prepare` takes: `sender`, `never`,
            `redactor` and so on.

    Returns:
        A prompt with the variables `input` and, optionally, `history`.

    Raises:
        ExportError: (a ValueError) If a folder holds no dataset.
        ValueError: If `to` is nobody there.

    Example:
        >>> from langchain_core.language_models import FakeListChatModel
        >>> from langchain_imessage import IMessageChatLoader
        >>> from langchain_imessage.testing import write_sample
        >>> loader = IMessageChatLoader(write_sample("chat.db"))
        >>> prompt = persona_prompt(loader, k=1, to="Hare", sender="Tortoise")
        >>> for message in prompt.invoke({"input": "which golden thread?"}).messages:
        ...     print(f"{message.type:<7}{message.content.splitlines()[0]}")
        system You are texting with people you know. Write the way you always write to them. Each line is one message bubble. Now you are texting with Hare.
        human  What's the golden thread?
        ai     The one you keep hold of when the path turns dark.
        human  which golden thread?
        >>> chain = prompt | FakeListChatModel(responses=["Later."])
        >>> chain.invoke({"input": "Shall we go?"}).content
        'Later.'
    """
    if isinstance(source, OwnRepliesIndex):
        index = source
    else:
        index = OwnRepliesIndex.build(
            source, before=before, embeddings=embeddings, **choices
        )
    people = {} if to is None else {index.name_of(to): relation}
    said = [conversation_prompt(prompt, people=people)]
    if style:
        said.append(_style(index, to, before))
    whole = "\n".join(filter(None, said))
    base = ChatPromptTemplate(
        [
            *([SystemMessage(whole)] if whole else []),
            MessagesPlaceholder("history", optional=True),
            ("human", "{input}"),
        ]
    )
    return with_examples(base, OwnRepliesSelector(index, k, to=to, before=before))


@check_arguments(
    prompt=having("format_messages", said="a ChatPromptTemplate"),
    selector=having("select_examples", "k", said="an OwnRepliesSelector"),
)
def with_examples(
    prompt: ChatPromptTemplate, selector: OwnRepliesSelector
) -> ChatPromptTemplate:
    r"""Put own pairs into a prompt as examples, after its system message.

    Args:
        prompt: A prompt with the variable `input`: `job.prompt_template()`, for a model
            that was trained, too.
        selector: Chooses them.

    Returns:
        Another prompt; the given one where the selector takes none.

    Example:
        >>> from langchain_imessage.retrievers import OwnRepliesIndex, OwnRepliesSelector
        >>> index = OwnRepliesIndex()
        >>> index.add("Lunch?", "Gladly.")
        >>> prompt = ChatPromptTemplate([("system", "Be brief."), ("human", "{input}")])
        >>> with_examples(prompt, OwnRepliesSelector(index)).invoke("Lunch today?").to_string()
        'System: Be brief.\nHuman: Lunch?\nAI: Gladly.\nHuman: Lunch today?'
    """
    if selector.k < 1:
        return prompt
    examples = FewShotChatMessagePromptTemplate(
        example_selector=selector,
        input_variables=["input"],
        example_prompt=ChatPromptTemplate([("human", "{input}"), ("ai", "{output}")]),
    )
    parts = list(prompt.messages)
    place = 1 if parts and _is_system(parts[0]) else 0
    return ChatPromptTemplate([*parts[:place], examples, *parts[place:]])


def _style(index: OwnRepliesIndex, to: str | None, before: datetime | None) -> str:
    pairs = _latest(index.pairs(to=to, before=before))
    if len(pairs) < _ENOUGH and to is not None:
        pairs = _latest(index.pairs(before=before))
    return StyleProfile.of_pairs(pairs).describe()


def _latest(pairs: Iterable[ReplyPair]) -> list[ReplyPair]:
    return nlargest(_MOST, pairs, key=lambda pair: pair.sent_at or 0)


def _is_system(part: object) -> bool:
    return isinstance(part, SystemMessage | SystemMessagePromptTemplate)
