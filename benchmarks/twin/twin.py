"""`make twin`: how much a small model, tuned on one person's messages, talks like them.

Real people of a public dataset, a model of 135 million weights, both from packages; nothing
is sent anywhere. For each owner and seed: a training on this computer, how likely the model
finds what the owner really answered, and `evaluate` of the tuned model, a plain prompt, a
style prompt, examples, and the tuned model with examples.

    make twin                                           # what docs/twin.md is of: hours
    make twin TWIN='--steps 200 --replies 200'          # more of each: a day
    python benchmarks/twin/twin.py --owners 1 --seeds 1 --steps 20 --replies 20
    python benchmarks/twin/twin.py --only likelihood              # a part of it
    python benchmarks/twin/twin.py --only evaluated --system tuned
    python benchmarks/twin/twin.py --again                        # the same answers
    python benchmarks/twin/twin.py --page-only                    # what is complete

Each part is kept in the folder when it is complete, and is not measured again; docs/twin.md
is written after each part, of what is complete. Owns the command line, and which parts there
are in which order.
"""

from __future__ import annotations

import argparse
import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

from twin_page import write_page
from twin_parts import PARTS, SYSTEMS, TwinRun

from langchain_imessage.finetuning.local.models._small_model import small_model

if TYPE_CHECKING:
    from collections.abc import Iterator

ROOT = Path(__file__).parents[2]

OWNERS = ("31267496", "549cc1d1", "720840be", "0f9fe1f8", "a54af4d5")
"""What the ids of those begin with who wrote most, but for two who sent advertisements."""


def main() -> None:
    """Measure what was not measured before, and write the page of what is complete."""
    chosen = arguments()
    if chosen.again:
        for run in runs(chosen):
            run.measure_again()
    elif not chosen.page_only:
        for run in runs(chosen):
            for part in chosen.only or PARTS:
                if run.measure(part):
                    write_page(complete(chosen.folder), chosen.page)
            print(run.table())
    found = complete(chosen.folder)
    write_page(found, chosen.page)
    print(f"{len(found)} runs; {chosen.page}")


def arguments() -> argparse.Namespace:
    """Read the command line."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--owners", type=int, default=5, help="how many")
    parser.add_argument("--owner", action="append", help="the beginning of an id")
    parser.add_argument("--seeds", type=int, default=3, help="how many")
    parser.add_argument("--steps", type=int, default=40, help="of training")
    parser.add_argument(
        "--replies", type=int, default=40, help="of each system, and to predict"
    )
    parser.add_argument("--only", action="append", choices=PARTS, help="a part")
    parser.add_argument(
        "--system", action="append", choices=SYSTEMS, help="to evaluate; all"
    )
    parser.add_argument(
        "--others", type=int, default=1, help="owners to try it on, too"
    )
    parser.add_argument("--again", action="store_true", help="measure old answers")
    parser.add_argument("--page-only", action="store_true", help="measure nothing")
    parser.add_argument("--model", type=Path, help="another model's folder")
    parser.add_argument("--folder", type=Path, default=ROOT / "build" / "twin")
    parser.add_argument("--page", type=Path, default=ROOT / "docs" / "twin.md")
    return parser.parse_args()


def runs(chosen: argparse.Namespace) -> Iterator[TwinRun]:
    """Yield each owner with the first seed, then with the next."""
    model = chosen.model or small_model()
    owners = chosen.owner or OWNERS[: chosen.owners]
    for seed in range(chosen.seeds):
        for owner in owners:
            yield TwinRun(
                owner=owner,
                others=tuple(one for one in OWNERS if one != owner)[: chosen.others],
                seed=seed,
                steps=chosen.steps,
                replies=chosen.replies,
                first=seed == 0,
                systems=tuple(chosen.system or SYSTEMS),
                model=model,
                folder=chosen.folder,
            )


def complete(folder: Path) -> list[dict[str, Any]]:
    """Return what is measured of each run that has a part that is complete."""
    found: dict[Path, dict[str, Any]] = {}
    for path in sorted(folder.glob("*/run-*/*.json")):
        found.setdefault(path.parent, {}).update(json.loads(path.read_text("utf-8")))
    return [
        run
        for run in found.values()
        if run.keys() & {"evaluated", "bits", "names", "prompts"}
    ]


if __name__ == "__main__":
    main()
