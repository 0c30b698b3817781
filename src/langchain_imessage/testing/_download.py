"""Fetches a shared file from Google Drive: the sample database of the original notebook.

The one place of this package that asks the network for something, and only when called.
"""

from __future__ import annotations

import os
import re
import tempfile
from html.parser import HTMLParser
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qs, urljoin, urlsplit

from typing_extensions import override

from langchain_imessage.arguments import NUMBER, PATH, PROGRESS, TEXT, check_arguments
from langchain_imessage.errors import DatabaseAccessError, MissingDependencyError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

_DOWNLOAD = "https://drive.google.com/uc"
_FILE_ID = re.compile(r"/d/([\w-]+)")
_MAGIC = b"SQLite format 3\0"
_CHUNK = 1 << 16
_OLD_WARNING = "download_warning"


@check_arguments(url=TEXT, output_path=PATH, timeout=NUMBER, progress=PROGRESS)
def download_drive_file(
    url: str,
    output_path: str | os.PathLike[str] = "chat.db",
    *,
    timeout: float = 60,
    progress: Callable[[int, int | None], object] | None = None,
) -> Path:
    """Download a database somebody shared on Google Drive.

    Args:
        url: The link Drive gives for sharing.
        output_path: Where to write it; replaced only by a whole SQLite file.
        timeout: Seconds to wait for each answer.
        progress: Called with how many bytes have come, and how many there are (None where
            Drive does not say).

    Returns:
        The path.

    Raises:
        ValueError: If the link names no file.
        MissingDependencyError: If `requests` is not installed.
        DatabaseAccessError: If there is no such file, or it is not an SQLite database.

    Example:
        ```python
        from langchain_imessage.testing import download_drive_file

        path = download_drive_file("https://drive.google.com/file/d/ID/view")
        ```
    """
    try:
        import requests
    except ImportError as error:
        raise MissingDependencyError("requests", extra="openai") from error
    query = {"export": "download", "id": _file_id(url)}
    try:
        with requests.Session() as session:
            response = _ask(session, _DOWNLOAD, query, timeout)
            confirmation = _confirmation(response)
            if confirmation:
                address, answer = confirmation
                response = _ask(session, address, {**query, **answer}, timeout)
            return _save(response, Path(output_path), progress)
    except requests.RequestException as error:
        raise DatabaseAccessError(
            f"The download failed ({type(error).__name__}). Try again, or download the "
            "file with a browser."
        ) from error


def _ask(session: Any, address: str, query: dict[str, str], timeout: float) -> Any:
    response = session.get(address, params=query, stream=True, timeout=timeout)
    response.raise_for_status()
    return response


def _file_id(url: str) -> str:
    parts = urlsplit(url)
    match = _FILE_ID.search(parts.path)
    found = [match[1]] if match else parse_qs(parts.query).get("id", [])
    if not found:
        raise ValueError("this link names no file on Google Drive")
    return found[0]


class _Form(HTMLParser):
    """Reads where a page's form leads, and what it hides."""

    def __init__(self) -> None:
        super().__init__()
        self.action = ""
        self.fields: dict[str, str] = {}

    @override
    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        if tag == "form":
            self.action = given.get("action", "")
        if tag == "input" and given.get("name"):
            self.fields[given["name"]] = given.get("value", "")


def _confirmation(response: Any) -> tuple[str, dict[str, str]] | None:
    """Find what Drive's page says to ask instead, if it asks whether we are sure."""
    if "text/html" not in response.headers.get("content-type", ""):
        return None
    cookies = response.cookies.items()
    codes = [code for name, code in cookies if name.startswith(_OLD_WARNING)]
    if codes:  # how Drive asked before it had a form
        return response.url, {"confirm": codes[0]}
    form = _Form()
    form.feed(response.text)
    if not form.action:
        raise DatabaseAccessError(
            "Drive answered with a web page, not with the file. It may be gone, not "
            "shared, or asked for too often today; open the link in a browser."
        )
    return urljoin(response.url, form.action), form.fields


def _save(
    response: Any,
    target: Path,
    progress: Callable[[int, int | None], object] | None,
) -> Path:
    handle, name = tempfile.mkstemp(dir=target.parent, prefix=f".{target.name}.")
    try:
        with os.fdopen(handle, "wb") as file:
            for chunk in _checked(response):
                file.write(chunk)
                if progress is not None:
                    progress(file.tell(), _size(response))
        Path(name).replace(target)
    except BaseException:
        Path(name).unlink()
        raise
    return target


def _size(response: Any) -> int | None:
    """Return how many bytes the file has; None if it is sent without or compressed."""
    length = response.headers.get("content-length")
    return (
        int(length) if length and "content-encoding" not in response.headers else None
    )


def _checked(response: Any) -> Iterator[bytes]:
    """Pass on the chunks of a whole SQLite file, and nothing else."""
    expected = _size(response)
    received = 0
    head = b""  # a server may send less at a time than the first 16 bytes
    for chunk in response.iter_content(_CHUNK):
        received += len(chunk)
        if len(head) < len(_MAGIC):
            head += chunk
            if not _MAGIC.startswith(head[: len(_MAGIC)]):
                break
        yield chunk
    if not head.startswith(_MAGIC):
        raise DatabaseAccessError("What came is not an SQLite database.")
    if expected is not None and received != expected:
        raise DatabaseAccessError("The connection broke off. Try again.")
