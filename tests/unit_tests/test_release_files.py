"""The files of a release agree: version, changelog, licences, constraints."""

from __future__ import annotations

import re
import tomllib
from importlib import import_module
from pathlib import Path

import pytest

from langchain_imessage import __version__

ROOT = Path(__file__).parents[2]
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))
NAMES = {
    re.split(r"[\[<>=;! ]", requirement)[0]
    for requirements in PROJECT["project"]["optional-dependencies"].values()
    for requirement in requirements
} - {"langchain-imessage"}


def test_the_newest_release_of_the_changelog_is_this_version_or_to_come() -> None:
    text = (ROOT / "CHANGELOG.md").read_text("utf-8")
    first, *rest = re.findall(r"^## \[(.+?)\]", text, re.MULTILINE)
    assert first == "Unreleased"
    assert rest[:1] in ([], [__version__])


def test_readme_is_short_and_names_every_command() -> None:
    pytest.importorskip("typer")
    import_module("langchain_imessage.cli._app")
    sections = import_module(
        "langchain_imessage.cli._command_help"
    ).CommandGroup.sections
    text = (ROOT / "README.md").read_text("utf-8")
    assert len(text.splitlines()) <= 250
    table = text.partition("## On the command line")[2].partition("\n## ")[0]
    named = {words.split()[0] for words in re.findall(r"`(\w[\w ]*)`", table)}
    assert named >= {name for names in sections.values() for name in names}


def test_who_cites_it_cites_this_version() -> None:
    assert f"\nversion: {__version__}\n" in (ROOT / "CITATION.cff").read_text("utf-8")


@pytest.mark.parametrize("name", sorted(NAMES))
def test_the_licence_of_each_extra_is_told(name: str) -> None:
    page = (ROOT / "docs" / "security.md").read_text("utf-8")
    table = page.partition("## Licences")[2]
    assert re.search(rf"[| ,]{re.escape(name)}[ ,]", table), name


@pytest.mark.parametrize("name", sorted(NAMES | {"langchain-core"}))
def test_each_dependency_has_a_constraint(name: str) -> None:
    lines = (ROOT / "constraints.txt").read_text("utf-8").splitlines()
    assert any(line.startswith(f"{name}==") for line in lines), name


def test_constraints_name_versions_and_no_address() -> None:
    for line in (ROOT / "constraints.txt").read_text("utf-8").splitlines():
        assert line.startswith("#") or re.match(r"[a-z0-9-]+==[\w.+!]+( ;|$)", line), (
            line
        )


def test_the_workflows_pin_each_action_by_a_commit() -> None:
    for workflow in (ROOT / ".github" / "workflows").glob("*.yml"):
        used = re.findall(r"uses: (.+)", workflow.read_text("utf-8"))
        assert used
        for action in used:
            assert re.fullmatch(r"[\w./-]+@[0-9a-f]{40} # v[\d.]+", action), action


def test_each_place_that_contributors_are_sent_to_is_there() -> None:
    text = (ROOT / "CONTRIBUTING.md").read_text("utf-8")
    places = re.findall(r"[` ]((?:src|tests|docs(?!/_build))/[\w/.]+)", text)
    assert len(places) > 15
    assert [place for place in places if not (ROOT / place.rstrip(".")).exists()] == []
    for name in ("SINK_NAMES", "PROVIDER_NAMES", "_KINDS", "_PARSERS", "_MODELS"):
        assert name in text
        found = (ROOT / "src").rglob("*.py")
        assert any(f"\n{name}" in path.read_text("utf-8") for path in found), name


@pytest.mark.parametrize("name", ["search", "genindex", "modindex", "py-modindex"])
def test_no_page_of_the_docs_has_the_name_of_one_that_sphinx_makes(name: str) -> None:
    assert not (ROOT / "docs" / f"{name}.md").exists()


def test_each_python_that_is_promised_is_tested() -> None:
    promised = {
        text.rpartition(" ")[2]
        for text in PROJECT["project"]["classifiers"]
        if re.search(r" :: 3\.\d+$", text)
    }
    workflow = (ROOT / ".github" / "workflows" / "ci.yml").read_text("utf-8")
    tested = re.search(r"python: \[(.+)\]", workflow)
    assert tested
    assert set(re.findall(r"3\.\d+", tested[1])) == promised
