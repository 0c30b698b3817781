"""The whole exception tree; nothing else may define an exception.

    IMessageError
    ├── ArgumentTypeError         (TypeError)
    ├── ArgumentValueError        (ValueError)
    ├── DatabaseError
    │   ├── DatabaseNotFoundError (FileNotFoundError)
    │   ├── DatabaseAccessError   (ValueError)
    │   ├── UnsupportedSchemaError
    │   ├── ConversationNotFoundError (LookupError)
    │   │   └── AmbiguousConversationError           .numbers
    │   └── IncompletePassError   (RuntimeError)
    ├── DecodeError               (ValueError)   .offset .guid
    │   ├── PlistLimitError
    │   └── TypedStreamError
    │       └── TruncatedStreamError (EOFError)
    ├── EvaluationError           (RuntimeError)
    ├── ExportError               (ValueError)   .line .path
    │   └── ExportFileNotFoundError (FileNotFoundError)
    ├── FineTuningError           .job_id .code .detail .temporary .retry_after
    │   ├── TrainingFileAccessError (PermissionError)
    │   └── TrainingFileMissingError (FileNotFoundError)
    ├── MissingDependencyError    (ImportError)
    └── RequestRefusedError       .status .kind .code .param .retry_after

Each can be pickled and copied, with its attributes: so it comes out of a process pool.
A message may hold paths the caller gave, ids, counts and offsets: never the text of
a message, a name or a number.
"""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path


class IMessageError(Exception):
    """Base of every error this package raises on purpose."""


class ArgumentTypeError(IMessageError, TypeError):
    """An argument is of a type that is not taken; the message names it."""


class ArgumentValueError(IMessageError, ValueError):
    """An argument has a value that is not taken; the message names it."""


class DatabaseError(IMessageError):
    """The database could not be read."""


class DatabaseNotFoundError(DatabaseError, FileNotFoundError):
    """There is no such file."""


class DatabaseAccessError(DatabaseError, ValueError):
    """The file is there but may not, or cannot, be opened; the message says how to."""


class UnsupportedSchemaError(DatabaseError):
    """A SQLite file, but not a Messages database."""


class ConversationNotFoundError(DatabaseError, LookupError):
    """The database has no such conversation."""


class AmbiguousConversationError(ConversationNotFoundError):
    """More than one conversation matches what was asked for.

    Attributes:
        numbers: Their positions among the database's conversations, counted from 1.
    """

    def __init__(self, numbers: Iterable[int]) -> None:
        self.numbers = tuple(numbers)
        super().__init__(
            f"{len(self.numbers)} conversations match; give the number of one:"
        )

    def __reduce__(self) -> tuple[Any, ...]:  # type: ignore[explicit-override]  # typing has it from 3.12
        """Pickle and copy by what it was made of, not by its message."""
        return type(self), (self.numbers,), vars(self)


class IncompletePassError(DatabaseError, RuntimeError):
    """What is complete after a whole pass only was asked for before its end."""


class DecodeError(IMessageError, ValueError):
    """A blob is not what its column promises.

    Attributes:
        offset: Where in the blob reading stopped, in bytes; None where unknown.
        guid: The message the blob belongs to; None below the level of rows.
    """

    def __init__(
        self, message: str, *, offset: int | None = None, guid: str | None = None
    ) -> None:
        super().__init__(message)
        self.offset = offset
        self.guid = guid


class PlistLimitError(DecodeError):
    """A property list or an archive breaks a limit: nothing of it is believed."""


class TypedStreamError(DecodeError):
    """The bytes are not a typedstream, or break one of the decoder's limits."""


class TruncatedStreamError(TypedStreamError, EOFError):
    """A typedstream that ends before its root object does."""


class EvaluationError(IMessageError, RuntimeError):
    """A model could not be evaluated; the message says why, and what is kept."""


