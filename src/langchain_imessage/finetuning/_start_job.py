"""From files to a job that runs: check, count, ask, and only then send.

Owns the order of the steps; each step is another file's. Before the plan is confirmed,
nothing leaves this computer but the request for a job that was started before.
"""

from __future__ import annotations

import warnings
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from langchain_imessage.datasets.formats._specs import SINKS
from langchain_imessage.errors import FineTuningError
from langchain_imessage.finetuning._inputs import (
    check_files,
    count_file,
    system_prompt_of,
)
from langchain_imessage.finetuning._job import Job
from langchain_imessage.finetuning._plan import make_plan, require_confirmation
from langchain_imessage.finetuning._settings import (
    check_settings,
    check_sizes,
    fingerprint_of,
)
from langchain_imessage.finetuning._types import UNSUCCESSFUL, Order
from langchain_imessage.finetuning.following._polling import JobContext
from langchain_imessage.finetuning.hosted._hosted_backend import (
    TRAIN,
    VALIDATION,
    HostedBackend,
)
from langchain_imessage.finetuning.hosted._joined_rows import join_rows
from langchain_imessage.finetuning.hosted._moderation import check_sample
from langchain_imessage.finetuning.hosted.catalog._addresses import host_of
from langchain_imessage.finetuning.hosted.catalog._deadlines import deadline_notes
from langchain_imessage.finetuning.local._examples import count_own_turns
from langchain_imessage.finetuning.local.models._base_model import (
    download_notice,
    one_name_of,
    require_usable,
    version_of,
)
from langchain_imessage.finetuning.local.models._model_choice import AUTO, choose_model
from langchain_imessage.finetuning.local.models._model_table import LONGEST_ROW
from langchain_imessage.finetuning.state._file_content import (
    FILE_CHANGED,
    digest_file,
    opened_file,
    unchanged_files,
)
from langchain_imessage.finetuning.state._locks import locked
from langchain_imessage.finetuning.state._state_file import JobRecord

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from langchain_imessage.finetuning._backends import ResolvedBackend
    from langchain_imessage.finetuning._inputs import FileCounts, TrainingFiles
    from langchain_imessage.finetuning._plan import Consent, Plan
    from langchain_imessage.finetuning._types import JobState
    from langchain_imessage.finetuning.state._file_content import FileContent


def start_job(
    files: TrainingFiles,
    backend: ResolvedBackend,
    settings: Mapping[str, Any],
    consent: Consent,
    say: Callable[[str], None],
) -> Job:
    """Start a job, or find the one the same call has started before.

    Args:
        files: The files.
        backend: The backend to run it.
        settings: The other fields of an `Order`.
        consent: What the caller has agreed to.
        say: Called with a line about each step.
    """
    if backend.connection is None:
        consent = replace(consent, delete_files=False)  # nothing is uploaded
    else:
        files = join_rows(files, SINKS[backend.provider.sink].max_tokens)
    order = _order(files, contents := _contents(files), backend, settings)
    check_settings(order, backend.provider, expires_after=consent.expires_after)
    if job := _started_before(order, files, backend, consent, say):
        return job
    try:
        notes = (*files.notes, *_notes(order, backend))
    except FineTuningError:  # no other is started, but one may be running
        known = _unconfirmed(order, files, backend, say)
        if known is None:
            raise
        return _job(known, order, files, backend, consent)
    check_files([files.train, files.validation], _sink(order, files, backend))
    if backend.connection:
        check_sizes(contents.values(), backend.provider)
    plan = _plan(order, files, contents, backend, consent.expires_after)
    require_confirmation(_with_consent(plan, consent, notes), consent.confirm)
    if consent.confirm is True and notes:
        warnings.warn(" ".join(notes), stacklevel=3)
    _check_content(order, backend, consent, say)
    shared = files.original or files.train  # whose lock other calls take, too
    with (
        opened_file(shared),
        locked(shared, lambda: say("Waiting for another call with these files")),
    ):
        if job := _started_before(order, files, backend, consent, say):
            return job
        return _begin(order, files, backend, consent, say)


def _check_content(
    order: Order,
    backend: ResolvedBackend,
    consent: Consent,
    say: Callable[[str], None],
) -> None:
    """Refuse files that have changed; check a sample, if the caller has agreed to it."""
    train, *_ = unchanged_files(order, (TRAIN, VALIDATION))
    if consent.moderate and backend.connection:
        check_sample(
            train,
            consent.moderate,
            connection=backend.connection,
            pace=backend.pace,
            say=say,
        )


def _contents(files: TrainingFiles) -> dict[str, FileContent]:
    contents = {"train": digest_file(files.train, TRAIN)}
    if files.validation:
        contents["validation"] = digest_file(files.validation, VALIDATION)
    return contents


def _order(
    files: TrainingFiles,
    contents: Mapping[str, FileContent],
    backend: ResolvedBackend,
    settings: Mapping[str, Any],
) -> Order:
    models = backend.provider.models
    model = settings["model"] or (models[0].name if models else None)
    if model == AUTO and backend.connection is None:
        longest = settings["options"].get("max_seq_length", LONGEST_ROW)
        model = choose_model(max_seq_length=longest)
    if model is None and backend.connection:
        raise FineTuningError(
            f"Which model? {backend.provider.title} has no default model; pass model=.",
            code="no_model",
        )
    held_out = contents.get("validation")
    order = Order(
        **{**settings, "model": model or ""},
        train=files.train,
        validation=files.validation,
        folder=files.folder,
        system_prompt=system_prompt_of(files.train),
        train_sha256=contents["train"].sha256,
        validation_sha256=held_out.sha256 if held_out else None,
    )
    if backend.connection:
        return replace(order, fingerprint=fingerprint_of(order, backend.base_url or ""))
    known = replace(order, model=one_name_of(order.model))
    return replace(order, fingerprint=fingerprint_of(known, version_of(order.model)))


