"""The plan of a training: what is sent, where to and at what cost; and its confirmation.

Owns the plan's text and the question. Sends nothing.
"""

from __future__ import annotations

import sys
from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeAlias, TypeVar

from typing_extensions import override

from langchain_imessage.errors import FineTuningError
from langchain_imessage.finetuning.hosted.catalog._provider_types import MEGABYTE
from langchain_imessage.preparation._pricing import default_epochs

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

    from langchain_imessage.finetuning._inputs import FileCounts
    from langchain_imessage.finetuning._types import Order
    from langchain_imessage.finetuning.hosted.catalog._provider_types import Provider
    from langchain_imessage.finetuning.state._file_content import FileContent

Confirm: TypeAlias = "bool | Callable[[Plan], bool] | None"
"""Whether to go on: yes, no, a function that decides, or ask."""

AnyPlan = TypeVar("AnyPlan")
ConfirmAny: TypeAlias = "bool | Callable[[AnyPlan], bool] | None"


@dataclass(frozen=True, slots=True, kw_only=True)
class PlannedFile:
    """A file that will be used.

    Attributes:
        name: Its name at the provider.
        size: Its bytes.
        examples: Its lines; where it is trained on here, the answers that are learned.
        tokens: Their tokens.
        sent: Whether it was uploaded before, as far as recorded.
    """

    name: str
    size: int
    examples: int
    tokens: int
    sent: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """What a training sends and costs; `str(plan)` is its text.

    Attributes:
        title: The provider.
        host: Where the files go; None if nothing leaves this computer.
        model: The model to train.
        files: The files to train on.
        epochs: Passes over the training file, as asked for or by default.
        billed_tokens: Tokens that are billed, estimated.
        cost: Dollars, estimated; None if there is no published price.
        counter: The token counter: "bytes/2" is an upper bound.
        moderate: How many examples are sent to moderation first.
        expires_after: Seconds after which the provider deletes the files; None for never.
        delete_files: Whether they are deleted after success.
        notes: What to know before.
    """

    title: str
    host: str | None
    model: str
    files: tuple[PlannedFile, ...]
    epochs: int
    billed_tokens: int
    cost: float | None = None
    counter: str = ""
    moderate: int = 0
    expires_after: int | None = None
    delete_files: bool = False
    notes: tuple[str, ...] = ()

    @override
    def __str__(self) -> str:
        """Return the plan's text."""
        where = f"at {self.title}" if self.host else "on this computer"
        lines = [f"Fine-tuning {self.model} {where}"]
        if self.host is None:
            lines.append("Nothing leaves this computer. It trains on:")
        else:
            lines.append(f"What leaves this computer, to {self.host}:")
        noun = "example" if self.host else "answer"
        lines += [f"  {_row(file, noun)}" for file in self.files]
        lines.append(self._price())
        if self.moderate and self.host:
            lines.append(
                f"Sent to its moderation endpoint first: {_count(self.moderate, 'example')}."
            )
        if self.host:
            lines.append(self._stay())
        return "\n".join([*lines, *(f"Note: {note}" for note in self.notes)])

    def _price(self) -> str:
        about = "at most " if self.counter == "bytes/2" else "about "
        epochs = _count(self.epochs, "epoch")
        words = f"Training: {epochs}, {about}{self.billed_tokens:,} tokens in all"
        if self.cost is not None:
            return f"{words}, ${self.cost:,.2f}"
        return words if self.host is None else f"{words}; see its price list"

    def _stay(self) -> str:
        ends = []
        if self.delete_files:
            ends.append("are deleted there after success")
        if self.expires_after is not None:
            days = f"{self.expires_after / 86_400:.3g}"
            ends.append(f"expire there after {days} day{'' if days == '1' else 's'}")
        if ends:
            return f"The files {' and '.join(ends)}."
        return (
            "The files stay there until they are deleted "
            "(delete_files=True, or expires_after=SECONDS)."
        )