class ExportError(IMessageError, ValueError):
    """An example cannot be written.

    Attributes:
        line: The line of the output file, counted from 1; None where unknown.
        path: The output file; None where unknown.
    """

    def __init__(
        self, message: str, *, line: int | None = None, path: Path | None = None
    ) -> None:
        super().__init__(message)
        self.line = line
        self.path = path


class ExportFileNotFoundError(ExportError, FileNotFoundError):
    """A file that a call names, such as a decision file or a vault, is not there."""


class FineTuningError(IMessageError):
    """A model could not be trained, or not used; the message says what to do next.

    Attributes:
        job_id: The job; None where there is none.
        code: Why, in one word: "not_confirmed", "invalid_file", "quota", …
        detail: The provider's own words. They may quote the training data, and are
            therefore no part of the message.
        temporary: Trying the same again may help.
        retry_after: Seconds the provider asks to wait before that; None if it does not.
    """

    def __init__(
        self,
        message: str,
        *,
        job_id: str | None = None,
        code: str | None = None,
        detail: str | None = None,
        temporary: bool = False,
        retry_after: float | None = None,
    ) -> None:
        super().__init__(message)
        self.job_id = job_id
        self.code = code
        self.detail = detail
        self.temporary = temporary
        self.retry_after = retry_after


class TrainingFileAccessError(FineTuningError, PermissionError):
    """A file to train on may not be read; the message says whose rights it needs."""


class TrainingFileMissingError(FineTuningError, FileNotFoundError):
    """A file to train on is no longer where it was when it was checked."""


class MissingDependencyError(IMessageError, ImportError):
    """An optional dependency is missing; the message names the extra to install.

    Attributes:
        extra: The extra that brings it.
    """

    def __init__(self, package: str, *, extra: str) -> None:
        super().__init__(
            f"{package} is not installed. "
            f"Install it with: pip install 'langchain-imessage[{extra}]'"
            + (f" (in a checkout: pip install '.[{extra}]')" if _from_folder() else ""),
            name=package,
        )
        self.extra = extra

    def __reduce__(self) -> tuple[Any, ...]:  # type: ignore[explicit-override]  # typing has it from 3.12
        """Pickle and copy by what it was made of, not by its message."""
        return partial(type(self), extra=self.extra), (self.name,), vars(self)


def _from_folder() -> bool:
    """Return whether this package was installed from a folder, not from an index."""
    from importlib import metadata  # noqa: PLC0415 - only where an error is made

    try:
        origin = metadata.distribution("langchain-imessage").read_text(
            "direct_url.json"
        )
    except metadata.PackageNotFoundError:
        return True
    return '"dir_info"' in (origin or "")


class RequestRefusedError(IMessageError):
    """`testing.FineTuningServer` refuses a request; it becomes the answer, and no more.

    Attributes:
        status: The HTTP status.
        kind: What OpenAI calls the `type` of the error.
        code: OpenAI's code for it; None where there is none.
        param: The parameter at fault; None where it is not one.
        retry_after: Seconds to wait before the next attempt; None where not said.
    """

    def __init__(
        self,
        message: str,
        *,
        status: int = 400,
        kind: str = "invalid_request_error",
        code: str | None = None,
        param: str | None = None,
        retry_after: float | None = None,
    ) -> None:
        super().__init__(message)
        self.status = status
        self.kind = kind
        self.code = code
        self.param = param
        self.retry_after = retry_after


def take_quotation(error: BaseException) -> None:
    """Take from an error what it quotes of a file.

    An error that is raised while this one is handled keeps it as `__context__`, also with
    `from None`.

    Example:
        >>> import json
        >>> try:
        ...     json.loads("Tortoise")
        ... except ValueError as error:
        ...     take_quotation(error)
        ...     print(repr(error), repr(error.doc))
        JSONDecodeError() ''
    """
    error.args = ()
    if isinstance(error, UnicodeDecodeError):
        error.object = b""
    elif hasattr(error, "doc"):
        error.doc = ""
