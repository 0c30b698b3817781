"""Street addresses, in the forms of some countries; pure.

Conservative: a number and a street with a word that says it is one. What is known by name
only ("at the old mill") is not found.
"""

# ruff: noqa: RUF001 - other alphabets are what it is about

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from langchain_imessage.transforms.redaction._matches import Match
from langchain_imessage.transforms.redaction.detectors._text_features import (
    features_of,
    letter_words,
)
from langchain_imessage.transforms.redaction.detectors.addresses._address_words import (
    may_be_eastern,
    may_be_french,
    may_be_short_southern,
    may_be_southern,
    may_have_unit,
)
from langchain_imessage.transforms.redaction.detectors.addresses._other_forms import (
    EASTERN,
    OTHER_HOUSES,
    REST,
    SEMITIC,
    SLAVIC,
    TURKISH,
)

if TYPE_CHECKING:
    from collections.abc import Iterator

    from langchain_imessage.transforms.redaction.detectors._text_features import (
        TextFeatures,
    )

_STATES = (
    "AL|AK|AZ|AR|CA|CO|CT|DE|DC|FL|GA|HI|ID|IL|IN|IA|KS|KY|LA|ME|MD|MA|MI|MN|MS|MO|MT|NE"
    "|NV|NH|NJ|NM|NY|NC|ND|OH|OK|OR|PA|PR|RI|SC|SD|TN|TX|UT|VT|VA|WA|WV|WI|WY"
)
_PLAIN_STATES = "ak|az|ar|ca|ct|dc|fl|ga|il|ia|ks|ky|md|mi|mn|ms|mt|ne|nv|nh|nj|nm|ny|nc|nd|ri|sc|sd|tn|tx|ut|vt|va|wa|wv|wi|wy"
"""In lower case: those that are no word."""

_AREAS = (
    "ab|al|b|ba|bb|bd|bh|bl|bn|br|bs|bt|ca|cb|cf|ch|cm|co|cr|ct|cv|cw|da|dd|de|dg|dh|dl|dn|dt|dy|e|ec|eh|en|ex|fk|fy|g"
    "|gl|gu|ha|hd|hg|hp|hr|hs|hu|hx|ig|ip|iv|ka|kt|kw|ky|l|la|ld|le|ll|ln|ls|lu|m|me|mk|ml|n|ne|ng|nn|np|nr|nw|ol|ox"
    "|pa|pe|ph|pl|po|pr|rg|rh|rm|s|sa|se|sg|sk|sl|sm|sn|so|sp|sr|ss|st|sw|sy|ta|td|tf|tn|tq|tr|ts|tw|ub|w|wa|wc|wd|wf"
    "|wn|wr|ws|wv|yo|ze"
)
"""Of UK postcodes."""

_CAPITAL = rf"[^\W\d_a-zß-öø-ÿ]{REST}"
_PLACE = rf"{_CAPITAL}(?: {_CAPITAL}){{0,2}}"
_ZIP = rf"(?:{_STATES}),? \d{{5}}(?:-\d{{4}})?(?!\w)"
_POSTCODE = r"(?:[BEGLMNSW]|[A-PR-UWYZ][A-HK-Y])\d[A-Z\d]? ?\d[ABD-HJLNP-UW-Z]{2}(?!\w)"
_TOWN_CODE = (
    r"(?!\d{2}000)(?:\d{5}|\d{4} [A-Za-z]{2}(?!\w)) (?!(?:people|left|more|times|euros?|dollars|bucks|miles"
    r"|steps|points|words|followers|views|km|leute|mal|personas|pessoas|persone|gens|mensen)\b)[^\W\d_]{3,}"
)
_UNIT = (
    r"(?:,? (?:(?i:apt|apartment|unit|suite|ste|flat|floor|fl|room)\.? ?#?\w{1,6}"
    r"|#\w{1,6}))?"
)
_TOWN = rf"(?:,\s?{_PLACE})?(?:,?\s(?:{_ZIP}|{_POSTCODE}))?"
_TYPES = (
    "Street|St|Avenue|Ave|Av|Road|Rd|Boulevard|Blvd|Lane|Ln|Drive|Dr|Court|Ct|Place|Pl"
    "|Square|Sq|Terrace|Ter|Way|Parkway|Pkwy|Circle|Cir|Highway|Hwy|Crescent|Cres|Close"
    "|Gardens|Grove|Mews|Row|Trail|Alley|Broadway|Loop|Plaza|Trace|Cove"
)
_PLAIN_TYPES = "street|st|avenue|ave|road|rd|boulevard|blvd|ln|parkway|pkwy|hwy"
"""In lower case: those that are next to nothing else."""

