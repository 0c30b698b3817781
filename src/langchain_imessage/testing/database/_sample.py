"""The sample: ten short conversations between Tortoise and Hare.

Both are handles, as in the database of the original notebook, and the dates are plain Unix
seconds, as there. A few rows are no messages, so that the ledger has something to say.
"""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING

from langchain_imessage.arguments import PATH, check_arguments
from langchain_imessage.testing.database._rows import GROUP
from langchain_imessage.testing.database._writer import ChatDatabaseWriter

if TYPE_CHECKING:
    from os import PathLike
    from pathlib import Path

    from langchain_imessage.testing.database._truth import Written

_LAST_BEGAN = 1_693_182_723
"""When the newest conversation began, in Unix seconds: 2023-08-28 00:32:03 UTC."""

_PAUSE = 30
_DAY = 86_400

_PLAYS = (
    # The newest first. The first three lines are the notebook's.
    """
    Tortoise: Slow and steady, that's my motto.
    Hare: Speed is key!
    Tortoise: A balanced approach is more reliable.
    Hare: Balanced? I have two settings: asleep and gone.
    Tortoise: And the finish line has only one.
    Hare: Fine. Same hill, same time tomorrow?
    Tortoise: I am already on my way.
    """,
    """
    Hare: What's the golden thread?
    Tortoise: The one you keep hold of when the path turns dark.
    Hare: I would have outrun the dark.
    Tortoise: You would have outrun the path.
    Hare: Hm.
    Hare: Is there a shorter answer?
    Tortoise: Keep going.
    """,
    """
    Hare: Did you see my time on the meadow lap?
    Tortoise: I saw a draught go by. Was that you?
    Hare: Eleven seconds!
    Tortoise: I counted the daisies meanwhile. There are four hundred and six.
    Hare: Nobody asked for the daisies.
    Tortoise: The daisies did.
    """,
    """
    Hare: I overslept.
    Tortoise: By how much?
    Hare: By the race.
    Tortoise: Then you are early for the next one.
    Hare: You always say something like that.
    Tortoise: I always have time to think of it.
    """,
    """
    Tortoise: It rains. I am indoors.
    Hare: You are always indoors.
    Tortoise: That is what a shell is for.
    Hare: Do you get lonely in there?
    Tortoise: There is a kettle, a book, and your messages.
    Hare: I'll bring biscuits.
    Hare: In about four seconds.
    Tortoise: Take five. The path is slippery.
    """,
    """
    Hare: Teach me to wait.
    Tortoise: Certainly.
    Hare: Well?
    Tortoise: That was the first lesson.
    Hare: When is the second?
    Tortoise: You are doing it now, rather badly.
    """,
    """
    Hare: The fox wants to bet on us again.
    Tortoise: On whom?
    Hare: On you. It hurts a bit.
    Tortoise: He has read the book.
    Hare: Which book?
    Tortoise: Everybody has read the book.
    """,
    """
    Tortoise: How was the marathon?
    Hare: Long. Why is it so long?
    Tortoise: Because you ran the first half twice.
    Hare: I forgot my hat.
    Tortoise: You wear no hat.
    Hare: I noticed that when I got there.
    """,
    """
    Hare: Do you ever want to be fast?
    Tortoise: Once, downhill, by accident.
    Hare: And?
    Tortoise: I met the pond sooner than either of us had planned.
    Hare: I'd have paid to see it.
    Tortoise: The ducks did.
    """,
    """
    Hare: New shoes!
    Tortoise: What is wrong with your feet?
    Hare: They were last year's.
    Tortoise: Mine are from the last century, and broken in at last.
    Hare: Race you to the oak?
    Tortoise: Gladly. Don't wait for me.
    Tortoise: I'll wait for you there.
    """,
)


@check_arguments(path=PATH)
def write_sample(path: str | PathLike[str] = "chat.db") -> Path:
    """Write the sample database.

    Args:
        path: Where; there must be nothing yet.

    Returns:
        The path.

    Raises:
        FileExistsError: If there is something at the path.
        FileNotFoundError: If its folder is not there.

    Example:
        >>> from langchain_imessage import IMessageChatLoader
        >>> loader = IMessageChatLoader(write_sample("sample.db"))
        >>> len(loader.load())
        10
    """
    writer = ChatDatabaseWriter(path, era="macos-13")
    try:
        with writer as db:
            speakers = {name: db.handle(name) for name in ("Tortoise", "Hare")}
            for age, play in reversed(list(enumerate(_PLAYS))):
                _perform(db, play, speakers, began=_LAST_BEGAN - age * _DAY, age=age)
    except BaseException:
        writer.path.unlink(missing_ok=True)
        raise
    return writer.path


def _perform(
    db: ChatDatabaseWriter, play: str, speakers: dict[str, int], *, began: int, age: int
) -> None:
    chat = db.chat(*speakers.values(), style=GROUP)
    lines = [line.strip().split(": ", 1) for line in play.strip().splitlines()]
    said: list[Written] = []
    for number, (name, text) in enumerate(lines):
        at = began + number * _PAUSE
        said.append(db.message(chat, text, sender=speakers[name], at=at))
    if age in _EXTRAS:
        end = began + len(lines) * _PAUSE
        _EXTRAS[age](db, chat, said, end)


def _tapbacks(db: ChatDatabaseWriter, chat: int, said: list[Written], at: int) -> None:
    hare = db.handle("Hare")
    db.reaction(said[1], "loved", chat=chat, sender=hare, at=at)
    db.reaction(said[6], "🥕", chat=chat, sender=hare, at=at + _PAUSE)


def _second_thoughts(
    db: ChatDatabaseWriter, chat: int, said: list[Written], at: int
) -> None:
    moment = datetime.fromtimestamp(at, UTC)
    db.edit(said[2], ("Ten seconds!", moment), ("Eleven seconds!", moment))
    unsent = db.message(chat, "Twelve.", sender=db.handle("Hare"), at=at)
    db.unsend(unsent, at=moment)


def _a_picture_and_a_name(
    db: ChatDatabaseWriter, chat: int, said: list[Written], at: int
) -> None:
    tortoise = db.handle("Tortoise")
    db.message(chat, None, sender=tortoise, at=at, attachments=1)
    began = at - (len(said) + 1) * _PAUSE
    db.group_event(
        chat, item_type=2, sender=tortoise, at=began, group_title="To the oak"
    )


_EXTRAS = {1: _tapbacks, 2: _second_thoughts, 9: _a_picture_and_a_name}
"""What happened besides talking, by conversation."""
