"""What `make twin` measures of one owner with one seed, part by part.

Owns the parts: each is complete when its file is there, which is written at the end of it.
What is interrupted in a part goes on there: a training by its job, answers by their cache.
"""

from __future__ import annotations

import json
from contextlib import ExitStack
from dataclasses import asdict, dataclass
from itertools import pairwise
from pathlib import Path
from typing import TYPE_CHECKING, Any

from twin_answers import KeptAnswers
from twin_people import dataset_of, scored
from twin_prompts import bits_by_prompt

from langchain_imessage import (
    fine_tune,
)
from langchain_imessage.evaluation import baselines, evaluate
from langchain_imessage.evaluation.held_out._reading_held_out import read_held_out
from langchain_imessage.evaluation.likelihood._bits_per_byte import compared, nats_of
from langchain_imessage.finetuning.local.processes._model_server import (
    local_chat_model,
    stop_servers,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from langchain_imessage import Dataset, Job

TRAINING, LIKELIHOOD, NAMED, PROMPTS, EVALUATED = PARTS = (
    "training",
    "likelihood",
    "named",
    "prompts",
    "evaluated",
)
"""In the order that they are measured in."""

UNTUNED = ("plain prompt", "style prompt", "style + 5 examples")
"""Of an owner's first seed alone: they answer the same to each."""
SYSTEMS = ("tuned", *UNTUNED, "tuned + 5 examples")

ONCE = frozenset({NAMED, PROMPTS})
"""Of an owner's first seed alone: what takes a second training, or six prompts of each answer."""

SETTINGS: dict[str, Any] = {
    "learning_rate_multiplier": 20,
    "max_seq_length": 512,
    "validation": None,
    "confirm": True,
    "save_every": 8,
}
ASKED_SEED = 0
"""Each seed of training is asked the same: so the base model's answers are made once."""
TOGETHER = 16
"""Answers that are written at once: for a processor a step for sixteen is that of three."""

ASKED: dict[str, Any] = {"temperature": 1.0, "max_completion_tokens": 64}


@dataclass(frozen=True, slots=True, kw_only=True)
class TwinRun:
    """One owner with one seed.

    Attributes:
        owner: What the owner's id begins with.
        others: Owners whose answers the model is tried on, too.
        seed: Of the training.
        steps: Of training.
        replies: That each system is asked for, and at least as many, in whole examples,
            that likelihoods are of.
        first: Whether it is the owner's first: what is measured once of an owner is
            measured with it.
        systems: Those to evaluate.
        model: The model's folder.
        folder: Where everything is written.
    """

    owner: str
    others: tuple[str, ...]
    seed: int
    steps: int
    replies: int
    first: bool
    systems: tuple[str, ...]
    model: Path
    folder: Path

    def measure(self, part: str) -> bool:
        """Measure a part; return False if it is complete, or not of this run."""
        if self.is_complete(part) or (part in ONCE and not self.first):
            return False
        if part != TRAINING:
            self.measure(TRAINING)
        print(f"{self.owner}, seed {self.seed}: {part}", flush=True)
        about = {"owner": self.owner, "seed": self.seed, "steps": self.steps}
        _write(self._path(part), about | self._found(part))
        return True

    def is_complete(self, part: str) -> bool:
        """Return whether a part was measured."""
        if part == EVALUATED:
            return {*self._wanted()} <= {*self._before()["systems"]}
        return self._path(part).exists()

    def table(self) -> str:
        """Return the table of the systems that were evaluated; "" if none was."""
        return str(self._before()["table"])

    def _before(self) -> dict[str, Any]:
        """Return what was evaluated before."""
        path = self._path(EVALUATED)
        nothing = {"table": "", "systems": []}
        return _read(path)[EVALUATED] if path.exists() else nothing

    def _wanted(self) -> tuple[str, ...]:
        return tuple(one for one in self.systems if self.first or one not in UNTUNED)

    def _path(self, part: str) -> Path:
        name = f"run-{self.seed}-{self.steps}-{self.replies}"
        return self.folder / self.owner / name / f"{part}.json"

    def _found(self, part: str) -> dict[str, Any]:
        parts: Mapping[str, Callable[[], dict[str, Any]]] = {
            TRAINING: self._trained,
            LIKELIHOOD: self._likelihoods,
            NAMED: self._with_names,
            PROMPTS: self._by_prompt,
            EVALUATED: self._evaluated,
        }
        return parts[part]()

    def _trained(self) -> dict[str, Any]:
        job = self.job()
        reports = [one for one in job.metrics() if one.train_loss is not None]
        return {
            "losses": [one.train_loss for one in reports],
            "trained_tokens": job.state.trained_tokens,
            "training_cpu_s": round(_training_seconds(job)),
        }

    def job(self, *, named: bool = False) -> Job:
        """Return the training, begun before or now."""
        dataset = dataset_of(self.owner, self.folder, named=named)
        settings = {"seed": self.seed, "iters": self.steps, **SETTINGS}
        return fine_tune(dataset, model=str(self.model), **settings).wait()

    def _likelihoods(self) -> dict[str, Any]:
        job = self.job()
        found = [self._bits(owner, job) for owner in (self.owner, *self.others)]
        return {"bits": found}

    def _bits(self, owner: str, job: Job) -> Any:
        answers = scored(dataset_of(owner, self.folder), self.replies)
        kept = self.folder / owner / f"base-{self.replies}.json"
        if not kept.exists():  # it is the same for each seed, and for other owners
            _write(kept, nats_of(self.model, None, answers))
        before = {int(place): nats for place, nats in _read(kept).items()}
        after = nats_of(self.model, job.fine_tuned_model, answers)
        found = compared(before, after, answers, of=owner)
        return found and asdict(found)

    def _with_names(self) -> dict[str, Any]:
        """Measure the same answers with who is written to in the prompt, and without."""
        plain = read_held_out(dataset_of(self.owner, self.folder)).answers
        known = {(answer.said, answer.reply): answer for answer in plain}
        named = [
            answer
            for answer in scored(
                dataset_of(self.owner, self.folder, named=True), self.replies
            )
            if (answer.said, answer.reply) in known
        ]
        without = [known[answer.said, answer.reply] for answer in named]
        before = nats_of(self.model, None, without)
        found = [
            compared(
                before, nats_of(self.model, job.fine_tuned_model, answers), without
            )
            for job, answers in (
                (self.job(), without),
                (self.job(named=True), named),
            )
        ]
        return {"names": [one and asdict(one) for one in found]}

    def _by_prompt(self) -> dict[str, Any]:
        """Measure how well real answers are predicted behind other prompts."""
        dataset, count = dataset_of(self.owner, self.folder), self.replies * 2 // 5
        found = bits_by_prompt(self.model, self.job(), dataset, count)
        return {"prompts": list(found)}

    def _evaluated(self) -> dict[str, Any]:
        """Evaluate the systems in one table, beside those that were evaluated before."""
        chosen = {*self._wanted(), *self._before()["systems"]}
        names = [one for one in SYSTEMS if one in chosen]
        with ExitStack() as closing:
            closing.callback(stop_servers)
            models = self._models(dataset_of(self.owner, self.folder), self.job())
            return {EVALUATED: self._measured({name: models[name] for name in names})}

    def measure_again(self) -> bool:
        """Measure the answers that were given once more; no model is asked."""
        path, before = self._path(EVALUATED), self._before()
        if not before["systems"]:
            return False
        found = _read(path)
        after = self._measured(dict.fromkeys(before["systems"], _was_answered))
        found[EVALUATED] = {**after, "settings": before["settings"]}
        _write(path, found)
        return True

    def _measured(self, models: Mapping[str, Any]) -> dict[str, Any]:
        """Return the figures of models, by name, and their table."""
        (first, model), *others = models.items()
        found = evaluate(
            model,
            dataset_of(self.owner, self.folder),
            name=first,
            against=dict(others),
            n=self.replies,
            seed=ASKED_SEED,
            cache=self._path(EVALUATED).parent / "answers.jsonl",
            concurrency=TOGETHER,
        )
        kept = ("figures", "held_out", "segments", "person_auc", "settings")
        whole = found.to_dict()
        return {
            "table": str(found),
            "systems": [*models],
            **{key: whole[key] for key in kept},
        }

    def _models(self, dataset: Dataset, job: Job) -> dict[str, Any]:
        adapter = Path(str(job.fine_tuned_model))
        base = local_chat_model(
            str(self.model), unlearned(adapter), log=adapter / "base.log", **ASKED
        )
        tuned = job.chat_model(**ASKED)
        found = baselines(dataset, base=base, tuned=job)
        # The same prompt; the model is asked for answers as long as those of the others.
        prompt = found.pop("tuned + 5 examples").first
        found["plain prompt"] = (
            job.prompt_template() | base
        )  # a chain, as the others are
        kept = KeptAnswers(self.folder / self.owner / f"base-{self.replies}.jsonl")
        return {
            **{name: kept.of(name, model) for name, model in found.items()},
            "tuned": tuned,
            "tuned + 5 examples": prompt | tuned,
        }


def unlearned(adapter: Path) -> Path:
    """Write an adapter that changes nothing: the base model, served as the tuned one is."""
    from safetensors.numpy import load_file, save_file

    folder = adapter.parent / "base"
    if not folder.exists():
        folder.mkdir()
        weights = load_file(adapter / "adapters.safetensors")
        zeros = {name: values * 0 for name, values in weights.items()}
        save_file(zeros, folder / "adapters.safetensors")
        about = (adapter / "adapter_config.json").read_text()
        (folder / "adapter_config.json").write_text(about)
    return folder


def _was_answered(_: Any) -> str:
    raise LookupError("Nothing was answered to this before")


def _training_seconds(job: Job) -> float:
    """Return the processor seconds of a training, in however many processes it ran."""
    found = [float(e.data.get("cpu_seconds", -1)) for e in job.events()]
    found = [one for one in found if one >= 0]
    ends = [one for one, after in pairwise([*found, 0.0]) if after < one]
    return sum(ends)


def _read(path: Path) -> Any:
    return json.loads(path.read_text("utf-8"))


def _write(path: Path, value: Any) -> None:
    """Write a part, whole or not at all."""
    path.parent.mkdir(parents=True, exist_ok=True)
    part = path.with_suffix(".part")
    part.write_text(json.dumps(value, indent=1), "utf-8")
    part.replace(path)
