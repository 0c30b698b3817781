"""Secrets as people text them, in several countries, and texts that only look alike."""

from __future__ import annotations

from typing import Any

import pytest
from langchain_core.messages import HumanMessage

from langchain_imessage.transforms import Redactor

SECRETS = [
    ("mara dot reed at red-fox dot example", "reed"),
    ("mara [at] red-fox [dot] example", "mara"),
    ("mara dot reed @ red-fox dot example", "reed"),
    ("mara dot reed at red-fox.example", "reed"),
    ("mara punto reed arroba red-fox punto example", "reed"),
    ("mara @ red-fox . example", "mara"),
    ("mara-dot-reed-at-red-fox-dot-example", "reed"),
    ("mara_at_redfox_dot_com is mine", "redfox"),
    ("mara.r@red-fox", "mara"),
    ("mara at red dash fox dot co dot uk", "fox"),
    ("mara klammeraffe web punkt de", "mara"),
    ("mara AT web.de", "mara"),
    ("mara(a)web.de", "mara"),
    ('"mara reed"@fox.org', "reed"),
    ("log in as mara@192.168.1.5", "mara"),
    ("four-one-five, 555, two six seven one", "two six seven"),
    ("four 1 five 555 26 71", "555 26"),
    ("415_555_2671", "2671"),
    ("415*555*2671", "2671"),
    ("N 52°31.2 E 13°24.6", "13°24"),
    ("Berliner Straße 33", "33"),
    ("pin: four eight two one", "eight two"),
    ("the code is one two three four", "two three"),
    ("der pin ist vier acht zwei eins", "acht zwei"),
    ("1600 amphitheatre parkway", "amphitheatre"),
    ("123-B Elm Street", "Elm"),
    ("+1·415·555·2671", "2671"),
    ("null eins sieben sechs / eins zwei drei vier fünf sieben", "fünf"),
    ("unlock it with 7306", "7306"),
    ("punch in 5518 and wait", "5518"),
    ("code's 3390 then pound", "3390"),
    ("the side door: 9174, then the checkmark", "9174"),
    ("turn the alarm off, type 8256", "8256"),
    ("key safe behind the meter 6041", "6041"),
    ("the safe combo: 21-08-33", "21-08-33"),
    ("keypad at the shed 7K31P", "7K31P"),
    ("tresor geht mit 440917 auf", "440917"),
    ("die geheimzahl von oma ist 7254", "7254"),
    ("garagentor: 6173, danach grüne taste", "6173"),
    ("la alarma se apaga con 6651", "6651"),
    ("el nip es 8127", "8127"),
    ("per il portone fai 3384 e campanello", "3384"),
    ("portaria: digita 4479 e espera", "4479"),
    ("achterdeur 5527 intoetsen", "5527"),
    ("gate pe 8823 daal do", "8823"),
    ("オートロックは 3391 です", "3391"),
    ("password for the tablet: biscuit77", "biscuit77"),
    ("wifi password on the fridge, its mv83kq0zt", "mv83kq0zt"),
    ("la contraseña del portátil: Raton_88", "Raton_88"),
    ("a senha nova ficou coxinha#41", "coxinha#41"),
    ("lösenordet är fika2020", "fika2020"),
    ("our wifi: OakHouse_5G / biscuits31", "biscuits31"),
    ("WiFiは oak-net、パスは momiji606", "momiji606"),
    ("token: 0b7cc41e9a52d3f86e10bb47a9c8d215", "0b7cc41e9a52"),
    ("3fc9a71b08d2e6543fc9a71b08d2e654", "3fc9a71b08"),
    ("license key is AB3D9-KQ2LM-7ZX4T", "KQ2LM"),
    ("router key is 7QMX2LD9", "7QMX2LD9"),
    ("the 3 digits on the back are 617", "617"),
    ("last four are 8841", "8841"),
    ("sort 30-91-12", "30-91-12"),
    ("acct hold on 0049 8871 2203", "8871 2203"),
    ("aadhaar is the long one, 5521 9034 7718", "9034 7718"),
    ("personnr 640823-3234", "640823-3234"),
    ("upi leela.k-3@oksbi", "leela.k-3@"),
    ("localizador iberia 8KQ2LM", "8KQ2LM"),
    ("dossier sncf QWKRTP", "QWKRTP"),
    ("reservation HK7Q2ZT9XW", "HK7Q2ZT9XW"),
    ("call the office 5550186 ext 3", "5550186"),
    ("dad's mobile 07700 900461", "900461"),
    ("88 Quarry Loop, Dayton, OH 45402", "88 Quarry"),
    ("88 far view, dayton, oh 45402", "88 far view"),
    ("the lodge, ls6 2ab", "ls6 2ab"),
    ("9b ash grove leeds ls6 2ab", "9b ash"),
    ("am anger 7, 2. stock, 06108 halle", "am anger 7"),
    ("15 les tilleuls, 69003 lyon", "15 les tilleuls"),
    ("c-118 palm apartments", "c-118 palm"),
    ("laptop unlocks with Otter_88", "Otter_88"),
    ("pw for the tablet is 'pancakes'", "pancakes"),
    ("ivy@example.org / Walnut1977!", "Walnut1977"),
    ("the streaming one is ivy / Walnut!77", "Walnut!77"),
    ("Passwort steht am Kühlschrank, ist aber: rettich3salat", "rettich3salat"),
    ("пароль від мережі kashtan44", "kashtan44"),
    ("safe combo left 12 right 31 left 7", "31"),
    ("Fahrradschloss im Keller 5-9-1", "5-9-1"),
    ("boite a cle sous le banc 6604", "6604"),
    ("fietsslot 2218", "2218"),
    ("haustür unten 5519#", "5519"),
    ("la porte en bas A2207", "A2207"),
    ("panel in the hall by the door, it's 3716", "3716"),
    ("認証番号 774120 です", "774120"),
    ("пін картки 6613", "6613"),
    ("моя карта 5168 7420 0011 2234", "7420 0011"),
    ("lloyds 30-98-71 / 22914460", "22914460"),
    ("numéro fiscal 30 11 402 118 907", "402 118"),
    ("nr dowodu CDE441290", "CDE441290"),
    ("reg KX19 FTB", "KX19"),
    ("at 418 n halsted", "418 n"),
    ("5 the orchard, ripon", "5 the orchard"),
    ("calle 16 de septiembre 41", "41"),
    ("sur tamarindo 77 depto 4", "tamarindo 77"),
    ("2204 maple unit c", "2204 maple"),
    ("הרצל 14 רמת גן", "הרצל 14"),
    ("मकान नंबर 18", "18"),
    ("29 ferncliff ct", "29 ferncliff"),
    ("potsdamer str. 61b", "potsdamer str. 61"),
    ("pour le wifi de papi: papi1938!", "papi1938"),
    ("sie ist am 9.6.1990 geboren", "9.6.1990"),
    ("dob 09061990", "09061990"),
    ("CEP 04538-133", "04538-133"),
    ("her license K4418820", "K4418820"),
    ("last four of my ssn: 8812", "8812"),
    ("my gmail is ivy_s1990", "ivy_s1990"),
    ("212 five five five 2671", "2671"),
    ("(two one two) 555 2671", "555 2671"),
    ("zéro six douze trente-quatre cinquante-six soixante-dix-huit", "douze"),
    ("https://zoom.us/j/8412207719", "8412207719"),
    ("https://www.dropbox.com/s/k3m9q2/pic.jpg?dl=0", "k3m9q2"),
    ("https://discord.gg/kQ3fGh", "kQ3fGh"),
    ("https://meet.google.com/qwe-rtyu-iop", "rtyu"),
    ("hf_" + "qwertyuiopasdfghjklzxcvbnmQWERTY", "qwertyuiop"),
]

