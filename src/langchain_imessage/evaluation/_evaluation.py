"""What an evaluation found: a table, a file, a plot; and the answers it was found on.

Owns the record and its forms. Answers get into no
`repr` and no table, only into the file that is asked for, which is its owner's alone.
"""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from typing_extensions import override

from langchain_imessage.evaluation._figure_tables import (
    CANNOT_TELL,
    EXPLAINED,
    html_table,
    most_off,
    table_cells,
    text_table,
    with_interval,
)
from langchain_imessage.evaluation._plot import plot_figures
from langchain_imessage.files import replacing
from langchain_imessage.json_lines import whole_characters

if TYPE_CHECKING:
    import os
    from collections.abc import Mapping

    from langchain_imessage.evaluation.figures._figure_records import SystemFigures
    from langchain_imessage.evaluation.judging._ranking import Estimate
    from langchain_imessage.evaluation.likelihood._bits_per_byte import BitsPerByte


@dataclass(frozen=True, slots=True, kw_only=True)
class EvaluatedAnswer:
    """A held-out answer, and what models answered in its place.

    Attributes:
        id: The example's id, and the answer's number in it.
        people: Who was written to, as the example names them.
        history: The role and the words of each turn before, but for the last.
        said: What is answered.
        reply: What the person answered.
        answers: What each model answered, by its name.
    """

    id: str
    people: tuple[str, ...] = field(default=(), repr=False)
    history: tuple[tuple[str, str], ...] = field(default=(), repr=False)
    said: str = field(repr=False)
    reply: str = field(repr=False)
    answers: Mapping[str, str] = field(default_factory=dict, repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Evaluation:
    """What an evaluation found; `print` shows it as a table.

    Attributes:
        figures: Those of each system: you again, the people you write with, the models,
            the controls.
        held_out: How many answers were held out.
        segments: In how many segments of conversation.
        person_auc: How well judges tell you from the people you write with; None where it
            was not tried.
        cannot_tell: Why there is no likeness; None where there is one.
        bits_per_byte: How well local models predict what you answered; () for none.
        notes: What else its reader should know, in sentences.
        settings: Seeds, versions and digests: what the same figures come of.
        answers: The answers that models gave, beside the real ones.

    Example:
        >>> evaluation = Evaluation(figures=(), held_out=9, segments=9)
        >>> evaluation.save("evaluation.json").name
        'evaluation.json'
    """

    figures: tuple[SystemFigures, ...]
    held_out: int
    segments: int
    person_auc: Estimate | None = None
    cannot_tell: str | None = None
    bits_per_byte: tuple[BitsPerByte, ...] = ()
    notes: tuple[str, ...] = ()
    settings: Mapping[str, Any] = field(default_factory=dict, repr=False)
    answers: tuple[EvaluatedAnswer, ...] = field(default=(), repr=False)

    @override
    def __repr__(self) -> str:
        """Show what was evaluated, and on how much."""
        names = [one.name for one in self.figures if one.kind == "model"]
        return (
            f"Evaluation(models={names}, held_out={self.held_out}, "
            f"segments={self.segments})"
        )

    @override
    def __str__(self) -> str:
        """Return the table, and what it means."""
        return text_table(self.figures, self.remarks)

    def _repr_html_(self) -> str:
        return html_table(self.figures, self.remarks)

    @property
    def remarks(self) -> tuple[str, ...]:
        """What the table does not say, in sentences."""
        found = [*most_off(self.figures), *map(str, self.bits_per_byte), *self.notes]
        if self.cannot_tell:
            found.append(f"{CANNOT_TELL.capitalize()}: {self.cannot_tell}.")
        if self.person_auc is not None:
            auc = with_interval(self.person_auc)
            found.append(f"You against the people you write with: AUC {auc}.")
        found.append(
            f"{self.held_out:,} held-out answers in {self.segments:,} segments of "
            f"conversation; seed {self.settings.get('seed')}."
        )
        return tuple(found)

    def __getitem__(self, name: str) -> SystemFigures:
        """Return the figures of a system.

        Raises:
            KeyError: If there is none of that name.
        """
        for one in self.figures:
            if one.name == name:
                return one
        raise KeyError(name)

    def to_dict(self) -> dict[str, Any]:
        """Return all figures and settings, without any answer; can be written as JSON."""
        return {
            "held_out": self.held_out,
            "segments": self.segments,
            "cannot_tell": self.cannot_tell,
            "notes": list(self.notes),
            "table": table_cells(self.figures),
            "remarks": [*self.remarks, *EXPLAINED],
            "person_auc": None if self.person_auc is None else asdict(self.person_auc),
            "figures": [asdict(one) for one in self.figures],
            "bits_per_byte": [asdict(one) for one in self.bits_per_byte],
            "settings": dict(self.settings),
        }

    def save(self, path: str | os.PathLike[str]) -> Path:
        """Write figures and answers as JSON; the file is readable by its owner only.

        Args:
            path: The file to write or to replace.

        Returns:
            Where it is.

        Raises:
            ExportError: (a ValueError) If the path is there and no file.
            OSError: If it cannot be written.
        """
        value = {**self.to_dict(), "answers": [asdict(one) for one in self.answers]}
        with replacing(Path(path), follow_link=True) as file:
            json.dump(whole_characters(value), file, ensure_ascii=False, indent=1)
            file.write("\n")
        return Path(path)

    def plot(self, ax: Any = None) -> Any:
        """Draw how alike each system is, with its interval.

        Args:
            ax: The matplotlib axes to draw on; new ones if None.

        Returns:
            The axes.

        Raises:
            MissingDependencyError: If matplotlib is not installed.
        """
        return plot_figures(self.figures, ax=ax)