_NO_NAME = (
    "the|a|an|on|of|in|at|to|and|or|my|your|this|that|his|her|our|per|way|lane|min|mins"
    "|minutes?|hours?|miles?|km|blocks?|more|people|from|down|cars|am|pm|is|was|for|with"
    "|up|off|by|no|one|big|busy|side"
)
"""What is not a street's name where it is in lower case."""

_NOT_IN_STREET = (
    "we|i|you|it|its|he|she|they|then|so|if|when|lets|let|can|could|will|would|do|does|did|have"
    "|has|had|be|are|were|not|yes|ok|lol|pls|please|today|tonight|tomorrow|now|just|then|but"
    "|because|everyone|someone|gym|thai|sushi|dinner|lunch|breakfast|coffee|our|any|some|until"
    "|till|before|after|since|around|about|as|percent|years?|days?|weeks?|bucks|dollars|euros?"
)
_SOFT_TYPES = (
    "court|ct|close|terrace|ter|crescent|cres|gardens|gdns|mews|grove|row|circle|cir|drive|dr|trail|trl"
    "|parkway|highway|boulevard|square|sq|alley|loop|run|pass|pike|ridge|hill|park|path|walk|street|st|avenue"
    "|ave|av|road|rd|lane|ln|blvd|pkwy|hwy|rise|vale|wharf|quay|green|heights|manor|glen|cove|bend"
)
_NUMBER = r"(?<![\w.,$€£:/-])(?<!\bthe )\d{1,5}[A-Za-z]?(?:-(?:\d{1,4}|[A-Za-z]\b))?"
_NOT_A_TIME = r"(?![\w:%]|[.,:]\d| ?(?:[Mm]in\w*|km|Uhr|Std|Stunden|uur)\b)"
_DE_LA = "(?:de la |de l['\u2019]|des |du |de |d['\u2019]|l['\u2019])?"
_DEL = "(?:de la |de los |de |del |della |dei |do |da |dos )?"

_SUFFIXES = (
    r"straße|strasse|str\.?|weg|platz|allee|gasse|damm|straat|laan|plein|gracht|kade"
)
_NO_TOWN = (
    "dieser|jeder|unser|einer|keiner|welcher|hinter|unter|immer|aber|oder|letzter|erster"
    "|zweiter|dritter|freier|guter|neuer|bester|anderer|meiner|deiner|seiner|ihrer"
)
"""What ends as an inhabitant of a town does, before "Platz" or "Weg"."""

_FRENCH_TYPES = (
    r"rue|avenue|av\.|boulevard|bd\.?|place|chemin|allée|impasse|quai|route|cours"
)
_SOUTHERN_TYPES = (
    r"calle|c/|avenida|avda\.?|plaza|paseo|via|viale|piazza|corso|rua|travessa|largo"
)

