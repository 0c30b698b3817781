"""Each contract on imports in pyproject.toml fails where it is broken, and only there.

A copy of the package gets one more file, or one more line, that breaks one contract;
import-linter then names that contract. `make lint` is where all of them hold.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
PACKAGE = "langchain_imessage"
CONTRACTS = tomllib.loads((ROOT / "pyproject.toml").read_text())["tool"]["importlinter"]

# The contract, by the beginning of its name; a file; what it imports ({}: its room).
VIOLATIONS = [
    ("Layers: ", "errors.py", "langchain_imessage.cli"),
    ("Layers: ", "a_room_nobody_drew.py", "sys"),
    ("Layers: ", "typedstream/_added.py", "langchain_imessage.records"),
    ("Layers: ", "retrievers/messages/_added.py", "langchain_imessage.tools"),
    ("Layers: ", "transcripts/_added.py", "langchain_imessage.statistics"),
    ("Layers inside transforms", "transforms/messages/_added.py", "{}.redaction"),
    ("Layers inside transforms", "transforms/redaction/_added.py", "{}.filters"),
    ("Layers inside transforms", "transforms/filters/_added.py", "{}.conversation"),
    ("Layers inside transforms", "transforms/style/_added.py", "{}.messages"),
    ("Layers inside transforms", "transforms/tracing/_added.py", "{}.messages"),
    ("Layers inside cli", "cli/terminal/_added.py", "{}.commands"),
    ("Layers inside testing", "testing/database/_added.py", "{}.openai_server"),
    ("Layers inside testing", "testing/openai_server/_added.py", "{}.database"),
    ("Layers inside finetuning", "finetuning/hosted/_added.py", "{}.local"),
    ("Layers inside finetuning", "finetuning/local/_added.py", "{}.external"),
    ("No import cycles", "typedstream/_added.py", "{}._added_too"),
    ("Reading a database", "chatdb/_added.py", "pydantic"),
    ("Reading a database", "records.py", "langchain_core.messages"),
    ("Loading and transforming", "transforms/_added.py", "openai"),
    ("Nobody imports the package root", "chatdb/_added.py", "langchain_imessage"),
]


def broken(tmp_path: Path, file: str, imported: str) -> str:
    """Return what import-linter prints of a copy in which a file imports something."""
    shutil.copytree(
        ROOT / "src" / PACKAGE,
        tmp_path / PACKAGE,
        ignore=shutil.ignore_patterns("__pycache__"),
    )
    shutil.copy(ROOT / "pyproject.toml", tmp_path)
    other = tmp_path / PACKAGE / "typedstream" / "_added_too.py"
    other.write_text("import langchain_imessage.typedstream._added\n")
    (other.parent / "_added.py").touch()
    room = f"{PACKAGE}.{file.partition('/')[0]}"
    with (tmp_path / PACKAGE / file).open("a") as changed:
        changed.write(f"\nimport {imported.format(room)}\n")
    command = "import sys; from importlinter.cli import lint_imports_command as run;"
    done = subprocess.run(
        [sys.executable, "-c", f"{command} sys.exit(run())", "--no-cache"],
        cwd=tmp_path,
        env={**os.environ, "PYTHONPATH": str(tmp_path), "COLUMNS": "200"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 1, done.stdout + done.stderr
    return done.stdout


@pytest.mark.slow
@pytest.mark.parametrize(("contract", "file", "imported"), VIOLATIONS)
def test_a_contract_that_is_broken_is_named(
    contract: str, file: str, imported: str, tmp_path: Path
) -> None:
    printed = broken(tmp_path, file, imported)
    failed = [line for line in printed.splitlines() if line.endswith(" BROKEN")]
    assert any(line.startswith(contract) for line in failed), printed


def test_the_drawing_in_the_docs_is_that_of_the_contracts() -> None:
    drawing = (ROOT / "docs" / "architecture.md").read_text()
    for folder in (ROOT / "src" / PACKAGE).rglob("__init__.py"):
        assert folder.parent == ROOT / "src" / PACKAGE or (
            f" {folder.parent.name}/ " in drawing
        ), f"{folder.parent.name} is not drawn"
    layers = CONTRACTS["contracts"][0]["layers"]
    drawn = drawing[
        drawing.index("      cli >") : drawing.index("- Inside `transforms`")
    ]
    assert [
        sorted(name.strip() for name in layer.split("|")) for layer in drawn.split(">")
    ] == [
        sorted(layer.replace("(", "").replace(")", "").split(" | ")) for layer in layers
    ]


def test_no_contract_is_without_a_way_to_break_it() -> None:
    for contract in CONTRACTS["contracts"]:
        assert any(contract["name"].startswith(name) for name, *_ in VIOLATIONS)
