"""Five hundred secrets of all kinds are planted in a database; none comes out."""

from __future__ import annotations

import json
import random
import re
from collections import Counter
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any, NamedTuple

import pytest

from langchain_imessage import (
    IMessageChatLoader,
    Redactor,
    convert_messages_for_finetuning,
    map_ai_messages,
    merge_chat_runs,
    name_speakers,
    read_vault,
    write_jsonl,
    write_vault,
)
from langchain_imessage.testing import ChatDatabaseWriter

phonenumbers = pytest.importorskip("phonenumbers")

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

SEED = 20_261_125
EACH = 56
"""Secrets of each of nine kinds."""

NOON = datetime(2024, 5, 1, 12, tzinfo=UTC)
REGIONS = ("US", "GB", "DE", "FR", "IN", "JP", "BR", "AU", "IL", "NG")
FIRST = "Anna Bruno Chloé Dmitri Elif Fatima Greta Hugo Ines Jürgen Kenji Lucía Mateus Niamh"
LAST = "Abramov Becker Castellanos Dubois Eriksson Fontaine Gruber Hashimoto Iannucci Jovanović"
STREETS = (
    "Main Oak Maple Cedar Elm Washington Lake Hill Walnut Park Sunset Lincoln Church"
)
NOISE = "see you at the big tree behind our old house when it rains no more"
CODE_WORDS = (
    *("Your code is {}", "{} is your verification code", "PIN {}", "use OTP {} to pay"),
    *(
        "Dein Code: {}",
        "Tu código es {}",
        "Votre code : {}",
        "Ваш код {}",
        "验证码：{}",
    ),
)
LINKS = (
    "https://example.com/reset?token={}",
    "https://example.com/v?lang=en&sig={}&x=1",
    "https://me:{}@example.org/",
    "https://example.net/share/{}/edit",
    "example.org/login#session={}",
)


class Secret(NamedTuple):
    """Something planted: its kind, the text it is in, and what must not come out."""

    kind: str
    text: str
    secret: str


def digits(chance: random.Random, count: int) -> str:
    return "".join(chance.choices("0123456789", k=count))


def phone(chance: random.Random) -> Secret:
    region = chance.choice(REGIONS)
    example = phonenumbers.example_number_for_type(
        region, phonenumbers.PhoneNumberType.MOBILE
    )
    while True:
        national = str(example.national_number)[:-4] + digits(chance, 4)
        number = phonenumbers.parse(national, region)
        if phonenumbers.is_valid_number(number):
            break
    forms = [phonenumbers.PhoneNumberFormat.E164]
    forms += [phonenumbers.PhoneNumberFormat.INTERNATIONAL]
    if region == "US":  # where the people of the database are from
        forms += [phonenumbers.PhoneNumberFormat.NATIONAL]
    secret = phonenumbers.format_number(number, chance.choice(forms))
    return Secret("phone", f"call me: {secret}", secret)


def email(chance: random.Random) -> Secret:
    name = "".join(chance.choices("abcdefghijklmnopqrstuvwxyz", k=8))
    host = chance.choice(["example.com", "mail.example.org", "example.co.uk"])
    secret = f"{name}.{digits(chance, 2)}@{host}"
    return Secret("email", f"write to {secret}!", secret)


def card(chance: random.Random) -> Secret:
    first, length = chance.choice([("4", 16), ("51", 16), ("37", 15), ("6011", 16)])
    body = first + digits(chance, length - len(first) - 1)
    secret = next(body + c for c in "0123456789" if luhn(body + c))
    groups = re.findall(".{1,4}", secret)
    secret = chance.choice(["", " ", "-"]).join(groups)
    if len(groups[-1]) < 4:
        secret = f"{secret.replace(' ', '').replace('-', '')}"
    return Secret("card", f"take my card {secret} ok", secret)


def luhn(number: str) -> bool:
    odd, even = number[-1::-2], number[-2::-2]
    doubled = (sum(divmod(2 * int(digit), 10)) for digit in even)
    return (sum(map(int, odd)) + sum(doubled)) % 10 == 0


def iban(chance: random.Random) -> Secret:
    country, length = chance.choice(
        [("DE", 22), ("GB", 22), ("FR", 27), ("NL", 18), ("ES", 24), ("CH", 21)]
    )
    body = digits(chance, length - 4)
    if country in {"GB", "NL"}:
        body = "".join(chance.choices("ABCDEFGH", k=4)) + body[4:]
    value = int("".join(str(int(char, 36)) for char in body + country + "00"))
    plain = f"{country}{98 - value % 97:02}{body}"
    secret = chance.choice([plain, " ".join(re.findall(".{1,4}", plain))])
    return Secret("iban", f"account {secret}, thanks", secret)


def code(chance: random.Random) -> Secret:
    secret = digits(chance, chance.randint(4, 8))
    if len(secret) == 6:
        secret = chance.choice([secret, f"{secret[:3]}-{secret[3:]}", f"G-{secret}"])
    return Secret("code", chance.choice(CODE_WORDS).format(secret), secret)


def address(chance: random.Random) -> Secret:
    number, name = chance.randint(10, 9999), chance.choice(STREETS.split())
    secret = chance.choice(
        [
            f"{number} {name} {chance.choice(['St', 'Ave', 'Road', 'Blvd.', 'Lane'])}",
            f"{number} {name} Street, Springfield, IL {digits(chance, 5)}",
            f"{number} {name.lower()} ave",
            f"{name}straße {number}",
            f"{number} rue {name}, 75002 Paris",
            f"Calle {name} {number}",
        ]
    )
    return Secret("address", f"we live at {secret}", secret)


