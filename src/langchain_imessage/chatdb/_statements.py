"""Runs statements on a connection, some rows at a time; no table by name."""

from __future__ import annotations

import sqlite3
from collections import deque
from contextlib import contextmanager
from itertools import islice
from typing import TYPE_CHECKING, Any

from langchain_imessage.chatdb.rows._prefetch import BATCH
from langchain_imessage.chatdb.sources._connection import Connection

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence

_ROWS = 256
"""Rows fetched at once: few enough to be messages before they leave the processor's cache,
which is a third of the time where memory is slow."""

_BAD_TEXT = "Could not decode to UTF-8"
"""How sqlite3 complains of a text column that holds other bytes."""


class Statements:
    """Runs statements on an open connection.

    Args:
        connection: In a read transaction.
    """

    def __init__(self, connection: sqlite3.Connection) -> None:
        self.connection = connection
        self._begin: Callable[[str, Any], sqlite3.Cursor] = connection.execute

    def unlink_copy(self) -> None:
        """Unlink the private copy that the connection reads, if it is one."""
        if isinstance(self.connection, Connection):
            self.connection.unlink_copy()

    @contextmanager
    def watched_as_one(self) -> Iterator[None]:
        """Look once whether the file has changed, when the rows of several are read.

        What was read in the meantime must not be handed on before the end.

        Raises:
            DatabaseAccessError: If it has: its pages are of two moments.
        """
        connection = self.connection
        if not isinstance(connection, Connection):
            yield
            return
        self._begin = connection.execute_unwatched
        try:
            yield
        finally:
            self._begin = connection.execute
            connection.require_unchanged()

    def run(self, sql: str | None, values: Iterable[Any] = ()) -> list[Any]:
        """Return all rows of a statement; none if it is None."""
        if sql is None:
            return []
        return [row for rows in self.fetch(sql, tuple(values)) for row in rows]

    def fetch(self, sql: str, values: tuple[Any, ...]) -> Iterator[list[Any]]:
        """Yield a statement's rows, some at a time."""
        done = 0
        cursor = self._begin(sql, values)
        while True:
            try:
                rows = cursor.fetchmany(_ROWS)
            except sqlite3.OperationalError as error:
                if _BAD_TEXT not in str(error):
                    raise
                # One bad text is no reason to lose the rest. Python's own decoder is
                # faster, so this one waits for the first that needs it.
                self.connection.text_factory = _lenient
                cursor = self._begin(sql, values)
                deque(islice(cursor, done), maxlen=0)
                rows = cursor.fetchmany(_ROWS)
            if rows:
                yield rows
            if len(rows) < _ROWS:
                return
            done += len(rows)

    def number(self, sql: str) -> int:
        """Return the one number a statement selects."""
        return int(self.run(sql)[0][0])


class ComposedStatements:
    """Runs statements for some values, of which they take a number; composes each once.

    Args:
        run: Runs a statement with values, and returns its rows.
    """

    def __init__(self, run: Callable[..., list[Any]]) -> None:
        self._run = run
        self._texts: dict[tuple[str, int], str] = {}

    def at(
        self,
        compose: Callable[[int], str],
        values: Sequence[Any],
        others: Sequence[Any] = (),
    ) -> Iterator[Any]:
        """Yield the rows of a statement for some values.

        Args:
            compose: Returns the statement for so many values.
            values: The values.
            others: What is bound behind them each time.
        """
        for start in range(0, len(values), BATCH):
            some = [*values[start : start + BATCH]]
            # As many as a power of two, so that SQLite has but few statements to learn.
            some += some[-1:] * ((1 << (len(some) - 1).bit_length()) - len(some))
            yield from self._run(self.text(compose, len(some)), (*some, *others))

    def text(self, compose: Callable[[int], str], values: int) -> str:
        """Return the statement for so many values."""
        key = compose.__name__, values
        text = self._texts.get(key)
        if text is None:
            text = self._texts[key] = compose(values)
        return text


def _lenient(text: bytes) -> str:
    return text.decode("utf-8", "replace")
