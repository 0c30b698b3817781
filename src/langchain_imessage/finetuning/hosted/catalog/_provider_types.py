"""What is known of a provider and its models: the fields of the table of providers."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from langchain_imessage.preparation._pricing import undated_model

MEGABYTE = 1_000_000


@dataclass(frozen=True, slots=True, kw_only=True)
class TunableModel:
    """A model that can be tuned.

    Attributes:
        name: Its name; those of its versions begin with it.
        price: Dollars for a million tokens of training; None where not published.
        last_day: The last day it, and what was made of it, can be used; None if not set.
        existing_until: The first day on which customers who train it already may no longer
            do so; until then `last_day` is for new customers only. None if it is for all.
    """

    name: str
    price: float | None = None
    last_day: date | None = None
    existing_until: date | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Provider:
    """A provider that trains models.

    Attributes:
        name: Its name in `fine_tune(provider=)`.
        title: Its name in texts.
        base_url: The address of its API; None if each customer has another.
        base_url_variable: The environment variable with the address.
        key_variable: The environment variable with the key; None if it needs none.
        models: What it trains, as far as known; the first is the default.
        sink: The rules its files are checked by (`datasets.SINKS`).
        max_file_bytes: How large a file may be.
        multipart: Whether it takes large files in parts.
        expires: Whether files can expire.
        moderates: Whether it has a moderation endpoint.
        flat: Whether settings go in `hyperparameters`, and not in `method`.
        options: Settings of this provider only.
        differs: What else is different, in a few words.
        hosts: Its own hosts, the only ones its key in the environment is sent to; one that
            begins with a dot stands for all below it.
        methods: The methods it trains by.
        ends: The first day on which it creates no jobs for anybody; None if not announced.
        closed_to_new: The first day on which it took no new customers for training.
        as_of: When its figures and dates were looked up.
        source: Where.

    Example:
        >>> from langchain_imessage.finetuning import PROVIDERS
        >>> PROVIDERS["openai"].key_variable
        'OPENAI_API_KEY'
    """

    name: str
    title: str
    base_url: str | None = None
    base_url_variable: str | None = None
    key_variable: str | None = None
    models: tuple[TunableModel, ...] = ()
    sink: str = "openai"
    max_file_bytes: int = 512 * MEGABYTE
    multipart: bool = False
    expires: bool = False
    moderates: bool = False
    flat: bool = False
    options: tuple[str, ...] = ()
    differs: str = ""
    hosts: tuple[str, ...] = ()
    methods: tuple[str, ...] = ("supervised", "dpo")
    ends: date | None = None
    closed_to_new: date | None = None
    as_of: date = date(2026, 11, 23)
    source: str = ""

    def price_of(self, model: str) -> float | None:
        """Return dollars for a million tokens of training; None if not known.

        Args:
            model: The model's name.
        """
        found = self.find(model)
        return found.price if found else None

    def last_day_of(self, model: str) -> date | None:
        """Return the last day a model can be used; None if not known.

        Args:
            model: The model's name.
        """
        found = self.find(model)
        return found.last_day if found else None

    def find(self, model: str) -> TunableModel | None:
        """Return a model of the table; None if it has none of that name.

        Args:
            model: The model's name.
        """
        wanted = undated_model(model)
        known = (one for one in self.models if undated_model(one.name) == wanted)
        return next(known, None)
