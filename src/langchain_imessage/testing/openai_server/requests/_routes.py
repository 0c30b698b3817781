"""A request of the fine-tuning server → its answer: who is asked, and what came.

Owns the table of paths and how a body is read: a form's file goes to disk piece by piece
and is never whole in memory. Connections are the listener's.
"""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from langchain_imessage.errors import RequestRefusedError
from langchain_imessage.testing.openai_server._exchange import (
    Call,
    Ids,
    Received,
    parse_json,
)
from langchain_imessage.testing.openai_server._http_body import FormReader
from langchain_imessage.testing.openai_server._model_endpoints import ModelEndpoints
from langchain_imessage.testing.openai_server.stores._file_store import (
    LARGEST_FILE,
    LARGEST_PART,
    FileStore,
)
from langchain_imessage.testing.openai_server.stores._job_parameters import (
    JobEnvironment,
)
from langchain_imessage.testing.openai_server.stores._job_store import JobStore

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from langchain_imessage.testing.openai_server._exchange import Answer
    from langchain_imessage.testing.openai_server._faults import FaultSchedule
    from langchain_imessage.testing.openai_server._http_body import (
        BodyReader,
        FormPart,
    )

LARGEST_JSON = 16 << 20
"""Bytes of a JSON request: a chat of 128,000 tokens is far less."""

LARGEST_FIELD = 1 << 16
"""Bytes of a form's field that is no file: a purpose, a number of seconds."""

FILE_FIELDS = {"/files": ("file", LARGEST_FILE)}
"""The field a file is in and how large it may be, by path; elsewhere it is a part."""

_PART_FIELD = ("data", LARGEST_PART)

Route = tuple[str, re.Pattern[str], "Callable[[Call], Answer]"]


class Api:
    """All there is behind the server's address.

    Args:
        folder: Where to keep content.
        clock: Returns the time.
        seed: Makes the ids other ones.
        faults: What goes wrong.
        job_polls: How many times a job is found in each of its states.
        file_polls: How many times a file is asked for until it is processed.
        models: The models that may be used; None for any.
        flagged: Words moderation flags.
        is_lenient: Whether arguments OpenAI does not know are passed over.
    """

    def __init__(
        self,
        folder: Path,
        *,
        clock: Callable[[], float],
        seed: str,
        faults: FaultSchedule,
        job_polls: int,
        file_polls: int,
        models: tuple[str, ...] | None,
        flagged: tuple[str, ...],
        is_lenient: bool,
    ) -> None:
        self._folder = folder
        self._ids = Ids(seed)
        pattern = _any_word(flagged)
        files = FileStore(
            folder, ids=self._ids, clock=clock, faults=faults, polls=file_polls
        )
        environment = JobEnvironment(
            files=files, ids=self._ids, clock=clock, flagged=pattern
        )
        jobs = JobStore(
            environment,
            faults=faults,
            polls=job_polls,
            models=models,
            is_lenient=is_lenient,
        )
        endpoints = ModelEndpoints(
            jobs, ids=self._ids, clock=clock, models=models, flagged=pattern
        )
        self._routes = list(_routes(files, jobs, endpoints))

    def read(self, call: Call, body: BodyReader, content_type: str) -> Call:
        """Add to a call what its body holds."""
        if content_type.startswith("multipart/"):
            return self._read_form(call, FormReader(body, content_type))
        return replace(call, values=parse_json(body.read_all(LARGEST_JSON)))

    def answer(self, call: Call) -> Answer:
        """Do what is asked for."""
        for method, pattern, do in self._routes:
            match = pattern.fullmatch(call.path)
            if match and method == call.method:
                return do(replace(call, ids=match.groups()))
        if any(pattern.fullmatch(call.path) for _, pattern, _ in self._routes):
            message = f"Not allowed to {call.method} on {call.path}"
            raise RequestRefusedError(message, status=405, code="method_not_allowed")
        message = f"Invalid URL ({call.method} {call.path})"
        raise RequestRefusedError(message, status=404, code="unknown_url")

    def _read_form(self, call: Call, form: FormReader) -> Call:
        file_field, largest = FILE_FIELDS.get(call.path, _PART_FIELD)
        values: dict[str, Any] = {}
        upload: Received | None = None
        for part in form.parts():
            if part.name == file_field:
                upload = self._receive(part, largest)
            else:
                values[part.name] = _field(part)
        return replace(call, values=values, upload=upload)

    def _receive(self, part: FormPart, largest: int) -> Received:
        path = self._folder / self._ids.new("received-")
        size = 0
        with path.open("wb") as file:
            for piece in part.pieces:
                size += len(piece)
                if size <= largest:
                    file.write(piece)
        if size > largest:
            path.unlink()
            message = f"File is too large: at most {largest >> 20} MB"
            raise RequestRefusedError(message, status=413, param=part.name)
        return Received(
            field=part.name, path=path, name=part.filename or "upload", size=size
        )


def _field(part: FormPart) -> str:
    content = bytearray()
    for piece in part.pieces:
        content += piece
        if len(content) > LARGEST_FIELD:
            raise RequestRefusedError("A field is too long", param=part.name)
    return content.decode("utf-8", "replace")


def _any_word(words: tuple[str, ...]) -> re.Pattern[str] | None:
    if not words:
        return None
    return re.compile("|".join(map(re.escape, words)), re.IGNORECASE)


def _routes(
    files: FileStore, jobs: JobStore, endpoints: ModelEndpoints
) -> Iterator[Route]:
    """Lay out the table of paths; a star is one variable place."""
    table: dict[str, Callable[[Call], Answer]] = {
        "GET /files": files.list_files,
        "POST /files": files.create,
        "GET /files/*": files.retrieve,
        "DELETE /files/*": files.delete,
        "GET /files/*/content": files.content,
        "POST /uploads": files.create_upload,
        "POST /uploads/*/parts": files.add_part,
        "POST /uploads/*/complete": files.complete,
        "POST /uploads/*/cancel": files.cancel_upload,
        "GET /fine_tuning/jobs": jobs.list_jobs,
        "POST /fine_tuning/jobs": jobs.create,
        "GET /fine_tuning/jobs/*": jobs.retrieve,
        "GET /fine_tuning/jobs/*/events": jobs.events,
        "GET /fine_tuning/jobs/*/checkpoints": jobs.checkpoints,
        "POST /fine_tuning/jobs/*/cancel": jobs.cancel,
        "POST /fine_tuning/jobs/*/pause": jobs.pause,
        "POST /fine_tuning/jobs/*/resume": jobs.resume,
        "GET /models": endpoints.list_models,
        "GET /models/*": endpoints.retrieve_model,
        "DELETE /models/*": endpoints.delete_model,
        "POST /chat/completions": endpoints.chat,
        "POST /moderations": endpoints.moderate,
    }
    for request, do in table.items():
        method, path = request.split(" ")
        place = "(.+)" if path.startswith("/models/") else "([^/]+)"
        yield method, re.compile(re.escape(path).replace(r"\*", place)), do
