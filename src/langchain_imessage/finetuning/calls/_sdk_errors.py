"""The SDK's errors → one clear `FineTuningError` each.

The SDK's error is not chained, since a traceback would print the provider's own words,
which may quote the training data; they become `detail`.
"""

from __future__ import annotations

import math
from contextlib import suppress
from email.utils import parsedate_to_datetime
from http import HTTPStatus
from traceback import walk_tb
from typing import TYPE_CHECKING, Any, TypeVar

from langchain_imessage.errors import FineTuningError
from langchain_imessage.finetuning._errors import OTHER_WAYS, OWN_WORDS, known_error

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

T = TypeVar("T")

CREATING = "start the job"
"""The action whose refusal means that the organisation may not tune."""

_LONGEST_RETRY_AFTER = 600.0
"""Seconds: a server that asks for more is asked again all the same."""

_WAITS = (("retry-after-ms", 0.001), ("retry-after", 1.0))
"""Headers that say how long to wait, the more precise one first, and their unit in seconds."""

_NOT_CONNECTED = {"ConnectError", "ConnectTimeout"}
"""The HTTP library's errors after which nothing can have been sent."""

_PASSING = {
    HTTPStatus.REQUEST_TIMEOUT,
    HTTPStatus.CONFLICT,
    HTTPStatus.TOO_EARLY,
    HTTPStatus.TOO_MANY_REQUESTS,
}
"""Temporary statuses, in addition to 5xx."""

_READERS = ("openai", "pydantic", "json", "langchain_imessage.finetuning.hosted")
"""Modules that read answers."""

_ODD_ANSWER = "The provider's answer is not what its API promises; is base_url right?"
_REDIRECT = (
    "The address redirects to another one, which was not followed: your files and key "
    "would go there. Check base_url."
)
_SHUT_OUT = (
    "This organisation, or this key, may not create fine-tuning jobs. OpenAI takes no "
    "new organisations since 2026-05-07, and ends for all on 2027-01-06. Check the key's "
    f"permissions if you have tuned before; otherwise {OTHER_WAYS}."
)
_BY_STATUS = {
    HTTPStatus.UNAUTHORIZED: (
        "bad_key",
        "The provider does not take the key. Check it, and that it is this provider's.",
    ),
    HTTPStatus.FORBIDDEN: (
        "not_allowed",
        "The key may not do that. Check its permissions in the provider's settings.",
    ),
    HTTPStatus.NOT_FOUND: (
        "not_found",
        "The provider has no such job or file. Check base_url, key and project.",
    ),
    HTTPStatus.PAYMENT_REQUIRED: (
        "quota",
        "The account has no credit. Add some in the provider's billing settings.",
    ),
    HTTPStatus.METHOD_NOT_ALLOWED: (
        "not_found",
        "The provider does not offer that. Check base_url and provider.",
    ),
    HTTPStatus.NOT_IMPLEMENTED: (
        "not_found",
        "The provider does not offer that. Check base_url and provider.",
    ),
    HTTPStatus.REQUEST_ENTITY_TOO_LARGE: (
        "too_large",
        "The file is larger than the provider takes. Write a smaller dataset.",
    ),
}


def ask(call: Callable[[], T], *, action: str) -> T:
    """Make a request once, and translate its error.

    Args:
        call: The request.
        action: What it is, for messages: "upload the file".

    Raises:
        FineTuningError: Whatever of the SDK's errors it fails with, translated.
    """
    try:
        return call()
    except Exception as error:  # noqa: BLE001 - raised again if it is not the SDK's
        translated = _translated(error, action)
    raise translated  # here, where the SDK's error is not its context


def answered(answer: Any, name: str) -> Any:
    """Return a field of an answer; an answer that is no JSON has none."""
    value = getattr(answer, name, None)
    if value is None:
        raise FineTuningError(_ODD_ANSWER, code="unexpected_answer")
    return value


def _translated(error: Exception, action: str) -> FineTuningError:
    """Translate an error of the SDK; raise again what is neither its nor ours."""
    if isinstance(error, FineTuningError):
        return error
    import openai

    if isinstance(error, openai.APIStatusError):
        return _from_status(error, action)
    if isinstance(error, openai.APIConnectionError):
        if type(error.__cause__).__name__ in _NOT_CONNECTED:
            words, code = "The provider cannot be reached.", "unreachable"
        else:
            words, code = "The connection broke off.", "cut_off"
        return _error(words, code, action, temporary=True)
    if isinstance(error, openai.OpenAIError) or _is_of_reading(error):
        return _error(_ODD_ANSWER, "unexpected_answer", action, detail=str(error))
    raise error


def _is_of_reading(error: Exception) -> bool:
    """Return whether an answer could not be read: a web page, or JSON of another shape."""
    if not isinstance(
        error,
        AttributeError
        | LookupError
        | TypeError
        | ValueError
        | OverflowError
        | RecursionError,  # JSON nested without end
    ):
        return False
    frames = [frame for frame, _ in walk_tb(error.__traceback__)]
    name = str(frames[-1].f_globals.get("__name__", ""))
    return name.startswith(_READERS)


def _from_status(error: Any, action: str) -> FineTuningError:
    status, detail = error.status_code, str(error)
    known = known_error(error.code, detail) or known_error(error.type, None)
    if known is None and status == HTTPStatus.FORBIDDEN and action == CREATING:
        known = "closed", _SHUT_OUT
    if known := known or _BY_STATUS.get(status):
        code, words = known
        return _error(words, code, action, detail=detail)
    if status in _PASSING or status >= HTTPStatus.INTERNAL_SERVER_ERROR:
        return _passing(error, action)
    if HTTPStatus.MULTIPLE_CHOICES <= status < HTTPStatus.BAD_REQUEST:
        return _error(_REDIRECT, "redirected", action)
    about = f", because of {error.param}" if error.param else ""
    words = f"The provider refuses ({status}{about}). {OWN_WORDS}"
    return _error(words, "refused", action, detail=detail)


def _passing(error: Any, action: str) -> FineTuningError:
    limited = error.status_code == HTTPStatus.TOO_MANY_REQUESTS
    words = "The provider asks to wait" if limited else "The provider has a fault"
    return _error(
        f"{words} ({error.status_code}).",
        "rate_limit" if limited else "provider_error",
        action,
        detail=str(error),
        temporary=True,
        retry_after=_retry_after(error.response.headers),
    )


def _error(words: str, code: str, action: str, **more: Any) -> FineTuningError:
    return FineTuningError(f"Could not {action}. {words}", code=code, **more)


def date_header(headers: Mapping[str, str], name: str = "date") -> float | None:
    """Return the time in a header, in Unix seconds: by default the server's own."""
    try:
        return parsedate_to_datetime(headers.get(name, "")).timestamp()
    except (TypeError, ValueError, OverflowError):
        return None


def _retry_after(headers: Mapping[str, str]) -> float | None:
    """Return the seconds a server asks to wait: a number, or a date by its own clock."""
    for name, unit in _WAITS:
        with suppress(ValueError):
            seconds = float(headers.get(name, "")) * unit
            if not math.isnan(seconds):
                return min(max(seconds, 0.0), _LONGEST_RETRY_AFTER)
    until, now = date_header(headers, "retry-after"), date_header(headers)
    if until is None or now is None:
        return None
    return min(max(until - now, 0.0), _LONGEST_RETRY_AFTER)
