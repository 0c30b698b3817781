"""`search`: messages by their words, each hit with what was said around it."""

from __future__ import annotations

from datetime import UTC
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from langchain_imessage.cli.commands._command_options import (
    AfterOption,
    BeforeOption,
    ChatsOption,
    ContactsOption,
    JsonOption,
    PasswordOption,
    PeopleOption,
    source_of,
)
from langchain_imessage.cli.commands.reading._chat_titles import find_chat
from langchain_imessage.cli.commands.reading._database_words import is_database
from langchain_imessage.cli.commands.reading._found_names import with_found_names
from langchain_imessage.cli.terminal import _printing as printing
from langchain_imessage.cli.terminal._exits import fail
from langchain_imessage.cli.terminal._progress_bar import progress_bar
from langchain_imessage.cli.terminal._search_results import (
    ShownHit,
    plain_hit,
    print_hits,
)
from langchain_imessage.cli.terminal._transcripts import (
    TranscriptLine,
    print_transcript,
)
from langchain_imessage.errors import ConversationNotFoundError
from langchain_imessage.terminal import shell_quoted
from langchain_imessage.timestamps import local_time

if TYPE_CHECKING:
    from langchain_imessage.retrievers import MessageIndex, SearchFilters
    from langchain_imessage.retrievers.messages._indexed_records import (
        IndexedMessage,
        SearchHit,
    )

_OPENED = 40
"""Messages shown on each side of a hit that is opened."""


def search(
    words: Annotated[
        list[str],
        typer.Argument(
            metavar="WORD",
            help='Words to look for. "Two words" in quotation marks match next to each '
            "other; word* matches any word that begins with it. Databases come after the "
            "words, or before them; without any, this Mac's own is searched.",
        ),
    ],
    password: PasswordOption = None,
    contacts: ContactsOption = None,
    chats: ChatsOption = None,
    people: PeopleOption = None,
    after: AfterOption = None,
    before: BeforeOption = None,
    limit: Annotated[
        int, typer.Option(min=1, metavar="N", help="Print at most N hits.")
    ] = 10,
    skip: Annotated[
        int, typer.Option(min=0, metavar="N", help="Skip the best N hits.")
    ] = 0,
    context: Annotated[
        int,
        typer.Option(
            min=0, metavar="N", help="Print N messages before and after each hit."
        ),
    ] = 1,
    opened: Annotated[
        int | None,
        typer.Option(
            "--open",
            min=1,
            metavar="N",
            help="Show the conversation around hit number N.",
            show_default=False,
        ),
    ] = None,
    index: Annotated[
        Path | None,
        typer.Option(
            metavar="FILE",
            help="Where the search index is. [default: in your cache folder]",
            show_default=False,
        ),
    ] = None,
    *,
    own: Annotated[
        bool | None,
        typer.Option(
            "--own/--others",
            help="Only messages you sent, or only those of others.",
            show_default=False,
        ),
    ] = None,
    attachment: Annotated[
        bool | None,
        typer.Option(
            help="Only messages with an attachment, or only those without.",
            show_default=False,
        ),
    ] = None,
    as_json: JsonOption = False,
) -> None:
    """Search messages for words.

    The first search builds an index, a private file with the text of all messages; later
    searches add new messages to it and remove deleted ones.
    """
    from langchain_imessage.retrievers.messages._search_filters import (  # noqa: PLC0415
        SearchFilters,
    )
    from langchain_imessage.retrievers.messages._search_terms import (  # noqa: PLC0415
        marked_places,
    )

    query, paths = _apart(words)
    filters = SearchFilters(
        person=people,
        chat=chats,
        after=after,
        before=before,
        own=own,
        has_attachment=attachment,
    )

    update = partial(_updated, source_of(paths), password=password, index=index)
    found = with_found_names(update, contacts)
    if opened is not None:
        _open(found, found.search(query, limit=opened, filters=filters), opened)
        return
    hits = found.search(query, limit=limit + 1, start=skip, filters=filters)
    if as_json:
        printing.print_json([plain_hit(hit) for hit in hits[:limit]])
    elif hits:
        shown = [_shown(found, hit, paths, context) for hit in hits[:limit]]
        print_hits(shown, partial(marked_places, query), first=skip + 1)
        if len(hits) > limit:
            printing.note(f"More with --skip {skip + limit}.")
    else:
        printing.note(_nothing(found, filters, skip))