_AMERICAN = (  # 350 5th Ave, Apt 4, New York, NY 10118
    rf"{_NUMBER} (?:[NSEW]{{1,2}}\.? )?(?:[A-Z0-9]{REST} ){{1,4}}?(?:{_TYPES})\b"
    rf"\.?(?: (?:[NS][EW]|[NSEW])\b\.?)?{_UNIT}{_TOWN}"
)
_IN_LOWER_CASE = (  # 350 fifth ave
    rf"{_NUMBER} (?:[nsew]{{1,2}}\.? )?(?:(?!(?:{_NO_NAME})\b)\w{REST} ){{1,2}}?"
    rf"(?i:{_PLAIN_TYPES})\b\.?{_UNIT}"
)
_AMERICAN_TOWN = (  # Springfield, IL 62704; 12 far view, austin, tx 78701
    rf"(?<!\w)(?:\d{{1,5}}[A-Za-z]? (?:\w{REST} ){{0,3}}\w{REST}{_UNIT},? )?{_PLACE},? {_ZIP}"
    rf"|(?<!\w)(?:\d{{1,5}}[a-z]? (?:\w{REST} ){{0,3}}\w{REST}{_UNIT}, [a-z]{{3,}}(?: [a-z]{{3,}}){{0,2}},? (?i:{_STATES})"
    rf"|[a-z]{{3,}}(?: [a-z]{{3,}}){{0,2}}, (?:{_PLAIN_STATES})) (?!\d{{2}}000)\d{{5}}(?!\w)"
)
_EUROPEAN_TOWN = (  # am markt 3, 04109 leipzig; 12 les tilleuls, 69003 lyon
    rf"(?<!\w)(?:[^\W\d_]{REST} ){{0,3}}?[^\W\d_]{REST} \d{{1,4}}(?: ?[a-z])?,(?: [\w.]{{1,8}}(?: [^\W\d_]{{2,12}})?,)? {_TOWN_CODE}"
    rf"|(?<![\w.,$€£:/-])\d{{1,4}}(?: ?(?:bis|ter))?,? (?:[^\W\d_]{REST} ){{0,4}}[^\W\d_]{REST}, {_TOWN_CODE}"
)
_HOUSE_BEFORE = (
    rf"(?:(?<![\w.,$€£:/-])\d{{1,4}}[A-Za-z]?,? (?:[^\W\d_]{REST},? ){{1,5}})?"
)
_BRITISH = rf"{_HOUSE_BEFORE}(?<![\w-]){_POSTCODE}(?!-)"  # 4 Elm Rd SW1A 1AA
_BRITISH_LOWER = (  # m14 5tq, but not "s24 5th"
    rf"{_HOUSE_BEFORE}(?<![\w-])(?:{_AREAS})\d[a-z\d]? \d(?!(?:st|nd|rd|th|gb|tb|hr|ft|lb|px|pt|pp)\b)[abd-hjlnp-uw-z]{{2}}(?![\w-])"
)
_GERMANIC = (  # Kurfürstendamm 12a, 10719 Berlin; Prinsengracht 263, 1016 GV Amsterdam
    rf"(?<!\w)(?:(?!(?i:{_NO_TOWN}) )[^\W\d_]{{3,24}}er |[^\W\d_][\w.-]{{0,30}})(?i:{_SUFFIXES}) \d{{1,4}}(?: ?[a-z])?{_NOT_A_TIME}"
    rf"(?:,? (?:\d{{5}}|\d{{4}} ?[A-Z]{{2}}) {_PLACE})?"
)
_FRENCH = (  # 12 bis, rue de la Paix, 75002 Paris
    rf"(?<![\w.,$€£:/-])\d{{1,4}}(?: ?(?:bis|ter))?,? (?i:{_FRENCH_TYPES}) {_DE_LA}{_PLACE}"
    rf"(?:,? \d{{5}} {_PLACE})?"
)
_SOUTHERN = (  # Calle de Alcalá, 48, 28014 Madrid; Via Roma 5
    rf"(?<!\w)(?i:{_SOUTHERN_TYPES}) {_DEL}{_PLACE},? (?:n\.?[º°]? ?)?\d{{1,4}}{_NOT_A_TIME}"
    rf"(?:,? \d{{4,5}}(?:-\d{{3}})? {_PLACE})?"
)
_LOWER_WORD = rf"(?!(?:{_NO_NAME}|{_NOT_IN_STREET})\b)[^\W\d_]{REST}"
_SOFT = (  # at 77 willow court; were at 7 mill close
    rf"(?i:(?<![\w])(?:at|to|@|is|its|it's|address|addr|live|living|on|near|by|outside|off|from|past|behind|leave|use)[: ]\s?)"
    rf"(?P<address>\d{{1,5}}[a-z]?(?:-\d{{1,4}})? (?:[nsew]{{1,2}}\.? )?(?:{_LOWER_WORD} ){{1,3}}?"
    rf"(?i:{_SOFT_TYPES})\b(?! ?(?:by|to|early|up|down|friends?|around|out|home|off|the|there|in|at|it|call)\b)\.?{_UNIT})"
)
_DIRECTED = (  # 1408 n damen, unit 2
    rf"(?<![\w.,$€£:/-])(?:\d{{4,5}} (?i:[nsew]|north|south|east|west)\.? (?:{_LOWER_WORD}|\d{{1,3}}(?:st|nd|rd|th)\b){_UNIT}"
    rf"|\d{{1,5}} (?i:[nsew]|north|south|east|west)\.? {_LOWER_WORD}(?: (?i:{_TYPES})\b{_UNIT}|,? (?i:apt|unit|ste|suite|#)\.? ?#?\w{{1,5}}))(?!\w)"
)
_SHORT_DIRECTED = (  # at 311 s wacker
    rf"(?i:(?:^|(?<!\w)(?:at|@|to|near|its|it['’]s|off) ))(?P<address>\d{{3,5}} [nsewNSEW] (?!mails?\b|\w+ing\b){_LOWER_WORD})(?=\s*(?:$|[,.!\n]))"
)
_ALL_THERE_IS = (  # 17 hillcrest dr
    rf"^\s*\d{{1,5}} (?:{_LOWER_WORD} ){{1,2}}(?i:dr|ct|cir|ter|trl|cres|gdns|pl|sq)\.?\s*$"
)
_BRITISH_THE = (  # 3 the crescent, harrogate
    r"(?<![\w.,$€£:/-])\d{1,4}[A-Za-z]? [Tt]he (?i:crescent|close|green|avenue|grove|drive|mews|square|terrace|street|lane|hill|orchard|paddocks?|ridings|gardens|parade|croft|dell|spinney)(?=\s*(?:,|$|\n))"
)
_BOX = (  # PO Box 4821, Austin TX 78701
    r"(?<!\w)(?i:p\.? ?o\.? ?box|post ?fach|apartado(?: de correos)?|apdo\.?|caixa postal|casella postale"
    r"|b\.?p\.?|postbus|skrytka pocztowa|postboks)\s?(?:no\.?|nr\.?|#)? ?\d{1,6}"
    rf"(?:,? (?:\d{{4,5}} )?{_PLACE}(?:,? {_ZIP})?)?"
)
_CEP = r"(?<!\w)(?i:cep)\W{1,3}\d{5}-?\d{3}(?!\w)"
"""A Brazilian postcode, which is a street's."""

