"""Jobs of the fine-tuning server, as OpenAI's own client sees them."""

from __future__ import annotations

from typing import Any

import pytest
from finetuning_scenario import (
    LETTERS,
    ROWS,
    ask,
    connect,
    follow,
    row,
    start,
    tuned,
    upload,
)

from langchain_imessage.testing import FineTuningServer

openai = pytest.importorskip("openai")


def test_a_job_takes_a_step_each_time_it_is_asked_for(client: Any) -> None:
    created = start(client)
    found = [client.fine_tuning.jobs.retrieve(created.id).status for _ in range(6)]
    running = ["running"] * 3
    assert created.status == "validating_files"
    assert found == ["queued", *running, "succeeded", "succeeded"]


def test_a_job_may_be_done_when_it_is_first_asked_for() -> None:
    with FineTuningServer(job_polls=0) as server, connect(server) as client:
        job = client.fine_tuning.jobs.retrieve(start(client).id)
        assert job.status == "succeeded"
        assert ask(client, job.fine_tuned_model, "theta?") == "Number 8."


def test_a_job_says_what_was_asked_for_and_what_auto_means(client: Any) -> None:
    given = {"n_epochs": 2, "batch_size": 5}
    method = {"type": "supervised", "supervised": {"hyperparameters": given}}
    created = start(
        client, method=method, suffix="My Voice", seed=7, metadata={"a": "b"}
    )
    assert created.hyperparameters.learning_rate_multiplier == "auto"
    job = follow(client, created.id)
    told = job.method.supervised.hyperparameters
    assert (told.n_epochs, told.batch_size) == (2, 5)
    assert told.learning_rate_multiplier == 1.0
    assert (job.seed, job.metadata) == (7, {"a": "b"})
    assert job.fine_tuned_model.startswith("ft:gpt-4o-mini:parrot:my-voice:")
    assert job.trained_tokens == sum(len(_words(each)) for each in ROWS) * 2


def _words(example: dict[str, Any]) -> list[str]:
    return " ".join(message["content"] for message in example["messages"]).split()


def test_hyperparameters_may_be_where_they_were_in_older_days(client: Any) -> None:
    job = start(client, hyperparameters={"n_epochs": 5})
    assert job.method.supervised.hyperparameters.n_epochs == 5


def test_the_loss_falls_to_nothing_and_the_last_three_epochs_are_kept(
    client: Any,
) -> None:
    job = follow(client, start(client, hyperparameters={"n_epochs": 4}).id)
    events = list(client.fine_tuning.jobs.list_events(job.id, limit=3))[::-1]
    losses = [e.data["train_loss"] for e in events if e.type == "metrics"]
    assert losses[0] > losses[-1] == 0
    kept = list(client.fine_tuning.jobs.checkpoints.list(job.id, limit=1))
    assert [each.step_number for each in kept] == [48, 36, 24]


def test_the_loss_on_what_is_held_out_is_that_of_the_learner(client: Any) -> None:
    never = [row("Which letter is omega?", "None of these at all")]
    held_out = upload(client, never).id
    job = follow(client, start(client, validation_file=held_out).id)
    (last, *_) = client.fine_tuning.jobs.checkpoints.list(job.id)
    assert last.metrics.train_loss == 0
    assert last.metrics.valid_loss > 0.5
    assert last.metrics.valid_mean_token_accuracy == 0


def test_the_result_file_has_the_losses(client: Any) -> None:
    job = follow(client, start(client).id)
    (result,) = job.result_files
    lines = client.files.content(result).text.splitlines()
    assert lines[0].startswith("step,train_loss,train_accuracy")
    assert lines[-1] == "36,0.0,1.0,,"


def test_events_come_newest_first_and_say_that_it_is_a_parrot(client: Any) -> None:
    job = follow(client, start(client).id)
    messages = [e.message for e in client.fine_tuning.jobs.list_events(job.id)]
    assert messages[0] == "The job has successfully completed"
    assert messages[-1] == f"Created fine-tuning job: {job.id}"
    assert any("parrot, not a model" in message for message in messages)


def test_a_checkpoint_knows_what_was_learned_by_then(client: Any) -> None:
    job = follow(client, start(client).id)
    *_, first = client.fine_tuning.jobs.checkpoints.list(job.id)
    model = first.fine_tuned_model_checkpoint
    assert ask(client, model, f"Which letter is {LETTERS[3]}?") == "Number 4."
    assert ask(client, model, f"Which letter is {LETTERS[11]}?") != "Number 12."


def test_a_tuned_model_can_be_taught_more(client: Any) -> None:
    first = tuned(client)
    more = [row(f"Is {letter} Greek?", f"{letter}, yes.") for letter in LETTERS]
    second = tuned(client, more, model=first)
    assert second.startswith("ft:gpt-4o-mini:parrot:")
    assert ask(client, second, "Which letter is theta?") == "Number 8."
    assert ask(client, second, "Is theta Greek?") == "theta, yes."


def test_jobs_are_listed_newest_first_and_by_metadata(client: Any) -> None:
    one = start(client, metadata={"digest": "1", "by": "me"}).id
    two = start(client, metadata={"digest": "2", "by": "me"}).id
    three = start(client).id
    jobs = client.fine_tuning.jobs
    assert [job.id for job in jobs.list(limit=1)] == [three, two, one]
    assert [job.id for job in jobs.list(metadata={"digest": "1"})] == [one]
    assert [job.id for job in jobs.list(metadata={"by": "me"})] == [two, one]


