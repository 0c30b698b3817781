"""From files to a job that runs: look, check, count, ask, and only then send.

Owns the order of things; each of them is somebody else's. Before anybody has agreed,
nothing leaves this computer but the question after a job that was started before.
"""

from __future__ import annotations

import warnings
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from langchain_imessage.errors import FineTuningError
from langchain_imessage.finetuning._file_checks import check
from langchain_imessage.finetuning._file_content import content_of
from langchain_imessage.finetuning._inputs import system_prompt_of
from langchain_imessage.finetuning._job import Job, Ties
from langchain_imessage.finetuning._plan import agree, make_plan
from langchain_imessage.finetuning._settings import check_settings, fingerprint_of
from langchain_imessage.finetuning._state_file import JobRecord
from langchain_imessage.finetuning._types import Order
from langchain_imessage.finetuning.hosted._backend import TRAIN, VALIDATION
from langchain_imessage.finetuning.hosted._moderation import check_sample
from langchain_imessage.finetuning.hosted._providers import (
    MEGABYTE,
    host_of,
    openai_notice,
)
from langchain_imessage.finetuning.local._base_model import download_notice

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from langchain_imessage.finetuning._backends import Place
    from langchain_imessage.finetuning._file_content import Content
    from langchain_imessage.finetuning._inputs import Material
    from langchain_imessage.finetuning._plan import Confirm, Plan
    from langchain_imessage.finetuning._types import JobState

_ENDED_BADLY = frozenset({"failed", "cancelled"})


@dataclass(frozen=True, slots=True)
class Terms:
    """On what terms a job is started.

    Attributes:
        confirm: Who agrees.
        moderate: How many examples to have judged first.
        expires_after: Seconds after which uploaded files expire.
        delete_files: Whether they are deleted after success.
    """

    confirm: Confirm = None
    moderate: int = 0
    expires_after: int | None = None
    delete_files: bool = False


def launch(
    material: Material,
    place: Place,
    settings: Mapping[str, Any],
    terms: Terms,
    say: Callable[[str], None],
) -> Job:
    """Start a job, or find the one the same call has started before.

    Args:
        material: The files.
        place: Where it is to run.
        settings: What an `Order` has beside them.
        terms: Who agrees, and to what.
        say: Takes lines about what is being done.
    """
    contents = _contents(material)
    order = _order(material, contents, place, settings)
    check_settings(order, place.provider, expires_after=terms.expires_after)
    known = _started_before(order, material, place)
    if known:
        say(f"This job was started before: {known.job_id}")
        return _job(known, order, material, place, terms)
    notes = _notes(order, place)
    check([material.train, material.validation], _sink(order, material, place))
    _check_sizes(contents, place)
    plan = _plan(order, material, contents, place)
    agree(_on_terms(plan, terms, notes), terms.confirm)
    if terms.confirm is True and notes:
        warnings.warn(" ".join(notes), stacklevel=3)
    if terms.moderate and place.connection:
        check_sample(
            order.train,
            terms.moderate,
            connection=place.connection,
            pace=place.pace,
            say=say,
        )
    return _begin(order, material, place, terms, say)


def _contents(material: Material) -> dict[str, Content]:
    contents = {"train": content_of(material.train, TRAIN)}
    if material.validation:
        contents["validation"] = content_of(material.validation, VALIDATION)
    return contents


def _order(
    material: Material,
    contents: Mapping[str, Content],
    place: Place,
    settings: Mapping[str, Any],
) -> Order:
    models = place.provider.models
    model = settings["model"] or (models[0].name if models else None)
    if model is None and place.connection:
        raise FineTuningError(
            f"Which model is to be trained? {place.provider.title} has no usual one; "
            "give model=.",
            code="no_model",
        )
    held_out = contents.get("validation")
    order = Order(
        **{**settings, "model": model or ""},
        train=material.train,
        validation=material.validation,
        folder=material.folder,
        system_prompt=system_prompt_of(material.train),
        train_sha256=contents["train"].sha256,
        validation_sha256=held_out.sha256 if held_out else None,
    )
    return replace(order, fingerprint=fingerprint_of(order, place.base_url or ""))