def _notes(order: Order, backend: ResolvedBackend) -> tuple[str, ...]:
    """Return what is about to end at the provider; refuse what has ended, or lacks a part."""
    if backend.connection is None:
        require_usable(order.model)
        notice = download_notice(order.model)
        return (notice,) if notice else ()
    today = backend.pace.today()
    return deadline_notes(backend.provider, order.model, today)


def _sink(order: Order, files: TrainingFiles, backend: ResolvedBackend) -> str:
    """Return the name of the sink whose rules the files are checked by."""
    if order.method == "dpo":
        return "openai-dpo"
    own = files.manifest.get("sink")
    # The local trainer reads the files of every sink.
    return own if own and backend.connection is None else backend.provider.sink


def _plan(
    order: Order,
    files: TrainingFiles,
    contents: dict[str, FileContent],
    backend: ResolvedBackend,
    expires_after: int | None,
) -> Plan:
    there = [
        upload.sha256
        for upload in files.state.read().uploads
        if upload.file_id
        and upload.base_url == backend.base_url
        and upload.expires_after == expires_after
    ]
    return make_plan(
        order,
        provider=backend.provider,
        host=host_of(backend.base_url) if backend.base_url else None,
        contents=contents,
        counts={
            side: _counts(files, side, content, backend)
            for side, content in contents.items()
        },
        sent=there,
    )


def _counts(
    files: TrainingFiles, side: str, content: FileContent, backend: ResolvedBackend
) -> FileCounts:
    """Count a file as whoever trains on it does."""
    if backend.connection is None:
        return count_own_turns(content.path)
    return count_file(files, side, content)


def _with_consent(plan: Plan, consent: Consent, notes: tuple[str, ...]) -> Plan:
    return replace(
        plan,
        moderate=consent.moderate,
        expires_after=consent.expires_after,
        delete_files=consent.delete_files,
        notes=notes,
    )


def _started_before(
    order: Order,
    files: TrainingFiles,
    backend: ResolvedBackend,
    consent: Consent,
    say: Callable[[str], None],
) -> Job | None:
    """Return the recorded job of the same order, unless it was unsuccessful."""
    record = files.state.read().job(fingerprint=order.fingerprint)
    if record is None or (job_id := record.job_id) is None:
        return None
    try:
        found = backend.pace.call_with_retries(
            lambda: backend.runner.retrieve(job_id), action="check the job"
        )
    except FineTuningError as error:
        if error.code != "not_found":
            raise
        return None
    if found.status in UNSUCCESSFUL:
        return None
    say(f"This job was started before: {found.job_id}")
    return _job(found, order, files, backend, consent)


def _unconfirmed(
    order: Order,
    files: TrainingFiles,
    backend: ResolvedBackend,
    say: Callable[[str], None],
) -> JobState | None:
    """Return the job of an order of whose start no answer is recorded, if there is one."""
    record = files.state.read().job(fingerprint=order.fingerprint)
    runner = backend.runner
    if record is None or record.job_id or not isinstance(runner, HostedBackend):
        return None
    found = runner.find(order, say)
    if found:
        _record(files, record, found)
    return found


def _begin(
    order: Order,
    files: TrainingFiles,
    backend: ResolvedBackend,
    consent: Consent,
    say: Callable[[str], None],
) -> Job:
    """Record the job that is about to be started, start it, and record its id."""
    before = files.state.read().job(fingerprint=order.fingerprint)
    unconfirmed = before if before and not before.job_id else None
    record = JobRecord(
        fingerprint=order.fingerprint,
        provider=backend.provider.name,
        base_url=backend.base_url,
        model=order.model,
        began=unconfirmed.began if unconfirmed else backend.pace.clock(),
        delete_files=consent.delete_files,
        train=order.train.name,
        system_prompt=order.system_prompt,
        earlier_jobs=unconfirmed.earlier_jobs if unconfirmed else None,
        request=consent.request or (unconfirmed.request if unconfirmed else None),
    )
    files.state.change(lambda state: state.with_job(record))
    try:
        found = backend.runner.start(order, say)
    except FineTuningError as error:
        if error.code == FILE_CHANGED:  # no job was begun; an earlier one may have been
            files.state.change(lambda state: state.without_job(record, unconfirmed))
        raise
    _record(files, record, found)
    say(f"Started: {found.job_id}")
    return _job(found, order, files, backend, consent)


def _record(files: TrainingFiles, record: JobRecord, found: JobState) -> None:
    """Record the id of a job that was started."""
    known = replace(
        record, job_id=found.job_id, status=found.status, files=found.file_ids
    )
    try:
        files.state.change(lambda state: state.with_job(known))
    except FineTuningError as error:
        raise FineTuningError(
            f"Job {found.job_id} was started, and goes on. {error}",
            job_id=found.job_id,
            code=error.code,
        ) from error


def _job(
    found: JobState,
    order: Order,
    files: TrainingFiles,
    backend: ResolvedBackend,
    consent: Consent,
) -> Job:
    return Job(
        found,
        JobContext(
            backend=backend.runner,
            provider=backend.provider.name,
            pace=backend.pace,
            state=files.state,
            train=order.train,
            delete_files=consent.delete_files,
            system_prompt=order.system_prompt,
        ),
    )