_FRENCH_LOWER = (  # 14 rue des lilas
    rf"(?<![\w.,$€£:/-])\d{{1,4}}(?: ?(?:bis|ter|[a-d]))?,? (?i:rue|avenue|av\.?|boulevard|bd\.?|bld|impasse|allée|allee|chemin"
    rf"|quai|faubourg|fbg|square|passage|sentier|villa|cité|rond-point) {_DE_LA}(?!\d)[^\W\d_]{REST}"
    rf"(?:[ -](?:{_DE_LA})[^\W\d_]{REST})?(?:,? \d{{5}}(?: {_PLACE})?)?"
)
_RUA = r"(?<!\b[^\W\d_]\.)(?<!\b[^\W\d_]\. )r\.(?! ?[^\W\d_](?!\w))"
"""R. Augusta 1500, but not the R. of initials: the I. R. A. of 1920."""

_SOUTHERN_LOWER = (  # calle mayor 12, 3ºB; rua augusta 1500
    rf"(?<!\w)(?i:calle|c/|cl\.|avenida|avda\.?|av\.?|plaza|pza\.?|plza\.?|paseo|pº|carrer|ronda|camino|carrera|cra\.?|"
    rf"calz(?:ada)?\.?|blvd\.?|via(?! (?:zoom|mail|email|sms|whats|app|text|phone|teams|bus|train))|viale|v\.le|piazza|p\.za|corso|c\.so|vicolo|rua|{_RUA}|travessa|tv\.|"
    rf"alameda|al\.|praça|largo|rodovia|estrada) ?{_DEL}(?:\d{{1,2}} de )?[^\W\d_]{REST}(?: (?:de |del |la |los |das |dos |da |do |di |della )*[^\W\d_]{REST}){{0,3}}?"
    rf",?\s(?:n\.?[º°o]?\.? ?|nº ?|num\.? ?|número ?|numero ?|civico ?|#)?\d{{1,5}}{_NOT_A_TIME}"
    rf"(?:[ ,/-]+(?:\d{{1,2}}\.?[ºª°]\.? ?(?:[A-Za-z]{{1,4}}\b\.?)?|(?:apto?|piso|pta|dpto|depto|int|sala|bloco|bl|casa|puerta|esc|interno|scala)\.? ?\w{{1,5}}))*"
    rf"(?:,? \d{{4,5}}(?:-\d{{3}})? {_PLACE})?"
)
_INDIAN = (  # B-12, Sector 18, Noida; flat 402 green park; h.no. 12-3
    rf"(?<!\w)(?:(?i:(?:flat|plot|h(?:ouse)?|door|shop|qtr|villa)\.? ?(?:no\.?|number|#)?[ :-]?)\s?[A-Z]?-?\d{{1,4}}(?:[-/]\w{{1,4}})*"
    rf"|(?:[A-Z]{{1,2}}[-/ ]?|[a-z][-/])\d{{1,4}}(?:/\d{{1,4}})?),? (?:[^\W\d_]+ ){{0,2}}(?i:(?:\d+\w{{2}} )?(?:sector|sec|phase|block|cross|main|street|road|rd|nagar|colony|layout|marg|vihar|enclave|floor|tower|apartments?|apts?|park|society)\b)"
    rf"\.?(?: ?\w?-?\d{{1,3}})?(?:,? {_PLACE}){{0,2}}(?:[ ,-]+\d{{3}} ?\d{{3}}(?!\d))?"
)
_WITH_UNIT = (  # 456 elm apt 3b; flat 2, 14 park crescent
    rf"(?<![\w.,$€£:/-])\d{{1,5}} (?:{_LOWER_WORD} ){{1,2}}(?i:apt|apartment|unit|ste|suite|flat)\.? ?#?\d{{1,4}}[A-Za-z]?(?!\w)"
    rf"|(?<![\w.,$€£:/-])\d{{3,5}} (?:{_LOWER_WORD} ){{1,2}}(?i:apt|unit|ste|suite)\.? [A-Za-z](?![\w'’])"
    r"|(?<!\w)[^\W\d_]{4,30} \d{1,5},? (?i:depto|dpto|apto|piso|interno|bloco|lgh|whg)\.? ?\d{1,4}\w?(?!\w)"
    rf"|(?<!\w)(?i:apt|apartment|unit|flat)\.? ?#?\d{{0,4}}[A-Za-z]?,? \d{{1,5}} (?:{_LOWER_WORD} ){{1,3}}?(?i:{_SOFT_TYPES})\b"
)
_INDIAN_SECTOR = (
    rf"(?<!\w)(?i:sector|sec)[- ]?\d{{1,3}},? (?:{_PLACE}|[^\W\d_]{{4,}})"
    r"|(?<![\w/])\d{1,4}/\d{1,3},? (?:[^\W\d_]+ ){1,2}(?i:road|rd|street|st|marg|nagar|lane|cross|main)\b"
)
_FLAT = rf"(?<!\w)(?i:flat|apartment|apt|unit|ste|suite|wohnung|appt|apto|piso)\.? ?(?:no\.? ?|#)?\d{{1,4}}[a-z]?,? (?:the )?{_PLACE}(?:,? {_PLACE})?"
_NORDIC = (  # Storgatan 5; Damrak 12
    rf"(?<!\w)[^\W\d_][\w-]{{1,28}}(?i:gatan|gata|vägen|veien|vegen|vej|gade|katu|plads|torget|allé|stræde|ufer|steig|chaussee|markt|hof|dijk|singel|weg|dreef|lei|steenweg) \d{{1,4}}(?: ?[a-z]\b)?{_NOT_A_TIME}"
    rf"(?:,? (?:\d{{3}} ?\d{{2}}|\d{{4,5}}(?: ?[A-Z]{{2}})?) {_PLACE})?"
)
_WITH_TYPE = tuple(map(re.compile, (_AMERICAN, _IN_LOWER_CASE, _SOFT)))
_WITH_FRENCH_TYPE = tuple(map(re.compile, (_FRENCH, _FRENCH_LOWER)))
_WITH_SOUTHERN_TYPE = re.compile(_SOUTHERN)
_WITH_SHORT_SOUTHERN_TYPE = re.compile(_SOUTHERN_LOWER)
_WITH_SUFFIX = re.compile(f"{_GERMANIC}|{_NORDIC}")
_OTHERS = re.compile(f"{SLAVIC}|{TURKISH}|{SEMITIC}|{OTHER_HOUSES}|{EASTERN}")
_ASCII_OTHERS = re.compile(
    f"{_BOX}|{_CEP}|{_INDIAN}|{_INDIAN_SECTOR}|{_FLAT}|{_WITH_UNIT}|{_DIRECTED}|{_BRITISH_THE}|{SLAVIC}|{TURKISH}"
)
_OTHER_WORDS = re.compile(
    r"\d/\d|\d[a-z]? the |box|\bcep\b|fach|apartado|apdo|caixa|casella|\bb\.?p\b|postbus|skrytka|postboks|flat|plot|h\.? ?no|house|door|shop|villa|"
    r"sector|\bsec\b|phase|block|cross|nagar|colony|floor|tower|apartment|\bapt|unit|suite|\bste\b|wohnung|appt|apto|piso|dp?to|depto|interno|bloco|lgh|whg|"
    r"\d (?:[nsew]|north|south|east|west)\b|\bul\b|ulic|\bal\.|\bos\.|\bpl\.|utca|\bcad|\bsok|\bsk\.|\bmah|bulvar",
    re.IGNORECASE,
)
_SHORT_DIRECTION = re.compile(
    r"\d [nsewNSEW] |\d \w+(?: \w+)? (?:dr|ct|cir|ter|trl|cres|gdns|pl|sq)\.?\s*$",
    re.IGNORECASE,
)
_AT_DIRECTED = re.compile(f"{_SHORT_DIRECTED}|{_ALL_THERE_IS}")
_WITH_ZIP = re.compile(f"{_AMERICAN_TOWN}|{_EUROPEAN_TOWN}")
_WITH_LOWER_POSTCODE = re.compile(_BRITISH_LOWER)
_MAYBE_POSTCODE = re.compile(r"[a-z]\d[a-z\d]? \d[a-z]{2}\b|\d \d[a-z]{2}\b")
_WITH_POSTCODE = re.compile(_BRITISH)
_TYPE_WORDS = frozenset(
    re.findall(
        r"\w+",
        f"{_TYPES} {_PLAIN_TYPES} {_SOFT_TYPES} {_FRENCH_TYPES} {_SOUTHERN_TYPES} c carrer ronda"
        " camino carrera cra vicolo viale alameda praça rodovia estrada faubourg passage cl"
        " pza plza r tv al".lower(),
    )
)
_SUFFIX = re.compile(
    rf"(?:{_SUFFIXES}|gatan|gata|vägen|veien|vegen|vej|gade|katu|plads|torget|allé|stræde"
    r"|ufer|steig|chaussee|markt|hof|dijk|singel|dreef|lei|steenweg) \d"
)
_TYPE_WORDS_IN_ASCII = frozenset(letter_words(word)[0] for word in _TYPE_WORDS)
_MAYBE_UPPER_POSTCODE = re.compile(r"[A-Z]\d[A-Z\d]? ?\d[A-Z]{2}")
_ZIP_DIGITS = 4
"""Digits of the shortest postcode of digits."""