def _nothing(index: MessageIndex, filters: SearchFilters, skip: int) -> str:
    """Return what to say where no message is found."""
    if not filters.wants_any(index.conversations()):
        if filters.names_conversations:
            return (
                "No conversation matches --people or --chats, which take whole names; "
                "`langchain-imessage chats` lists all of them."
            )
        return "There are no messages."
    return "No further message found." if skip else "No message found."


def _updated(
    source: Path | list[Path] | None,
    names: str | None,
    *,
    password: str | None,
    index: Path | None,
) -> MessageIndex:
    """Bring the index to what the database is now."""
    from langchain_imessage.chat_loaders.imessage import (  # noqa: PLC0415 - takes 0.5 s
        IMessageChatLoader,
    )
    from langchain_imessage.retrievers import (  # noqa: PLC0415 - likewise
        SEARCH_CONTENT,
        MessageIndex,
    )

    loader = IMessageChatLoader(
        source, password=password, contacts=names, content=SEARCH_CONTENT
    )
    made = MessageIndex(loader, index)
    with progress_bar("Indexing") as progress:
        made.update(progress=progress)
    return made


def _apart(words: list[str]) -> tuple[str, list[Path]]:
    """Take the databases off the ends of what was typed, whichever they are at.

    Raises:
        BadParameter: If it says no words, or a database stands among them.
    """
    named = [*map(is_database, words)]
    start, stop = 0, len(words)
    while start < stop and named[start]:
        start += 1
    while stop > start and named[stop - 1]:
        stop -= 1
    paths = [*words[:start], *words[stop:]]
    if start == stop:
        raise typer.BadParameter(_order(["WORD..."], paths, "No words to look for."))
    if any(named[start:stop]):
        others = [word for word in words if not is_database(word)]
        paths = [word for word in words if is_database(word)]
        raise typer.BadParameter(
            _order(others, paths, "A database is among the words.")
        )
    return " ".join(words[start:stop]), [*map(Path, paths)]


def _order(words: list[str], paths: list[str], problem: str) -> str:
    quoted = [word if word == "WORD..." else shell_quoted(word) for word in words]
    line = " ".join(["langchain-imessage search", *quoted, *map(shell_quoted, paths)])
    return f"{problem} Words come first, then databases: {line}"


def _shown(
    index: MessageIndex, hit: SearchHit, paths: list[Path], context: int
) -> ShownHit:
    first, last = hit.matches[0], hit.matches[-1]
    start = max(0, first - context)
    messages = hit.messages[start : min(last, first + 2 * context) + context + 1]
    matches = {place - start for place in hit.matches}
    moment = hit.messages[first].sent_at
    command = ["langchain-imessage show", _name(index, hit), *map(str, paths)]
    line = " ".join([command[0], *map(shell_quoted, command[1:])])
    if moment is not None:
        around = moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
        line += f" --around {around}"
    return ShownHit(
        title=hit.conversation.title,
        entries=tuple(
            (_entry(message), place in matches)
            for place, message in enumerate(messages)
        ),
        command=line,
    )


def _name(index: MessageIndex, hit: SearchHit) -> str:
    """Return what `show` knows a conversation by: its title, if it is the only one."""
    chat = hit.conversation.chat
    try:
        named = find_chat([one.chat for one in index.conversations()], chat.title)
    except ConversationNotFoundError:
        named = None
    return chat.title if named == chat else next(iter(chat.guids), chat.title)


def _open(index: MessageIndex, hits: list[SearchHit], number: int) -> None:
    if number > len(hits):
        fail(
            f"There is no hit {number}: {printing.count(len(hits), 'was', 'were')} found."
        )
    hit = hits[number - 1]
    place = hit.start + hit.matches[0]
    start = max(0, place - _OPENED)
    messages = index.read(
        hit.conversation.number, start=start, limit=place - start + _OPENED + 1
    )
    print_transcript(hit.conversation.title, map(_entry, messages), pages=True)


def _entry(message: IndexedMessage) -> TranscriptLine:
    sent = message.sent_at
    return TranscriptLine(
        sent=None if sent is None else local_time(sent),
        sender=message.sender or "?",
        is_own=message.is_from_me,
        content=message.text,
    )
