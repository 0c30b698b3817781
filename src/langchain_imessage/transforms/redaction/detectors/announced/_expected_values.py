"""Which value each kind of announcing word expects, and whether a message is one alone; pure."""

# ruff: noqa: RUF001 - other alphabets are what it is about
# ruff: noqa: PLR2004 - digits and letters of a form are numbers

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from langchain_imessage.text import fold, without_accents
from langchain_imessage.transforms.redaction.detectors.announced._announcing_words import (
    FILLERS,
)
from langchain_imessage.transforms.redaction.detectors.announced._contact_values import (
    address_at,
    handle_at,
    handle_before,
    local_number_at,
    mail_at,
    mail_before,
    phone_at,
)
from langchain_imessage.transforms.redaction.detectors.announced._id_values import (
    account_at,
    birthday_at,
    birthday_before,
    booking_at,
    id_at,
    long_number_at,
    reference_at,
)
from langchain_imessage.transforms.redaction.detectors.announced._secret_values import (
    code_at,
    code_before,
    cvv_at,
    device_at,
    login_at,
    network_at,
    password_at,
    password_before,
    seed_at,
    sort_code_at,
    strong_at,
    tail_at,
    token_value_at,
)
from langchain_imessage.transforms.redaction.detectors.announced._value_forms import (
    CLOSING,
    Place,
    Value,
    count_digits,
    is_product,
    looks_secret,
    token_at,
)

if TYPE_CHECKING:
    from langchain_imessage.transforms.redaction._matches import Match

_MARKS = re.compile(r"[\s,.:!=-]*")
_OPENING = re.compile(
    r"(?:\s|[,.:!]|(?:its|it['’]s|it is|that['’]s|thats|is|the|this|this is|k|kk|ok|okay|yes|yeah|yep|yup|ya|sure|hey|oh|uh|um|i think|i believe|try|should be|mine|mine is|here|here['’]s|here you go|es|est|ist|das ist|c['’]est|ja|si|sí|oui|e|é|è|da|да|это|так|это|是|כן|نعم)\b(?!['’]))+",
    re.IGNORECASE,
)


_LEAD_TEXT = """
    says said use try type enter punch press dial still probably maybe then first use should teclado clavier
    tastiera keypad now have got one nog steeds noch immer immernoch encore toujours todavia sigue siendo
    ancora sempre ainda continua con mit avec met com marca pon mete tape tapez fai digita compose teclea
    pulsa tippe gib usa utilise prova probeer pakai hmm well um actually lemme see sec wait hold just fyi
    sure yes yeah yep ya si oui ja da haan ok
"""
_LEADS = frozenset(_LEAD_TEXT.split()) | FILLERS
_MOST_LEADS = 5
_WORD = re.compile(r"\W*([^\W\d_]+)(?=[\s,.:!]|\Z)")

_PASSCODE = re.compile(r"[\w#@!$%&*+-]{5,}")
_MOST_BEHIND = 4
"""Words behind a value in a message that says nothing else."""


def answer_in(text: str, kind: str) -> Match | None:
    """Return the value that a text says alone, when it was asked for before.

    Args:
        text: A whole message.
        kind: The kind of announcing word that was asked with.
    """
    opening = _OPENING.match(text)
    start = _behind_leads(text, opening.end() if opening else 0)
    place = Place(text, start, start, True, True)  # noqa: FBT003
    span = VALUES[kind].after(place)
    if span is None and kind in {"code", "device"}:
        span = _only_token(text, start)
    if span is None or len(text[span[1] :].split()) > _MOST_BEHIND:
        return None
    value = text[slice(*span)]
    if not any(map(str.isdigit, value)) and not looks_secret(value):
        return None
    if kind in {"device", "code"} and value.isdigit() and count_digits(value) < 4:
        return None
    return VALUES[kind].match(text, *span)


def _only_token(text: str, start: int) -> tuple[int, int] | None:
    """Return a passcode with letters: it must be all that is said."""
    span = token_at(text, start)
    if span is None or text[span[1] :].strip(CLOSING):
        return None
    token = text[slice(*span)]
    has_both = any(map(str.isdigit, token)) and any(map(str.isalpha, token))
    return (
        span
        if has_both
        and _PASSCODE.fullmatch(token)
        and looks_secret(token)
        and not is_product(token)
        else None
    )


def _behind_leads(text: str, start: int) -> int:
    """Return where a message begins to say something, behind "it still says"."""
    for _ in range(_MOST_LEADS):
        word = _WORD.match(text, start)
        if word is None or without_accents(fold(word[1])) not in _LEADS:
            break
        start = word.end()
    rest = _MARKS.match(text, start)
    return rest.end() if rest else start


VALUES = {
    "password": Value("password", password_at, password_before),
    "network": Value("password", network_at),
    "login": Value("password", login_at),
    "pass": Value("password", strong_at),
    "code": Value("code", code_at, code_before),
    "device": Value("code", device_at, code_before),
    "cvv": Value("code", cvv_at),
    "sort": Value("account", sort_code_at),
    "tail": Value("account", tail_at),
    "token": Value("secret", token_value_at),
    "call": Value("phone", local_number_at),
    "card": Value("card", long_number_at),
    "account": Value("account", account_at),
    "id": Value("id", id_at),
    "reference": Value("reference", reference_at),
    "booking": Value("reference", booking_at),
    "birthday": Value("birthday", birthday_at, birthday_before),
    "born": Value("birthday", lambda _: None, birthday_before),
    "handle": Value("handle", handle_at, handle_before),
    "address": Value("address", address_at),
    "phone": Value("phone", phone_at),
    "mail": Value("email", mail_at, mail_before),
    "seed": Value("secret", seed_at),
}
"""The rule of each kind of announcing word."""