def _notes(order: Order, place: Place) -> tuple[str, ...]:
    """Say what is coming to an end; refuse what has ended."""
    if place.connection is None:
        notice = download_notice(order.model)
        return (notice,) if notice else ()
    today = place.pace.today()
    notice = openai_notice(place.provider, place.connection.base_url, today)
    last_day = place.provider.last_day_of(order.model)
    if last_day and today > last_day:
        raise FineTuningError(
            f"{order.model} cannot be used since {last_day}; nothing was sent. "
            f"Another: {place.provider.models[0].name}",
            code="ended",
        )
    return (notice,) if notice else ()


def _sink(order: Order, material: Material, place: Place) -> str:
    """Name the rules the files are checked by."""
    if order.method == "dpo":
        return "openai-dpo"
    own = material.manifest.get("sink")
    # Trained here, a dataset for another consumer is laid out anew.
    return own if own and place.connection is None else place.provider.sink


def _check_sizes(contents: Mapping[str, Content], place: Place) -> None:
    if place.connection is None:
        return
    most = place.provider.max_file_bytes
    for content in contents.values():
        if content.size > most:
            raise FineTuningError(
                f"{content.name} has {content.size / MEGABYTE:,.0f} MB, and "
                f"{place.provider.title} takes {most / MEGABYTE:,.0f}; nothing was sent. "
                "Write a smaller dataset, for instance of later conversations only.",
                code="too_large",
            )


def _plan(
    order: Order, material: Material, contents: dict[str, Content], place: Place
) -> Plan:
    there = [
        upload.sha256
        for upload in material.state.read().uploads
        if upload.file_id and upload.base_url == place.base_url
    ]
    return make_plan(
        order,
        provider=place.provider,
        host=host_of(place.base_url) if place.base_url else None,
        material=material,
        contents=contents,
        sent=there,
    )


def _on_terms(plan: Plan, terms: Terms, notes: tuple[str, ...]) -> Plan:
    return replace(
        plan,
        moderate=terms.moderate,
        expires_after=terms.expires_after,
        delete_files=terms.delete_files,
        notes=notes,
    )


def _started_before(order: Order, material: Material, place: Place) -> JobState | None:
    """Give the job of the same order that did not end badly, if it is written down."""
    record = material.state.read().job(fingerprint=order.fingerprint)
    if record is None or record.job_id is None:
        return None
    job_id = record.job_id
    try:
        found = place.pace.insist(
            lambda: place.backend.retrieve(job_id),
            action="look at the job",
            say=_silent,
        )
    except FineTuningError as error:
        if error.code != "not_found":
            raise
        return None
    return None if found.status in _ENDED_BADLY else found


def _begin(
    order: Order,
    material: Material,
    place: Place,
    terms: Terms,
    say: Callable[[str], None],
) -> Job:
    """Write down what is about to be started, start it, and write down what it is."""
    before = material.state.read().job(fingerprint=order.fingerprint)
    began = before.began if before and not before.job_id else place.pace.clock()
    record = JobRecord(
        fingerprint=order.fingerprint,
        provider=place.provider.name,
        base_url=place.base_url,
        model=order.model,
        began=began,
        delete_files=terms.delete_files,
        train=order.train.name,
    )
    material.state.change(lambda state: state.with_job(record))
    found = place.backend.start(order, say)
    record = replace(
        record, job_id=found.job_id, status=found.status, files=found.file_ids
    )
    material.state.change(lambda state: state.with_job(record))
    say(f"Started: {found.job_id}")
    return _job(found, order, material, place, terms)


def _job(
    found: JobState, order: Order, material: Material, place: Place, terms: Terms
) -> Job:
    return Job(
        found,
        Ties(
            backend=place.backend,
            provider=place.provider.name,
            pace=place.pace,
            state=material.state,
            train=order.train,
            delete_files=terms.delete_files,
        ),
    )


def _silent(line: str) -> None:
    """Say nothing."""