_FIVE_DIGITS = re.compile(r"\d{5}|\d{4} ?[A-Za-z]{2}\b")
_DIGIT = re.compile(r"\d")
_WORD = re.compile(r"\w+")
_SAME = {
    "st": "street",
    "ave": "avenue",
    "av": "avenue",
    "rd": "road",
    "blvd": "boulevard",
    "ln": "lane",
    "dr": "drive",
    "ct": "court",
    "pl": "place",
    "sq": "square",
    "ter": "terrace",
    "pkwy": "parkway",
    "cir": "circle",
    "hwy": "highway",
    "cres": "crescent",
    "apt": "apartment",
    "ste": "suite",
}
"""Short for the same, casefolded."""


def find_addresses(text: str) -> Iterator[Match]:
    """Find street addresses, US towns with state and ZIP, and UK postcodes.

    Example:
        >>> texts = "at 12 Main St. by 8", "12 more miles down the street"
        >>> {text[f.start : f.end] for text in texts for f in find_addresses(text)}
        {'12 Main St.'}
    """
    if not _DIGIT.search(text):
        return
    for pattern in _patterns_for(text):
        named = "address" if "address" in pattern.groupindex else 0
        for match in pattern.finditer(text):
            group = named if match[named] else 0
            words = (word.casefold() for word in _WORD.findall(match[group]))
            key = " ".join(_SAME.get(word, word) for word in words)
            start, end = match.span(group)
            yield Match(start=start, end=end, kind="address", key=key)


