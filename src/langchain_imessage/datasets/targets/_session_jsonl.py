"""Chat sessions → a JSONL file with everything a loader found; to be read, or loaded again.

Each line is an object of `chat` and `messages`; the latter as LangChain writes messages,
so that `langchain_core.messages.messages_from_dict` reads them. Times are ISO 8601.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from langchain_imessage.arguments import PATH, PROGRESS, SESSIONS, check_arguments
from langchain_imessage.datasets.targets._session_lines import session_lines
from langchain_imessage.files import replacing
from langchain_imessage.transforms.messages._session_streams import length_of

if TYPE_CHECKING:
    import os
    from collections.abc import Iterable

    from langchain_core.chat_sessions import ChatSession

    from langchain_imessage.preparation._prepared import Progress


@check_arguments(sessions=SESSIONS, path=PATH, progress=PROGRESS)
def write_sessions(
    sessions: Iterable[ChatSession],
    path: str | os.PathLike[str],
    *,
    progress: Progress | None = None,
) -> int:
    """Write sessions, one line of JSON each.

    The sessions are taken one at a time. The file is readable by its owner only, and
    takes its place when its last line is written. It is UTF-8, and written by orjson where
    that is installed.

    Args:
        sessions: Sessions of any LangChain chat loader.
        path: The file to write or to replace; its folder must be there.
        progress: Called after each session with how many have been written, and how many
            there are (None where that is not known).

    Returns:
        How many lines the file has.

    Raises:
        OSError: If the file cannot be written.

    Example:
        >>> import json
        >>> from pathlib import Path
        >>> from langchain_core.messages import HumanMessage, messages_from_dict
        >>> write_sessions([{"messages": [HumanMessage("Hi!")]}], "sessions.jsonl")
        1
        >>> session = json.loads(Path("sessions.jsonl").read_text())
        >>> messages_from_dict(session["messages"])[0].content
        'Hi!'
    """
    count, total = 0, length_of(sessions)
    with replacing(Path(path), follow_link=True) as file:
        for line in session_lines(sessions):
            file.buffer.write(line)
            count += 1
            if progress is not None:
                progress(count, total)
    return count