def test_a_cancelled_job_stays_cancelled(client: Any) -> None:
    job = start(client)
    cancelled = client.fine_tuning.jobs.cancel(job.id)
    assert (cancelled.status, cancelled.error) == ("cancelled", None)
    assert client.fine_tuning.jobs.retrieve(job.id).status == "cancelled"
    with pytest.raises(openai.BadRequestError, match="already cancelled"):
        client.fine_tuning.jobs.cancel(job.id)


def test_a_paused_job_waits(server: FineTuningServer) -> None:
    # Not strict: the contract knows how to pause, but no status "paused".
    with connect(server, _strict_response_validation=False) as client:
        jobs, job = client.fine_tuning.jobs, start(client)
        assert jobs.pause(job.id).status == "paused"
        assert jobs.retrieve(job.id).status == "paused"
        assert jobs.resume(job.id).status == "validating_files"
        assert follow(client, job.id).status == "succeeded"


def test_a_bad_line_fails_the_job(client: Any) -> None:
    job = follow(client, start(client, [*ROWS, {"messages": []}]).id)
    assert (job.status, job.error.code) == ("failed", "invalid_training_file")
    assert job.error.param == "training_file"
    (last, *_) = client.fine_tuning.jobs.list_events(job.id)
    assert (last.level, last.message) == ("error", job.error.message)


def test_a_bad_validation_file_fails_the_job(client: Any) -> None:
    held_out = upload(client, [{}]).id
    job = follow(client, start(client, validation_file=held_out).id)
    assert job.error.code == "invalid_validation_file"


def test_a_file_that_is_gone_fails_the_job(client: Any) -> None:
    job = start(client)
    client.files.delete(job.training_file)
    assert follow(client, job.id).status == "failed"


def test_too_much_that_moderation_flags_fails_the_job(client: Any) -> None:
    flagged = [row(f"Darned {letter}", "Yes.") for letter in LETTERS]
    job = follow(client, start(client, flagged).id)
    assert job.error.code == "invalid_training_file"
    assert "moderation" in job.error.message
    assert follow(client, start(client, [*ROWS, flagged[0]]).id).status == "succeeded"


@pytest.mark.parametrize(
    ("options", "param"),
    [
        ({"suffix": "x" * 65}, "suffix"),
        ({"seed": -1}, "seed"),
        ({"seed": True}, "seed"),
        ({"seed": 2**31}, "seed"),
        ({"hyperparameters": {"n_epochs": 51}}, "hyperparameters.n_epochs"),
        ({"hyperparameters": {"n_epochs": 1.5}}, "hyperparameters.n_epochs"),
        ({"hyperparameters": {"batch_size": 257}}, "hyperparameters.batch_size"),
        ({"hyperparameters": {"lora_r": 8}}, "hyperparameters.lora_r"),
        ({"hyperparameters": []}, "hyperparameters"),
        ({"method": {"type": "reinforcement"}}, "method.type"),
        ({"method": {"type": "supervised", "supervised": 1}}, "supervised"),
        ({"metadata": {"k" * 65: "v"}}, "metadata"),
        ({"metadata": {"k": "v" * 513}}, "metadata"),
        ({"metadata": {"k": 1}}, "metadata"),
        ({"metadata": {str(n): "v" for n in range(17)}}, "metadata"),
        ({"validation_file": "file-none"}, "validation_file"),
        ({"model": ""}, "model"),
        ({"model": "ft:gone"}, "model"),
        ({"extra_body": {"lora": True}}, "lora"),
    ],
)
def test_bad_values_of_a_job_are_refused_by_name(
    client: Any, options: dict[str, Any], param: str
) -> None:
    with pytest.raises(openai.BadRequestError) as caught:
        start(client, **options)
    assert caught.value.param == param


def test_a_lenient_server_passes_over_what_openai_does_not_know() -> None:
    with FineTuningServer(is_lenient=True) as server, connect(server) as client:
        hyperparameters = {"lora_r": 8, "n_epochs": 1}
        job = start(client, hyperparameters=hyperparameters, extra_body={"x": 1})
        assert job.hyperparameters.n_epochs == 1


def test_a_file_of_another_purpose_cannot_be_learned_from(client: Any) -> None:
    file = client.files.create(file=b"{}", purpose="batch")
    with pytest.raises(openai.BadRequestError, match="purpose"):
        client.fine_tuning.jobs.create(model="gpt-4o", training_file=file.id)


def test_preferred_answers_are_learned(client: Any) -> None:
    rows = [
        {
            "input": {"messages": each["messages"][:1]},
            "preferred_output": each["messages"][1:],
            "non_preferred_output": [{"role": "assistant", "content": "No."}],
        }
        for each in ROWS
    ]
    method = {"type": "dpo", "dpo": {"hyperparameters": {"beta": 0.2}}}
    job = follow(client, start(client, rows, method=method).id)
    assert job.method.dpo.hyperparameters.beta == 0.2
    assert ask(client, job.fine_tuned_model, "theta?") == "Number 8."


def test_as_many_flagged_examples_as_allowed_are_accepted() -> None:
    rows = [row(f"Which letter is {letter}?", "Fine.") for letter in LETTERS[:10]]
    with FineTuningServer(flagged=["alpha"]) as server, connect(server) as client:
        assert follow(client, start(client, rows).id).status == "succeeded"
    with (
        FineTuningServer(flagged=["alpha", "beta"]) as server,
        connect(server) as client,
    ):
        assert follow(client, start(client, rows).id).error.code == (
            "invalid_training_file"
        )


def test_a_page_that_ends_with_the_list_says_that_no_more_follow(client: Any) -> None:
    for _ in range(2):
        start(client)
    jobs = client.fine_tuning.jobs
    assert jobs.list(limit=2).has_more is False
    assert jobs.list(limit=1).has_more is True