TALKS = [
    (["how do i get in", "keypad says 7719"], "7719"),
    (["cómo entro?", "el teclado 6182 y empujas"], "6182"),
    (["they texted u a code can u send", "yep 624 190"], "624 190"),
    (["what do they need? last 4 of your ssn", "8812"], "8812"),
    (["when's your birthday for the form", "august 9th 1990"], "august 9th"),
    (["wann hat opa geburtstag", "am 3. oktober"], "3. oktober"),
    (["pásame la contra del internet", "Totalplay55x"], "Totalplay55x"),
    (["wachtwoord van de laptop?", "nog steeds Tulpen_91"], "Tulpen_91"),
    (["confirmation number?", "ZK4M9Q2TXW"], "ZK4M9Q2TXW"),
    (["my acct number is", "55120", "00931"], "55120"),
    (["the pin is\nhang on\n6620"], "6620"),
    (["need the zoom passcode", "T7kdRw"], "T7kdRw"),
    (["bank details?", "30-98-71 22914460"], "22914460"),
    (["gate code\none sec\n7715#"], "7715"),
]

HARMLESS = [
    "one two three four five six seven",
    "10 9 8 7 6 5 4 3 2 1 go",
    "look at that. dot your i's",
    "we are at twenty-one dot five",
    "on mange chez paul ce soir, point final",
    "so AT web it is",
    "array[a] = 5, see (a) and (b).",
    "100*200*3000",
    "img_123_456",
    "at 45° angle",
    "hinter Platz 3, erster Weg 2",
    "the code is one of two or three",
    "take the 5 mile parkway loop",
    "section 12-c of the law",
    "zip code 60614 is nice",
    "born on the 4th of july movie",
    "version 1.2.3.4 of the app",
    "https://open.spotify.com/track/4cOdK2wGLETKBW3PvgPWqT",
    "https://zoom.us/pricing",
    "unlock 2 levels with 500 coins",
    "we opened with 1200 dollars",
    "the door is 30 inches wide",
    "hit 2500 words today",
    "press 1 for english",
    "type in the chat at 4",
    "call me at 6",
    "call of duty 4",
    "the key of c minor 7",
    "token price is 0.45",
    "hash browns x2",
    "last 4 days were rough",
    "last four games they lost",
    "en contra de 2000 personas",
    "wifi is 300 mbps / 20 up",
    "password for the iphone15",
    "reservation for the GERMANY match",
    "booking the PARIS trip",
    "ref WAS BLIND",
    "dossier de presse 2023",
    "10 plaza level seats",
    "the 5 loop road",
    "bring 3, 2000 people are coming",
    "sold 5, 12500 left",
    "a long day, 12345 steps",
    "s24 5th gen",
    "e5 2gb stick",
    "l5 s1 disc",
    "locker 204",
    "sort 12000 photos",
    "fax it by 5",
    "then we paid 2315 for the gate",
    "garage opens at 0815, then we go",
    "it's 2400 sq ft with a garage",
    "dress code black tie at 1900",
    "left 4 dead 2",
    "passed / failed2",
    "dl the 1080p one",
    "1 the square root",
    "10 minute dr",
    "in dieser straße 5",
]

