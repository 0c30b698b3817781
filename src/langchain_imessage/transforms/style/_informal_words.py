"""Words and signs of informal writing that the style figures count; tables only.

Words are folded, as `text.words_in` returns them: without apostrophes.
"""

from __future__ import annotations

import re
from typing import Final


def _listed(words: str) -> frozenset[str]:
    return frozenset(words.split())


ABBREVIATIONS: Final = _listed(
    "u ur r n lol lmao rofl omg idk idc tbh btw brb ttyl imo imho ikr ily pls plz thx ty "
    "np k kk ok cuz cus cause bc w tho thru nvm fyi gonna wanna gotta kinda sorta dunno "
    "lemme gimme ya yea yeah yep nah nope haha hehe hahaha "  # English
    "vll vlt iwie grad ka kp hdl wg bzgl mfg lg "  # German
    "tqm xq pq tb q dnd bss porfa "  # Spanish
    "mdr ptdr stp svp jsp jpp tkt bcp pk pcq cv "  # French
    "vc tbm blz obg pfv mt cmg "  # Portuguese
    "cmq nn xke xche tvb grz "  # Italian
    "gr idd iig ff wrm"  # Dutch
)

CONTRACTIONS: Final = _listed(
    "dont cant im ive thats its didnt wont youre isnt doesnt ill id whats wouldnt "
    "couldnt shouldnt wasnt werent arent havent hasnt theyre theres"
)
"""What an apostrophe belongs in, written without."""

FIRST_PERSON: Final = _listed("i im ive id ich je yo eu io ik я jag jeg")
SECOND_PERSON: Final = _listed(
    "you your yours youre u ur yourself du dich dir tu te ti tú você vc ты jij je"
)

LAUGHTER: Final = re.compile(
    r"\b(?:a*(?:h[aeiou]){2,}h*|(?:ah){2,}a*|(?:j[aei]){2,}j?|(?:ha|he|hi)h+|k{4,}"
    r"|(?:lo)+l+|lmf?ao+|rofl|mdr+|ptdr+|[хx]а(?:[хx]а)+|rs(?:rs)+)\b"
    r"|ㅋㅋ|ㅎㅎ|哈哈|嘻嘻|ww+\b|草$|笑|555+|ههه|חחח|😂|🤣",
    re.IGNORECASE,
)

PICTURES: Final = re.compile(
    "[\U0001f000-\U0001faff\u2600-\u27bf\u2b00-\u2bff\ufe0f]"
    r"|[:;=8xX][-~^']?[)(DPpOo/\\|*3](?!\w)|<3|\^_?\^|\bx[dD]+\b|¯\\_"
)
"""Emoji, and faces made of punctuation."""
