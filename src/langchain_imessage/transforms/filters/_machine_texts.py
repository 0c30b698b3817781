"""Whether a conversation is with a machine, by what it says and by toll-free numbers; pure.

Owns the sentences only machines write. A person who forwards one is not taken for one:
half of what the other side says has to be a machine's, and nobody of a name may say it.
"""

# ruff: noqa: RUF001 - other alphabets are what it is about

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from langchain_imessage.addresses import parse_address

if TYPE_CHECKING:
    from collections.abc import Sequence

_TOLL_FREE = re.compile(
    r"\+1(?:800|833|844|855|866|877|888)\d{7}|\+44(?:800|808)\d{6,7}|\+49800\d{6,8}"
    r"|\+33805\d{6}|\+34900\d{6}|\+39800\d{5,7}|\+61(?:1800|1300)\d{6}"
)
"""Numbers nobody is reached at in person."""

_SENTENCE = re.compile(
    r"\b(?:reply|txt|text|send|respond|answer|antworten? sie|responde|responda|répondez|rispondi|envoyez|envía|envie)"
    r"(?: with| mit| con| par| com)?\W{0,2}(?:['\"“]?(?:STOP|STOPP|END|HELP|YES|NO|Y|N|C|R|CONFIRM|CANCEL|BAJA|PARAR|SAIR|ARRET|INFO|\d)\b)"
    r"|\bSTOP (?:to|2|=|zum|para|per|pour)\b|\b(?:opt[- ]?out|unsubscribe|msg ?& ?data rates|message and data rates|msg freq)"
    r"|\b(?:verification|security|one[- ]time|confirmation|login|access|auth\w*) (?:code|passcode|password|pin)(?: for [\w ]{2,30})? (?:is|:)"
    r"|\b\d{4,8} is your\b|\bis your [\w ]{0,30}(?:verification |security |login |one[- ]time )?(?:code|otp|pin)\b"
    r"|(?:bestätigungs|sicherheits|einmal|verifizierungs)code(?: lautet| ist|:)|code de (?:vérification|sécurité|validation)(?: est| :|:)"
    r"|código de (?:verificación|seguridad|verificação|segurança|confirmación)(?: es| é|:)|codice di (?:verifica|sicurezza)(?: è|:)"
    r"|код (?:подтверждения|для входа|доступа)|验证码|驗證碼|認証コード|인증번호|קוד (?:ה)?אימות|رمز التحقق"
    r"|\bdo not (?:reply|share (?:it|this))|\bdon['’]t share (?:it|this)|\bno[- ]?reply\b|\bnicht antworten\b",
    re.IGNORECASE,
)


def is_toll_free(address: str) -> bool:
    """Return whether a number is one that costs the caller nothing: a company's.

    Example:
        >>> is_toll_free("+1 (800) 555-1234")
        True
    """
    return _TOLL_FREE.fullmatch(parse_address(address).key) is not None


def sounds_automated(said: Sequence[tuple[object, str]]) -> bool:
    """Return whether half of what others say is what machines write.

    Somebody with a name, as a contact has, is no machine.

    Args:
        said: Who says what, without the owner.
    """
    senders = {sender for sender, _ in said}
    if not said or not all(map(_is_number, senders)):
        return False
    automated = sum(_SENTENCE.search(text) is not None for _, text in said)
    return 2 * automated >= len(said)


def _is_number(sender: object) -> bool:
    return isinstance(sender, str) and parse_address(sender).kind != "word"