QUIET_TALKS = [
    ["can you send the code?", "in 5 min", "see you at 7"],
    ["how do i get in shape", "30 min a day"],
    ["address?", "in 10 mins"],
    ["the code is broken", "room 1204"],
    ["what's the door code?", "localhost:3000"],
    ["garage sale at 9 saturday by the old oak?", "building has 1200 units"],
]


def redacted(*texts: str) -> str:
    said: list[Any] = [
        HumanMessage(text, additional_kwargs={"sender": "Ivy Watson"}) for text in texts
    ]
    session: Any = {
        "messages": said,
        "chat": {"guids": ["c"], "participants": ["Ivy Watson"]},
    }
    (after,) = Redactor()([session])
    return "\n".join(str(message.content) for message in after["messages"])


@pytest.mark.parametrize(("text", "secret"), SECRETS)
def test_a_secret_is_found_in_one_text(text: str, secret: str) -> None:
    assert secret not in Redactor().redact_text(text)


@pytest.mark.parametrize(("texts", "secret"), TALKS)
def test_a_secret_is_found_in_the_answer(texts: list[str], secret: str) -> None:
    assert secret not in redacted(*texts)


def test_what_looks_like_a_secret_stays() -> None:
    redactor = Redactor()
    assert [redactor.redact_text(text) for text in HARMLESS] == HARMLESS


@pytest.mark.parametrize("texts", QUIET_TALKS)
def test_what_looks_like_an_answer_stays(texts: list[str]) -> None:
    assert redacted(*texts) == "\n".join(texts)


def test_a_number_with_a_zero_before_its_area_is_found_where_people_have_one() -> None:
    assert Redactor(region="GB").redact_text("on 01632 960477") == "on [phone 1]"
    assert Redactor().redact_text("on 01632 960477") == "on 01632 960477"


@pytest.mark.parametrize(
    ("text", "hidden"),
    [
        ("the watson computer won", "the watson computer won"),
        ("the watson kids are here", "the [name 1] kids are here"),
        ("watson is late", "[name 1] is late"),
        ("the watsons", "the [name 1]s"),
    ],
)
def test_a_last_name_before_a_thing_is_the_things(text: str, hidden: str) -> None:
    assert redacted(text) == hidden
