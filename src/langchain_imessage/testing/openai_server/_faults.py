"""What can go wrong on the way to a tuned model, to be played by `FineTuningServer`.

Owns which faults there are, which requests each is about, and how often it is still to be
played. How a fault looks on the wire is decided where its answer is made.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from langchain_imessage.errors import RequestRefusedError

if TYPE_CHECKING:
    from collections.abc import Iterable

FaultKind = Literal[
    "rate_limit",
    "server_error",
    "quota",
    "closed",
    "cut_upload",
    "cut_stream",
    "lost_answer",
    "failing_job",
    "odd_status",
    "slow_files",
]

_ON: dict[FaultKind, str | tuple[str, ...]] = {
    "rate_limit": "",
    "server_error": "",
    "quota": "POST /fine_tuning/jobs",
    "closed": "POST /fine_tuning/jobs",
    "cut_upload": ("POST /files", "POST /uploads/"),
    "cut_stream": "POST /chat/completions",
    "lost_answer": "POST /fine_tuning/jobs",
    "failing_job": "POST /fine_tuning/jobs",
    "odd_status": "POST /fine_tuning/jobs",
    "slow_files": "POST /files",
}
"""What each is about, if it is not said: how the request's method and path begin."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Fault:
    """Something that goes wrong a few times.

    Attributes:
        kind: "rate_limit": 429 with Retry-After. "server_error": 500. "quota": 429 of
            the kind waiting does not help against. "closed": 403, the organisation may
            create no jobs. "cut_upload": the connection is cut in mid-upload.
            "cut_stream": it is cut in mid-answer. "lost_answer": the request is obeyed,
            and the connection cut before the answer. "failing_job": the next job fails
            after its events. "odd_status": the next job is in a status nobody knows for
            a while. "slow_files": the next file takes longer to be processed.
        times: How often: requests; for "odd_status" and "slow_files" retrievals.
        on: Which requests: how "METHOD /path" begins, without the /v1.
        retry_after: What "rate_limit" asks to wait, in seconds.
        after: When "cut_upload" (bytes) and "cut_stream" (pieces) cut.
        status: The status nobody knows.

    Example:
        >>> Fault(kind="rate_limit", times=2, on="POST /files").concerns("POST /files")
        True
    """

    kind: FaultKind
    times: int = 1
    on: str | None = None
    retry_after: float = 1.0
    after: int = 1
    status: str = "resting"

    def concerns(self, request: str) -> bool:
        """Return whether it is about a request, given as "METHOD /path".

        Args:
            request: The request's line.
        """
        return request.startswith(_ON[self.kind] if self.on is None else self.on)


class FaultSchedule:
    """The faults still to be played, in the order they were asked for."""

    def __init__(self, faults: Iterable[Fault] = ()) -> None:
        self._left: list[Fault] = []
        self._played: Counter[Fault] = Counter()
        for fault in faults:
            self.add(fault)

    def add(self, fault: Fault) -> None:
        """Play a fault from now on."""
        if fault.kind not in _ON:
            raise ValueError(f"kind must be one of {', '.join(_ON)}")
        self._left.append(fault)

    def take(self, request: str, *kinds: FaultKind) -> Fault | None:
        """Return the first fault of these kinds for a request, and use it up once."""
        for fault in self._left:
            if fault.kind in kinds and fault.concerns(request):
                self._use_up(fault)
                return fault
        return None

    def _use_up(self, fault: Fault) -> None:
        self._played[fault] += 1
        lasts = fault.kind in {"odd_status", "slow_files"}
        if lasts or self._played[fault] >= fault.times:
            self._left.remove(fault)
            del self._played[fault]


def refusal_of(fault: Fault) -> RequestRefusedError:
    """Return the answer a fault of `REFUSALS` is."""
    status, kind, code, message = REFUSALS[fault.kind]
    wait = fault.retry_after if fault.kind == "rate_limit" else None
    return RequestRefusedError(
        message, status=status, kind=kind, code=code, retry_after=wait
    )


REFUSALS: dict[FaultKind, tuple[int, str, str | None, str]] = {
    "rate_limit": (
        429,
        "requests",
        "rate_limit_exceeded",
        "Rate limit reached for requests. Please try again later.",
    ),
    "server_error": (
        500,
        "server_error",
        None,
        "The server had an error while processing your request. Sorry about that!",
    ),
    "quota": (
        429,
        "insufficient_quota",
        "insufficient_quota",
        "You exceeded your current quota, please check your plan and billing details.",
    ),
    "closed": (
        403,
        "invalid_request_error",
        "permission_denied",
        "Your organization is not permitted to create fine-tuning jobs.",
    ),
}
"""The faults that are answers: status, type, code and message."""
