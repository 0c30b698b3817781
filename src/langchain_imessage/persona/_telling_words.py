"""Words that say how somebody writes and nothing of what about; tables only.

Nothing but these, the abbreviations and the laughter of `transforms.style`, and emoji can
be named in a description of somebody's style. Words are folded, as `text.words_in` returns
them.
"""

from __future__ import annotations

from typing import Final


def _listed(words: str) -> frozenset[str]:
    return frozenset(words.split())


GREETINGS: Final = _listed(
    "hi hii hey heyy heya hello hullo yo sup howdy morning gm hiya "
    "hallo moin servus hola buenas oi olá salut coucou bonjour ciao hej hoi привет "
    "שלום مرحبا नमस्ते"
)
"""What a turn may begin with to greet somebody."""

FUNCTION_WORDS: Final = _listed(
    "a about actually all also always and anyway as at basically be because but by can "
    "definitely do even exactly for from get guess have hmm honestly if in is it just "
    "kind let like literally lot lots maybe me much my never no not now of oh okay on "
    "only or perhaps pretty probably quite rather really right same should so some "
    "still sure than that the them then there they this though to too totally very was "
    "well what when which who why with would wow yes yet "
    "aber also auch da dann das dass denn der die doch ein eigentlich einfach es für "
    "genau halt ist ja jetzt mal mit na nicht noch nur oder schon sehr so und voll was "
    "wenn wie wohl zu "
    "así bien bueno como con de el ella en entonces es eso esta hay igual la las lo los "
    "más muy nada no o para pero por porque pues que sí también todo un una y ya "
    "alors aussi avec bah ben bon c ce ça dans des donc du enfin est et genre juste le "
    "les mais moi oui ouais pas plus pour quand quoi sinon sur trop un une voilà"
)
"""Words of grammar and filling, in English, German, Spanish and French."""