def _patterns_for(text: str) -> Iterator[re.Pattern[str]]:
    """Yield the patterns that can match a text; most texts have the words of none."""
    lower = text.lower()
    features = features_of(text)
    if features.may_have(_TYPE_WORDS_IN_ASCII):
        yield from _patterns_with_type(lower, features)
    if _SUFFIX.search(lower):
        yield _WITH_SUFFIX
    if may_have_unit(text, features) and _OTHER_WORDS.search(text):
        yield _ASCII_OTHERS
    if _SHORT_DIRECTION.search(text):
        yield _AT_DIRECTED
    if not text.isascii() and may_be_eastern(features):
        yield _OTHERS
    if features.digits >= _ZIP_DIGITS and _FIVE_DIGITS.search(text):
        yield _WITH_ZIP
    if features.is_mixed:
        yield from _patterns_with_postcode(text)


def _patterns_with_type(
    lower: str, features: TextFeatures
) -> Iterator[re.Pattern[str]]:
    """Yield those with a word for a street, of a text in lower case."""
    if _TYPE_WORDS.isdisjoint(_WORD.findall(lower)):
        return
    yield from _WITH_TYPE
    if may_be_french(features):
        yield from _WITH_FRENCH_TYPE
    if may_be_southern(features):
        yield _WITH_SOUTHERN_TYPE
    if may_be_short_southern(features):
        yield _WITH_SHORT_SOUTHERN_TYPE


def _patterns_with_postcode(text: str) -> Iterator[re.Pattern[str]]:
    if _MAYBE_UPPER_POSTCODE.search(text):
        yield _WITH_POSTCODE
    if _MAYBE_POSTCODE.search(text):
        yield _WITH_LOWER_POSTCODE