def link(chance: random.Random) -> Secret:
    letters = "abcdefghijkmnpqrstuvwxyzABCDEFGHJKLMNPQRSTUVWXYZ23456789"
    secret = "".join(chance.choices(letters, k=32))
    return Secret("secret", chance.choice(LINKS).format(secret), secret)


def person(chance: random.Random) -> Secret:
    first, last = chance.choice(FIRST.split()), chance.choice(LAST.split())
    secret = chance.choice([first, first.lower(), f"{first} {last}", first.upper()])
    text = chance.choice(["ask {}", "{}'s idea", "did {}, come?", "@{} hi", "{}: ok"])
    return Secret("name", text.format(secret), secret)


def known_number(chance: random.Random) -> Secret:
    number = PEOPLE[chance.choice(list(PEOPLE))]
    secret = chance.choice(
        [number, number[2:], f"({number[2:5]}) {number[5:8]}-{number[8:]}"]
    )
    return Secret("phone", f"that is {secret}.", secret)


MAKERS: tuple[Callable[[random.Random], Secret], ...] = (
    phone,
    email,
    card,
    iban,
    code,
    address,
    link,
    person,
    known_number,
)
PEOPLE = {
    f"{first} {last}": f"+1415555{2000 + place}"
    for place, (first, last) in enumerate(
        (first, last) for first in FIRST.split() for last in LAST.split()
    )
}


def secrets() -> list[Secret]:
    chance = random.Random(SEED)
    planted = [make(chance) for make in MAKERS for _ in range(EACH)]
    chance.shuffle(planted)
    return planted


def plant(path: Path, planted: list[Secret]) -> None:
    chance = random.Random(SEED)
    with ChatDatabaseWriter(path) as database:
        handles = [database.handle(number) for number in PEOPLE.values()]
        chats = [
            database.chat(*chance.sample(handles, size), display_name="Hashimoto & Co.")
            for size in (1, 1, 1, 2, 3, 5)
        ]
        database.chat(*handles)
        for minute, secret in enumerate(planted):
            chat = chats[minute % len(chats)]
            noise = " ".join(chance.choices(NOISE.split(), k=chance.randint(0, 6)))
            text = f"{noise}. {secret.text}" if noise else secret.text
            for sender in chance.sample([chance.choice(handles), None], 2):
                at = NOON + timedelta(minutes=3 * minute, seconds=30 * bool(sender))
                database.message(chat, text, sender=sender, at=at)
                text = "fine"


@pytest.fixture(scope="module")
def planted() -> list[Secret]:
    return secrets()


@pytest.fixture(scope="module")
def redactor() -> Redactor:
    return Redactor(names=[*PEOPLE])


@pytest.fixture(scope="module")
def examples(
    tmp_path_factory: pytest.TempPathFactory, planted: list[Secret], redactor: Redactor
) -> list[list[dict[str, Any]]]:
    path = tmp_path_factory.mktemp("planted") / "chat.db"
    plant(path, planted)
    contacts = {number: name for name, number in PEOPLE.items()}
    sessions = IMessageChatLoader(path, contacts=contacts).lazy_load()
    mapped = map_ai_messages(merge_chat_runs(sessions), sender="Me")
    return convert_messages_for_finetuning(name_speakers(redactor(mapped)))


def strings(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        for key, item in value.items():
            yield from (key, *strings(item))
    elif isinstance(value, list):
        for item in value:
            yield from strings(item)


def test_none_of_them_comes_out(
    planted: list[Secret], examples: list[list[dict[str, Any]]]
) -> None:
    assert len(planted) >= 500
    out = "\n".join(strings(examples))
    words = set(re.findall(r"\w+", out.casefold()))
    squeezed = re.sub(r"[^\w@]+", "", out).casefold()
    for kind, _, secret in planted:
        if kind == "name":
            assert words.isdisjoint(secret.casefold().split())
        elif kind != "code":  # short ones are anywhere in long digits, as of no code
            assert re.sub(r"[^\w@]+", "", secret).casefold() not in squeezed, kind
        assert secret not in out, kind
    everybody = {word for name in PEOPLE for word in name.casefold().split()}
    assert words.isdisjoint(everybody)
    assert not re.search(
        r"\d{4}", re.sub(r"\[[a-z]+ \d+\]", "", out.replace("75002", ""))
    )


def test_each_is_counted_under_its_kind(
    planted: list[Secret],
    redactor: Redactor,
    examples: list[list[dict[str, Any]]],
) -> None:
    assert examples
    assert redactor.counts == Counter(secret.kind for secret in planted)


def test_the_vault_undoes_it(
    planted: list[Secret],
    redactor: Redactor,
    examples: list[list[dict[str, Any]]],
    tmp_path: Path,
) -> None:
    write_vault(redactor.vault, tmp_path / "vault.json")
    again = Redactor(vault=read_vault(tmp_path / "vault.json"))
    back = again.restore("\n".join(strings(examples)))
    for kind, text, _ in planted:
        if kind not in {"name", "phone"}:  # which come back as written first
            assert text in back


def test_the_same_database_gives_the_same_bytes(
    planted: list[Secret], tmp_path: Path
) -> None:
    plant(tmp_path / "chat.db", planted[:60])
    written = []
    for name in ("one.jsonl", "other.jsonl"):
        sessions = IMessageChatLoader(tmp_path / "chat.db").lazy_load()
        redacted = Redactor(names=[*PEOPLE])(map_ai_messages(sessions, "Me"))
        write_jsonl(redacted, tmp_path / name)
        written.append((tmp_path / name).read_bytes())
    assert written[0] == written[1]
    assert all(
        {*message} == {"role", "content"}
        for line in written[0].splitlines()
        for message in json.loads(line)["messages"]
    )
