"""FineTuningServer: a server on this machine that speaks OpenAI's fine-tuning API.

Owns the server's options and its start and stop. Connections are `_listener`'s, answers
`_request_handler`'s and `_routes`'.
"""

from __future__ import annotations

import contextlib
import secrets
import tempfile
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any, Self

from langchain_imessage.testing.openai_server._faults import (
    Fault,
    FaultSchedule,
)
from langchain_imessage.testing.openai_server.requests._listener import HOST, Listener
from langchain_imessage.testing.openai_server.requests._request_handler import (
    RequestHandler,
)
from langchain_imessage.testing.openai_server.requests._routes import Api

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable
    from types import TracebackType

    from langchain_imessage.testing.openai_server._faults import FaultKind
    from langchain_imessage.testing.openai_server.requests._request_handler import (
        RecordedRequest,
    )


class FineTuningServer:
    """Serves files, fine-tuning jobs and chat as OpenAI does, on this machine only.

    Everything behaves as with a real provider, but for the model: that is a parrot. It
    remembers what was said to the person it is to speak like, and answers with the reply
    to what is nearest. It says so itself: as a model's `owned_by`, in a job's events, and
    as a model that was not tuned.

    A job takes a step each time it is retrieved, so nobody has to wait: validating_files,
    queued, running, succeeded. The same requests have the same answers and ids.

    Args:
        job_polls: How many times a job is found in each of its states (running: three
            times as often); 0 to be done when it is first asked for.
        file_polls: How many times a file must be asked for until it is processed.
        models: The models there are, and may be tuned; any by default.
        flagged: Words that moderation flags, in training files, too.
        faults: What goes wrong; see `play`.
        is_lenient: Whether a job's arguments OpenAI does not know are passed over, as
            other providers do; otherwise they are refused.
        keep_bodies: Whether `requests` also keeps what was sent and answered.
        clock: Returns the time, in Unix seconds.
        seed: Makes ids that another server with another seed does not make.
        require_key: Whether only `api_key` is accepted; otherwise any key is. Web pages,
            and other names for this machine, are refused either way.

    Attributes:
        requests: What was asked so far, in the order of the answers.

    Example:
        >>> import json, urllib.request
        >>> with FineTuningServer(require_key=True) as server:
        ...     request = urllib.request.Request(
        ...         f"{server.base_url}/chat/completions",
        ...         data=json.dumps({
        ...             "model": "gpt-4o-mini",
        ...             "messages": [{"role": "user", "content": "Who are you?"}],
        ...         }).encode(),
        ...         headers={"Authorization": f"Bearer {server.api_key}"},
        ...     )
        ...     with urllib.request.urlopen(request) as response:
        ...         answer = json.load(response)
        >>> answer["choices"][0]["message"]["content"][:31]
        'I am a parrot, not a model: I c'
        >>> server.requests[0].line
        'POST /chat/completions'
    """

    def __init__(
        self,
        *,
        job_polls: int = 1,
        file_polls: int = 1,
        models: Collection[str] | None = None,
        flagged: Iterable[str] = (),
        faults: Iterable[Fault] = (),
        is_lenient: bool = False,
        keep_bodies: bool = False,
        clock: Callable[[], float] = time.time,
        seed: str = "",
        require_key: bool = False,
    ) -> None:
        self.requests: list[RecordedRequest] = []
        self._faults = FaultSchedule(faults)
        self._keep_bodies = keep_bodies
        self._require_key = require_key
        self._key = secrets.token_urlsafe(32)
        self._options: dict[str, Any] = {
            "clock": clock,
            "seed": seed,
            "job_polls": job_polls,
            "file_polls": file_polls,
            "models": None if models is None else tuple(models),
            "flagged": tuple(flagged),
            "is_lenient": is_lenient,
        }
        self._running: contextlib.ExitStack | None = None
        self._port = 0

    @property
    def base_url(self) -> str:
        """What to give a client as its `base_url`.

        Raises:
            RuntimeError: If the server is not started.
        """
        if self._running is None:
            raise RuntimeError("the server is not started")
        return f"http://{HOST}:{self._port}/v1"

    @property
    def api_key(self) -> str:
        """What to give a client as its `api_key`: a key made for this server."""
        return self._key

    def start(self) -> Self:
        """Start to serve, in a thread of its own; forgets what an earlier run knew.

        Raises:
            RuntimeError: If it is started already.
        """
        if self._running is not None:
            raise RuntimeError("the server is started already")
        with contextlib.ExitStack() as stack:
            prefix = "fine-tuning-server-"
            folder = stack.enter_context(tempfile.TemporaryDirectory(prefix=prefix))
            api = Api(Path(folder), faults=self._faults, **self._options)
            handler = RequestHandler(
                api,
                faults=self._faults,
                requests=self.requests,
                keep_bodies=self._keep_bodies,
                key=self._key if self._require_key else None,
            )
            listener = Listener(handler, self._options["clock"])
            stack.callback(listener.close)
            listener.open()
            self._port = listener.server_address[1]
            self._running = stack.pop_all()
        return self

    def stop(self) -> None:
        """Stop, cut what is still open, and remove all files."""
        if self._running is not None:
            running, self._running = self._running, None
            running.close()

    def __enter__(self) -> Self:
        """Start."""
        return self.start()

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        """Stop."""
        self.stop()

    def play(
        self,
        kind: FaultKind,
        *,
        times: int = 1,
        on: str | None = None,
        retry_after: float = 1.0,
        after: int = 1,
        status: str = "resting",
    ) -> None:
        """Make something go wrong from now on.

        Args:
            kind: What; see `Fault`.
            times: How often.
            on: Which requests: how "METHOD /path" begins, without the /v1.
            retry_after: What "rate_limit" asks to wait, in seconds.
            after: When "cut_upload" (bytes) and "cut_stream" (pieces) cut.
            status: The status nobody knows.
        """
        fault = Fault(
            kind=kind,
            times=times,
            on=on,
            retry_after=retry_after,
            after=after,
            status=status,
        )
        self._faults.add(fault)
