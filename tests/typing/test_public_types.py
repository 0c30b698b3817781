"""The public names have the types their documentation promises; checked by mypy."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any, assert_type

from langchain_core.chat_sessions import ChatSession
from langchain_core.documents import Document
from langchain_core.messages import AIMessage, BaseMessage
from langchain_core.prompts import ChatPromptTemplate

from langchain_imessage import (
    BubblesOutputParser,
    ChatDatabase,
    Dataset,
    IMessageChatLoader,
    IMessageChatMessageHistory,
    IMessageLoader,
    Job,
    Ledger,
    PreparationReport,
    Prepared,
    attach,
    convert_dict_to_message,
    convert_message_to_dict,
    convert_messages_for_finetuning,
    fine_tune,
    map_ai_messages,
    merge_chat_runs,
    nanoseconds_from_2001_to_datetime,
    prepare,
    read_dataset,
    split_sessions,
    system_prompt,
    upload_to_langsmith,
    validate,
    write_dataset,
    write_jsonl,
)
from langchain_imessage.datasets import Finding, SessionFolder, write_session_folder
from langchain_imessage.evaluation import (
    BlindFigures,
    Estimate,
    EvaluatedAnswer,
    Evaluation,
    MemorisationAudit,
    aevaluate,
    audit,
    blind_page,
    evaluate,
    read_answers,
)
from langchain_imessage.finetuning import (
    JobRecord,
    Metric,
    afine_tune,
    jobs,
    next_commands,
)
from langchain_imessage.persona import StyleProfile, persona_prompt
from langchain_imessage.records import Conversation
from langchain_imessage.retrievers import (
    OwnRepliesIndex,
    OwnRepliesRetriever,
    OwnRepliesSelector,
    ReplyPair,
)
from langchain_imessage.statistics import (
    HistoryStatistics,
    history_statistics,
    plot_statistics,
)
from langchain_imessage.transcripts import (
    TranscriptExport,
    stream_transcripts,
    write_transcripts,
)
from langchain_imessage.typedstream import Value, dumps, loads, plain_text

if TYPE_CHECKING:
    from langchain_openai import ChatOpenAI

    from langchain_imessage.chat_loaders._messages import IMessageChatSession


def check(loader: IMessageChatLoader, database: ChatDatabase) -> None:
    """Assert the types; never run."""
    assert_type(loader.ledger, Ledger)
    sessions: Iterator[IMessageChatSession] = loader.lazy_load()
    assert_type(merge_chat_runs(sessions), Iterator[ChatSession])
    assert_type(map_ai_messages(loader.load(), sender="Me"), Iterator[ChatSession])
    assert_type(convert_messages_for_finetuning([]), list[list[dict[str, Any]]])
    assert_type(convert_dict_to_message({}), BaseMessage)
    assert_type(convert_message_to_dict(convert_dict_to_message({})), dict[str, Any])
    assert_type(write_jsonl([], "train.jsonl"), int)
    assert_type(prepare(loader, sender="Me", gap="auto"), Prepared)
    assert_type(prepare(loader.load()).report, PreparationReport)
    assert_type(split_sessions(loader.load()), Iterator[ChatSession])
    assert_type(system_prompt(), str)
    assert_type(write_dataset(loader.load(), "data", sink="mlx"), Dataset)
    assert_type(read_dataset("data").system_prompt, str | None)
    assert_type(validate("data", "mlx"), list[Finding])
    assert_type(nanoseconds_from_2001_to_datetime(0), datetime)
    assert_type(database.conversations(), Iterator[Conversation])
    assert_type(loads(b""), Value)
    assert_type(dumps("x"), bytes)
    assert_type(plain_text(b""), str | None)


def check_ecosystem(
    documents: IMessageLoader, history: IMessageChatMessageHistory
) -> None:
    """Assert the types of what LangChain takes; never run."""
    assert_type(documents.lazy_load(), Iterator[Document])
    assert_type(documents.ledger, Ledger)
    assert_type(history.messages, list[BaseMessage])
    assert_type(upload_to_langsmith([], "voice"), int)


async def check_finetuning(dataset: Dataset) -> None:
    """Assert the types of jobs and what they make; never run."""
    job = fine_tune(dataset, provider="local", confirm=lambda plan: plan.cost is None)
    assert_type(job, Job)
    assert_type(await afine_tune("data", confirm=True), Job)
    assert_type(attach("data").wait(timeout=60), Job)
    assert_type(await job.await_done(progress=print), Job)
    assert_type(job.metrics(), tuple[Metric, ...])
    model: ChatOpenAI = job.chat_model(temperature=1)
    assert_type(model.model_name, str)
    assert_type(jobs("data"), tuple[JobRecord, ...])
    assert_type(next_commands("data"), str)
    assert_type(BubblesOutputParser().invoke("a"), list[AIMessage])


async def check_evaluation(dataset: Dataset, job: Job) -> None:
    """Assert the types of what measures a model; never run."""
    found = evaluate(job, dataset, against={"none": str}, confirm=True)
    assert_type(found, Evaluation)
    assert_type(await aevaluate(job, "data", n=3), Evaluation)
    assert_type(found["tuned"].likeness, Estimate | None)
    assert_type(found.answers, tuple[EvaluatedAnswer, ...])
    assert_type(found.to_dict(), dict[str, Any])
    assert_type(found.save("evaluation.json"), Path)
    assert_type(audit(job, dataset, found), MemorisationAudit)


def check_persona(loader: IMessageChatLoader, found: Evaluation) -> None:
    """Assert the types of what writes and is told apart; never run."""
    index = OwnRepliesIndex.build(loader, sender="Me")
    assert_type(index, OwnRepliesIndex)
    assert_type(index.search("lunch?", 3, to="Ann"), list[ReplyPair])
    retriever = OwnRepliesRetriever.from_source("data", k=3)
    assert_type(retriever, OwnRepliesRetriever)
    assert_type(retriever.invoke("lunch?"), list[Document])
    assert_type(OwnRepliesSelector(index).select_examples({}), list[dict[str, Any]])
    assert_type(StyleProfile.of("data").describe(), str)
    assert_type(persona_prompt(index, 5, "Ann"), ChatPromptTemplate)
    assert_type(blind_page(found, person="Ann"), Path)
    assert_type(read_answers("back.json").all, BlindFigures)


def check_looking(loader: IMessageChatLoader, database: ChatDatabase) -> None:
    """Assert the types of what shows a history; never run."""
    assert_type(write_transcripts("chat.db", "out", groups=True), TranscriptExport)
    assert_type(stream_transcripts(None, format="csv"), Iterator[str])
    found = history_statistics(["mac.db", "phone.db"], people=["Ann"])
    assert_type(found, HistoryStatistics)
    assert_type(found.people[0].own_answer, float | None)
    assert_type(plot_statistics(found, "out.svg"), Path)
    assert_type(database.overview().first, datetime | None)
    folders = loader.attachment_folders
    assert_type(
        write_session_folder(loader.lazy_load(), "out", attachments=folders),
        SessionFolder,
    )
