"""`make twin`: how much a small model, tuned on one person's messages, talks like them.

Real people of a public dataset, a model of 135 million weights, both from packages; nothing
is sent anywhere. For each person and seed: their database, a dataset, a training on this
computer, and `evaluate` of the base model, a style prompt, examples, the tuned model, and
the tuned model with examples. What was measured is in the folder, run by run, and is not
measured again; docs/twin.md is written of what is there.
"""

from __future__ import annotations

import argparse
import json
import random
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from twin_page import write_page

from langchain_imessage import (
    IMessageChatLoader,
    fine_tune,
    prepare,
    read_dataset,
    write_dataset,
)
from langchain_imessage.evaluation import baselines, evaluate
from langchain_imessage.evaluation.held_out._reading_held_out import read_held_out
from langchain_imessage.evaluation.likelihood._bits_per_byte import bits_per_byte
from langchain_imessage.finetuning.local.models._small_model import small_model
from langchain_imessage.finetuning.local.processes._model_server import (
    local_chat_model,
    stop_servers,
)

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator

    from langchain_imessage import Dataset, Job
    from langchain_imessage.evaluation import Evaluation

ROOT = Path(__file__).parents[2]
sys.path.append(str(ROOT / "examples"))

PEOPLE = ("31267496", "549cc1d1", "720840be", "0f9fe1f8", "a54af4d5")
"""What the ids of those begin with who wrote most, but for two who sent advertisements."""

TRAINING: dict[str, Any] = {
    "learning_rate_multiplier": 20,
    "max_seq_length": 512,
    "validation": None,
    "confirm": True,
}
LONGEST = 384
"""Tokens of an example: two processor cores take seconds for 1,000."""

ASKED: dict[str, Any] = {"temperature": 1.0, "max_completion_tokens": 64}


@dataclass(frozen=True, slots=True, kw_only=True)
class Choices:
    """What is run.

    Attributes:
        steps: Of training.
        answers: That each system is asked for.
        model: The model's folder.
        without: Systems that are left out.
        others: How many people the adapter is tried on, too.
        folder: Where everything is written.
    """

    steps: int
    answers: int
    without: tuple[str, ...]
    others: int
    model: Path
    folder: Path

    def name(self, person: str, seed: int) -> str:
        """Return what a run of these is called."""
        return f"{person}-{seed}-{self.steps}-{self.answers}"


def main() -> None:
    """Run what was not run before, and write the page."""
    chosen = arguments()
    choices = Choices(
        steps=chosen.steps,
        answers=chosen.answers,
        without=tuple(chosen.without or ()),
        others=chosen.others,
        model=chosen.model or small_model(),
        folder=chosen.folder,
    )
    choices.folder.mkdir(parents=True, exist_ok=True)
    for seed in range(chosen.seeds):
        for person in chosen.person or PEOPLE[: chosen.people]:
            path = choices.folder / f"run-{choices.name(person, seed)}.json"
            if not path.exists():
                print(f"{person}, seed {seed}")
                write(path, run(person, seed, choices))
                print(json.loads(path.read_text())["table"])
    found = sorted(choices.folder.glob("run-*.json"))
    write_page([json.loads(path.read_text()) for path in found], chosen.page)
    print(f"{len(found)} runs; {chosen.page}")


def arguments() -> argparse.Namespace:
    """Read the command line."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--people", type=int, default=5, help="how many")
    parser.add_argument("--person", action="append", help="the beginning of an id")
    parser.add_argument("--seeds", type=int, default=3)
    parser.add_argument("--steps", type=int, default=200, help="of training")
    parser.add_argument("--answers", type=int, default=200, help="of each system")
    parser.add_argument("--without", action="append", help="a system to leave out")
    parser.add_argument(
        "--others", type=int, default=2, help="people to try it on, too"
    )
    parser.add_argument("--model", type=Path, help="another model's folder")
    parser.add_argument("--folder", type=Path, default=ROOT / "build" / "twin")
    parser.add_argument("--page", type=Path, default=ROOT / "docs" / "twin.md")
    return parser.parse_args()


def run(person: str, seed: int, choices: Choices) -> Any:
    """Train a model of somebody, and measure it beside the others."""
    dataset = dataset_of(person, choices.folder)
    job = fine_tune(
        dataset, model=str(choices.model), seed=seed, iters=choices.steps, **TRAINING
    ).wait()
    found = evaluated(dataset, job, seed, choices)
    kept = choices.folder / f"bits-{choices.name(person, seed)}.json"
    if not kept.exists():
        asked = {one.id for one in found.answers}
        write(kept, [*likelihoods(person, asked, job, choices)])
    return {
        **found.to_dict(),
        "person": person,
        "seed": seed,
        "steps": choices.steps,
        "answers": choices.answers,
        "without": choices.without,
        "training_s": round(seconds_of(job)),
        "table": str(found),
        "losses": [one.train_loss for one in job.metrics() if one.train_loss],
        "bits": json.loads(kept.read_text()),
    }


def seconds_of(job: Job) -> float:
    """Return how long the training took, whenever that was."""
    moments = [event.at for event in job.events()]
    return (max(moments) - min(moments)).total_seconds()


def dataset_of(person: str, folder: Path) -> Dataset:
    """Write somebody's dataset, unless it is there."""
    from public_person import write_person  # noqa: PLC0415 - it is an example

    place = folder / person / "dataset"
    if (place / "manifest.json").exists():
        return read_dataset(place)
    place.parent.mkdir(exist_ok=True)
    database = write_person(place.parent / "chat.db", person)
    examples = prepare(IMessageChatLoader(database), max_tokens=LONGEST)
    return write_dataset(examples, place, validation=0.2)


def evaluated(dataset: Dataset, job: Job, seed: int, choices: Choices) -> Evaluation:
    """Measure the tuned model, and what it should be better than."""
    adapter = Path(str(job.fine_tuned_model))
    base = local_chat_model(
        str(choices.model), unlearned(adapter), log=adapter / "base.log", **ASKED
    )
    others = baselines(dataset, base=base, tuned=job)
    try:
        return evaluate(
            job.chat_model(**ASKED),
            dataset,
            name="tuned",
            against={key: others[key] for key in others if key not in choices.without},
            n=choices.answers,
            seed=seed,
            cache=dataset.folder / f"answers-{seed}-{choices.steps}.jsonl",
            concurrency=1,
        )
    finally:
        stop_servers()


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


def likelihoods(
    person: str, asked: Collection[str], job: Job, choices: Choices
) -> Iterator[str]:
    """Yield how well the model predicts the person's answers, and those of others."""
    for one in [person, *(other for other in PEOPLE if other != person)][
        : choices.others + 1
    ]:
        answers = read_held_out(dataset_of(one, choices.folder)).answers
        if one == person:
            some = [answer for answer in answers if answer.id in asked]
        else:
            some = random.Random(0).sample(answers, choices.answers)  # noqa: S311 - repeatable
        bits = bits_per_byte(
            choices.model,
            str(job.fine_tuned_model),
            some,
            of=f"what {one} answered",
        )
        if bits is not None:
            yield str(bits)


def write(path: Path, value: Any) -> None:
    """Write a run, whole or not at all."""
    part = path.with_suffix(".part")
    part.write_text(json.dumps(value, indent=1))
    part.replace(path)


if __name__ == "__main__":
    main()
