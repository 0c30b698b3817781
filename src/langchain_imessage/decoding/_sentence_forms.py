"""How phones put a tapback, its removal or an edit into words, by language; parses nothing.

Apple's English forms and their removals are those of IMClassicTapback. Spanish, French and
Russian ones, the German ones with "hinzugefügt" and the one with a heart are as users of SMS
apps and exporters quoted them; those of the other languages are translations of these, not
seen on a phone. A sign alone is Google's.

In a form, "…" is the quotation, or what is named in its place, and `{}` an emoji. Forms that
differ in the shape of quotation marks or apostrophes alone are written once.
"""

from __future__ import annotations

_ADDED = {
    "loved": """
        Loved … | Le encantó … | Le encanta … | Le ha encantado … | A adoré … |
        a attribué la mention " Adore " à … | a ajouté un cœur à … | Liebt … |
        Liebte … | … ein Herz hinzugefügt | Hat … ein Herz hinzugefügt |
        Hat … mit einem Herz markiert | Amou … | Adorou … | Adora … | Ha adorato … |
        Ha amato … | Ha messo un cuore a … | Ha aggiunto un cuore a … |
        Hat mit einem Herz auf … reagiert | Reagiert mit einem Herz auf … |
        Vond … geweldig | Vindt … geweldig | Was dol op … | Is dol op … |
        Heeft een hart toegevoegd aan … | …にハートを付けました |
        …にハートをつけました | …にハートを送りました | …が大好きです |
        …が大好きと言いました | 喜爱了… | 爱了… | 喜愛… | 喜愛了…
    """,
    "liked": """
        Liked … | Le gustó … | Le gusta … | Le ha gustado … | Indicó que le gusta … |
        A aimé … | Aime … | a attribué la mention " J'aime " à … |
        a ajouté un " J'aime " à … | Gefällt … | Gefiel … | Mag … |
        Hat … mit "Gefällt mir" markiert | Hat … gelikt | Hat … geliket | Gostou de … |
        Curtiu … | Gosta de … | Piace … | Gli piace … | Le piace … |
        Ha messo "Mi piace" a … | Ha messo Mi piace a … | Ha messo mi piace a … |
        Ha aggiunto un "Mi piace" a … | Vond … leuk | Vindt … leuk |
        Heeft … leuk gevonden | …を"いいね"しました | …に"いいね"しました |
        …に"いいね!"しました | …をいいねしました | …にいいねしました |
        …にいいね!しました | …を高く評価しました | 赞了… | 喜欢了… | 喜欢… | 给…点了赞 |
        对…点了赞 | 为…点赞 | 讚了… | 喜歡… | 喜歡了… | 對…按讚 | 對…按了讚 | 對…說讚 |
        Понравилось …
    """,
    "disliked": """
        Disliked … | No le gustó … | No le gusta … | No le ha gustado … |
        N'a pas aimé … | N'aime pas … | a attribué la mention " Je n'aime pas " à … |
        Gefällt nicht … | Gefällt … nicht | Gefiel … nicht | Mag … nicht |
        Hat … mit "Gefällt mir nicht" markiert | Não gostou de … | Não curtiu … |
        Non piace … | Non gli piace … | Non le piace … | Ha messo "Non mi piace" a … |
        Vond … niet leuk | Vindt … niet leuk | Heeft … niet leuk gevonden |
        …を低く評価しました | …に"よくないね"しました | …を"よくないね"しました |
        踩了… | 不喜欢… | 不喜歡… | 对…点了踩 | 對…按了爛 | Не понравилось …
    """,
    "laughed": """
        Laughed at … | Le dio risa … | Se rió de … | Se rio de … | Se rió con … |
        Se rio con … | Se ha reído de … | Se ha reído con … | Le hizo gracia … |
        Le ha hecho gracia … | A ri de … | A ri à … | Rit de … | Lacht über … |
        Lachte über … | Hat über … gelacht | … ein Lachen hinzugefügt |
        Hat … ein Lachen hinzugefügt | Riu de … | Riu com … | Achou graça de … |
        Ha riso a … | Ha riso di … | Ha riso per … | Ride per … | Lachte om … |
        Lacht om … | Moest lachen om … | Heeft gelachen om … | Heeft om … gelachen |
        …に笑いました | …で笑いました | …を笑いました | …に爆笑しました | 被…逗笑了 |
        对…大笑 | 对…哈哈大笑 | 觉得…好笑 | 觉得…很好笑 | 對…大笑 | 對…哈哈大笑 |
        覺得…好笑 | 覺得…很好笑
    """,
    "emphasized": """
        Emphasized … | Emphasised … | Exclamó por … | Enfatizó … | Destacó … |
        Ha destacado … | Ha enfatizado … | A mis en évidence … | A souligné … |
        A insisté sur … | A mis l'accent sur … | Betont … | Betonte … | Hat … betont |
        Hat … hervorgehoben | … ein Ausrufezeichen hinzugefügt |
        Hat … ein Ausrufezeichen hinzugefügt | Enfatizou … | Destacou … |
        Ha enfatizzato … | Ha evidenziato … | Ha sottolineato … | Benadrukte … |
        Heeft … benadrukt | …を強調しました | …にビックリマークを付けました | 强调了… |
        強調了… | 強調…
    """,
    "questioned": """
        Questioned … | Dudó sobre … | Dudó de … | Cuestionó … | Ha cuestionado … |
        Preguntó por … | Preguntó sobre … | A posé une question sur … | A questionné … |
        A mis en doute … | S'est interrogé sur … | S'est interrogée sur … |
        S'est interrogé(e) sur … | Fragt nach … | Hinterfragt … | Hinterfragte … |
        Hat … hinterfragt | Hat … infrage gestellt | Hat … in Frage gestellt |
        … ein Fragezeichen hinzugefügt | Hat … ein Fragezeichen hinzugefügt |
        Questionou … | Ha messo in dubbio … | Ha messo in discussione … |
        Ha fatto una domanda su … | Trok … in twijfel | Twijfelde aan … |
        Vroeg zich af … | Heeft … in twijfel getrokken | …に疑問を投げかけました |
        …に疑問を持ちました | …に疑問符を付けました | …に疑問を呈しました |
        对…表示疑问 | 对…提出疑问 | 对…有疑问 | 质疑了… | 對…表示疑問 | 對…感到疑惑 |
        對…提出疑問 | 質疑… | 質疑了…
    """,
    "emoji": """
        Reacted {} to … | Reacted with {} to … | Reacted to … with {} |
        Reaccionó con {} a … | Reaccionó {} a … | Reaccionó a … con {} |
        Ha reaccionado con {} a … | A réagi {} à … | A réagi avec {} à … |
        a réagi avec {} à … | A réagi à … avec {} | a réagi à … avec {} |
        A réagi par {} à … | Reagierte mit {} auf … | Reagiert mit {} auf … |
        Hat mit {} auf … reagiert |
        Hat auf … mit {} reagiert | Reagierte auf … mit {} | Reagiu com {} a … |
        Reagiu com {} à … | Reagiu a … com {} | Ha reagito con {} a … |
        Ha reagito a … con {} | Reageerde met {} op … | Reageerde op … met {} |
        Heeft met {} gereageerd op … | Heeft met {} op … gereageerd |
        …に{}でリアクションしました | …に{}とリアクションしました |
        …に{}でリアクション | …に{}のリアクションをしました | …に{}を付けました |
        对…回应了{} | 用{}回应了… | 以{}回应了… | 对…做出了{}回应 | 對…回應了{} |
        用{}回應了… | 以{}回應… | 以{}回應了… | Реакция {} на … | Отреагировал {} на … |
        Отреагировала {} на … | Отреагировал(а) {} на … | {} to … | {} a … | {} à … |
        {} auf … | {} op … | {} на …
    """,
    "sticker": """
        Reacted with a sticker to …
    """,
}
"""By kind of the reaction."""