@dataclass(frozen=True, slots=True)
class Consent:
    """What a caller has agreed to.

    Attributes:
        confirm: Whether to go on, or what decides.
        moderate: How many examples to send to moderation first.
        expires_after: Seconds after which uploaded files expire.
        delete_files: Whether they are deleted after success.
        request: What the job is for, to be recorded with it.
    """

    confirm: Confirm = None
    moderate: int = 0
    expires_after: int | None = None
    delete_files: bool = False
    request: str | None = None


def _row(file: PlannedFile, noun: str) -> str:
    there = "  (there already, not sent again)" if file.sent else ""
    nouns = f"{noun} " if file.examples == 1 else f"{noun}s"
    return (
        f"{file.name:<17} {file.examples:>9,} {nouns}  {_size(file.size):>9}"
        f"  {file.tokens:>11,} tokens{there}"
    )


def _count(number: int, noun: str) -> str:
    return f"{number:,} {noun}" if number == 1 else f"{number:,} {noun}s"


def _size(size: int) -> str:
    return (
        f"{size / MEGABYTE:,.1f} MB" if size >= MEGABYTE else f"{size / 1000:,.1f} kB"
    )


def make_plan(
    order: Order,
    *,
    provider: Provider,
    host: str | None,
    contents: Mapping[str, FileContent],
    counts: Mapping[str, FileCounts],
    sent: Iterable[str] = (),
) -> Plan:
    """Return the plan of an order: its files counted, its cost estimated.

    Args:
        order: The job.
        provider: The provider.
        host: Its host; None for this computer.
        contents: The digests of its files, by "train" and "validation".
        counts: What is in them, likewise.
        sent: Digests of the files that were uploaded before.
    """
    there = set(sent)
    train = counts["train"]
    asked = order.n_epochs
    epochs = asked if isinstance(asked, int) else default_epochs(train.examples)
    billed = epochs * train.billed
    price = provider.price_of(order.model)
    return Plan(
        title=provider.title,
        host=host,
        model=order.model,
        files=tuple(
            _planned(content, counts[side], sent=content.sha256 in there)
            for side, content in contents.items()
        ),
        epochs=epochs,
        billed_tokens=billed,
        cost=None if price is None else price * billed / 1e6,
        counter=train.counter,
    )


def _planned(content: FileContent, counted: FileCounts, *, sent: bool) -> PlannedFile:
    return PlannedFile(
        name=content.name,
        size=content.size,
        examples=counted.examples,
        tokens=counted.tokens,
        sent=sent,
    )


def require_confirmation(plan: AnyPlan, confirm: ConfirmAny[AnyPlan]) -> None:
    """Go on only if the plan is confirmed.

    Args:
        plan: The plan, whose text is `str(plan)`.
        confirm: True or False, a function that decides, or None to ask in the terminal
            or notebook.

    Raises:
        FineTuningError: If it is not confirmed, or nobody can be asked.
    """
    agreed = confirm(plan) if callable(confirm) else confirm
    if agreed is None:
        agreed = _ask(plan)
    if not agreed:
        raise FineTuningError("Not confirmed; nothing was sent.", code="not_confirmed")


def _ask(plan: object) -> bool:
    if in_notebook() or (sys.stdin is not None and sys.stdin.isatty()):
        sys.stdout.write(f"{plan}\n")
        sys.stdout.flush()
        try:
            return input("Go on? [y/N] ").strip().lower() in {"y", "yes"}
        except (EOFError, RuntimeError):  # a notebook that runs on its own
            pass
    raise FineTuningError(
        "Confirmation needed, but there is no terminal: pass confirm=True (--yes). "
        f"Nothing was sent.\n{plan}",
        code="not_confirmed",
    )


def in_notebook() -> bool:
    """Return whether this runs in a notebook's kernel."""
    shell = sys.modules.get("IPython")
    found = shell.get_ipython() if shell else None
    return found is not None and hasattr(found, "kernel")
