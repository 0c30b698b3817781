"""What the parts of the fine-tuning server pass around: calls, answers, ids, pages.

Also how a request's values are checked, with OpenAI's shape of complaint. Independent of
files, jobs or connections.
"""

from __future__ import annotations

import json
import sys
import threading
from collections import Counter
from dataclasses import dataclass, field
from hashlib import blake2b
from typing import TYPE_CHECKING, Any, TypeVar

from langchain_imessage.errors import RequestRefusedError

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Mapping, Sequence
    from pathlib import Path

_Item = TypeVar("_Item")


@dataclass(frozen=True, slots=True, kw_only=True)
class Call:
    """A request, read.

    Attributes:
        method: GET, POST or DELETE.
        path: The path after /v1.
        query: The query's values; of several of one name the last.
        values: The JSON object or the form's fields that came.
        upload: The file that came in a form.
        ids: What stood in the path's variable places.
    """

    method: str
    path: str
    query: Mapping[str, str]
    values: Mapping[str, Any]
    upload: Received | None = None
    ids: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Received:
    """A file of a form, on disk.

    Attributes:
        field: The form's field.
        path: Where it is.
        name: What the client calls it.
        size: How many bytes it has.
    """

    field: str
    path: Path
    name: str
    size: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """What to answer.

    Attributes:
        status: The HTTP status.
        value: What to send as JSON.
        pieces: What to send as a stream of events instead.
        file: What to send as it is instead.
        headers: Further headers.
    """

    status: int = 200
    value: Any = None
    pieces: tuple[Any, ...] | None = None
    file: Path | None = None
    headers: Mapping[str, str] = field(default_factory=dict)

    @property
    def shown(self) -> Any:
        """What goes back as JSON; a file does not."""
        return self.value if self.pieces is None else list(self.pieces)


def refusal(error: RequestRefusedError) -> Answer:
    """Answer with an error, in OpenAI's shape."""
    value = {
        "error": {
            "message": str(error),
            "type": error.kind,
            "param": error.param,
            "code": error.code,
        }
    }
    wait = error.retry_after
    headers = {} if wait is None else {"Retry-After": f"{wait:g}"}
    return Answer(status=error.status, value=value, headers=headers)


class Ids:
    """Makes ids: the same ones in the same order, and others for another seed.

    Example:
        >>> Ids("").new("file-") == Ids("").new("file-")
        True
    """

    def __init__(self, seed: str) -> None:
        self._seed = seed
        self._made: Counter[str] = Counter()
        self._lock = threading.Lock()  # bodies are received side by side

    def new(self, prefix: str) -> str:
        """Make the next id that begins so."""
        with self._lock:
            self._made[prefix] += 1
            text = f"{self._seed}\0{prefix}\0{self._made[prefix]}"
        return prefix + blake2b(text.encode(), digest_size=12).hexdigest()


def page(
    items: Sequence[_Item],
    query: Mapping[str, str],
    *,
    key: Callable[[_Item], str],
    most: int = 100,
    usual: int = 20,
) -> tuple[list[_Item], bool]:
    """Cut the page a query asks for out of a list, and return whether more follow."""
    limit = _limit(query.get("limit"), most, usual)
    begin = 0
    if after := query.get("after"):
        places = [place for place, item in enumerate(items) if key(item) == after]
        if not places:
            raise RequestRefusedError("No such cursor", param="after")
        begin = places[0] + 1
    return list(items[begin : begin + limit]), len(items) > begin + limit


def _limit(text: str | None, most: int, usual: int) -> int:
    if text is None:
        return usual
    if not text.isdecimal() or not 1 <= int(text[:9]) <= most:
        raise RequestRefusedError(f"limit must be between 1 and {most}", param="limit")
    return int(text)


def load_json(text: bytes) -> Any:
    """Read JSON strictly: UTF-8 only, and none of Python's own NaN and Infinity."""
    return json.loads(text.decode("utf-8"), parse_constant=_no_constant)


def _no_constant(name: str) -> Any:
    raise ValueError(f"{name} is no JSON")


def parse_json(body: bytes) -> dict[str, Any]:
    """Read a JSON object."""
    try:
        value = load_json(body or b"{}")
    except (ValueError, RecursionError) as error:
        message = "We could not parse the JSON body of your request."
        raise RequestRefusedError(message) from error
    if not isinstance(value, dict):
        raise RequestRefusedError("The body of the request must be a JSON object.")
    return value


def require_text(values: Mapping[str, Any], name: str, most: int | None = None) -> str:
    """Return a text that must be there."""
    value = values.get(name)
    if not isinstance(value, str) or not value:
        raise missing(name)
    if most is not None and len(value) > most:
        message = f"'{name}' is too long: at most {most} characters"
        raise RequestRefusedError(message, param=name, code="string_above_max_length")
    return value


def optional_object(values: Mapping[str, Any], name: str) -> dict[str, Any]:
    """Return an object, an empty one where it is missing or null."""
    value = values.get(name)
    if value is None:
        return {}
    if not isinstance(value, dict):
        message = f"'{name}' must be an object"
        raise RequestRefusedError(message, param=name, code="invalid_type")
    return value


def optional_text(
    values: Mapping[str, Any], name: str, most: int | None = None
) -> str | None:
    """Return a text that may be missing or null."""
    return None if values.get(name) is None else require_text(values, name, most)


def require_number(
    value: Any,
    name: str,
    low: float,
    high: float = sys.float_info.max,
    *,
    whole: bool = True,
) -> Any:
    """Return a number that must lie between two others."""
    kinds = (int,) if whole else (int, float)
    if isinstance(value, bool) or not isinstance(value, kinds):
        message = f"'{name}' must be {'an integer' if whole else 'a number'}"
        raise RequestRefusedError(message, param=name, code="invalid_type")
    if not low <= value <= high:
        message = f"'{name}' must be between {low} and {high}"
        raise RequestRefusedError(message, param=name, code="out_of_range")
    return value


def require_one_of(value: Any, name: str, allowed: Collection[str]) -> str:
    """Return a text that must be one of some."""
    if not isinstance(value, str) or value not in allowed:
        message = f"'{name}' must be one of {', '.join(sorted(allowed))}"
        raise RequestRefusedError(message, param=name, code="invalid_value")
    return value


def missing(name: str) -> RequestRefusedError:
    """Complain that a parameter is missing."""
    return RequestRefusedError(
        f"you must provide a {name} parameter",
        param=name,
        code="missing_required_parameter",
    )


def not_found(what: str, param: str, code: str | None = None) -> RequestRefusedError:
    """Complain that there is no such thing."""
    return RequestRefusedError(f"No such {what}", status=404, param=param, code=code)