_REMOVED = {
    "loved": """
        Removed a heart from … | Eliminó un corazón de … | Quitó un corazón de … |
        Ha eliminado un corazón de … | A retiré un cœur de … | A retiré un coeur de … |
        A supprimé un cœur de … | Hat ein Herz von … entfernt |
        Entfernte ein Herz von … | Removeu um coração de … | Ha rimosso un cuore da … |
        Verwijderde een hart van … | Verwijderde een hartje van … |
        Heeft een hart verwijderd van … | …のハートを削除しました |
        …からハートを削除しました | 移除了…的爱心 | 取消了对…的喜爱
    """,
    "liked": """
        Removed a like from … | Eliminó un me gusta de … | Eliminó un "Me gusta" de … |
        Eliminó un Me gusta de … | Quitó un me gusta de … | Quitó un "Me gusta" de … |
        Ha eliminado un "Me gusta" de … | A retiré un J'aime de … |
        A retiré un " J'aime " de … | A supprimé un J'aime de … |
        A supprimé un " J'aime " de … | Hat "Gefällt mir" von … entfernt |
        Hat ein "Gefällt mir" von … entfernt | Entfernte ein "Gefällt mir" von … |
        Removeu uma curtida de … | Removeu um gosto de … |
        Ha rimosso un "Mi piace" da … | Ha rimosso un Mi piace da … |
        Ha tolto il "Mi piace" a … | Verwijderde een vind-ik-leuk van … |
        Verwijderde een duim omhoog van … | …のいいねを削除しました |
        …の"いいね"を削除しました | …の"いいね"を取り消しました | 取消了对…的赞 |
        取消了…的赞 | 收回了對…的讚 | 取消了對…的讚
    """,
    "disliked": """
        Removed a dislike from … | Eliminó un no me gusta de … |
        Eliminó un "No me gusta" de … | Quitó un no me gusta de … |
        A retiré un Je n'aime pas de … | A retiré un " Je n'aime pas " de … |
        Hat "Gefällt mir nicht" von … entfernt | Removeu um não curti de … |
        Removeu um não gosto de … | Ha rimosso un "Non mi piace" da … |
        Verwijderde een duim omlaag van …
    """,
    "laughed": """
        Removed a laugh from … | Eliminó una risa de … | Quitó una risa de … |
        A retiré un rire de … | Hat ein Lachen von … entfernt |
        Removeu uma risada de … | Removeu um riso de … | Ha rimosso una risata da … |
        Verwijderde een lach van …
    """,
    "emphasized": """
        Removed an exclamation from … | Eliminó una exclamación de … |
        Eliminó un signo de exclamación de … | Quitó una exclamación de … |
        A retiré un point d'exclamation de … | A retiré une exclamation de … |
        Hat ein Ausrufezeichen von … entfernt | Removeu uma exclamação de … |
        Ha rimosso un punto esclamativo da … | Verwijderde een uitroepteken van …
    """,
    "questioned": """
        Removed a question mark from … | Eliminó un signo de interrogación de … |
        Eliminó una pregunta de … | Quitó un signo de interrogación de … |
        A retiré un point d'interrogation de … | Hat ein Fragezeichen von … entfernt |
        Removeu um ponto de interrogação de … | Removeu uma interrogação de … |
        Ha rimosso un punto interrogativo da … | Ha rimosso un punto di domanda da … |
        Verwijderde een vraagteken van …
    """,
    "emoji": """
        Removed {} from … | Eliminó {} de … | Quitó {} de … | Ha eliminado {} de … |
        A retiré la réaction {} à … | A retiré {} de … | A supprimé {} de … |
        Hat {} von … entfernt | Entfernte {} von … | Removeu {} de … |
        Ha rimosso {} da … | Verwijderde {} van … | Heeft {} verwijderd van … |
        …から{}を削除しました | …の{}を削除しました | 从…移除了{} | 從…移除了{}
    """,
    "sticker": """
        Removed a sticker from …
    """,
}
"""The same for what takes the reaction away."""

_EDITED = """
        Edited to … | Bearbeitet zu … | Bearbeitet in … | Geändert in … | Editado a … |
        Editó a … | Editado para … | Modifié en … | A modifié en … | Modificato in … |
        Bewerkt naar … | Gewijzigd in … | …に編集しました | 编辑为… | 編輯為…
"""
"""What stands around the words that an edit left."""

_OBJECTS = """
        an image | a photo | a movie | a video | an attachment | an audio message |
        a voice message | a sticker | a file | a location | a contact | a link |
        una imagen | una foto | un video | un vídeo | un archivo adjunto |
        un mensaje de audio | une image | une photo | une vidéo | une pièce jointe |
        un message audio | ein Bild | ein Foto | ein Video | einen Film | einen Anhang |
        eine Audionachricht | eine Sprachnachricht | um áudio | uma imagem | uma foto |
        um vídeo | um anexo | un'immagine | un filmato | un allegato |
        un messaggio audio | een afbeelding | een foto | een video | een bijlage |
        een audiobericht
"""
"""What is named in place of a quotation where the target has no words."""


def _listed(forms: str) -> tuple[str, ...]:
    return tuple(" ".join(forms.split()).split(" | "))


ADDED = {kind: _listed(forms) for kind, forms in _ADDED.items()}
REMOVED = {kind: _listed(forms) for kind, forms in _REMOVED.items()}
EDITED = _listed(_EDITED)
OBJECTS = frozenset(_listed(_OBJECTS))
