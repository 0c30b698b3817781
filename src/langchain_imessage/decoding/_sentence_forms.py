"""How phones put a tapback, its removal or an edit into words, by language; parses nothing.

Apple's English forms and their removals are those of IMClassicTapback; Apple's own, too, as
SMS apps list them, are those of Czech, Danish, Finnish, Korean, Norwegian, Polish, Swedish,
Turkish and Ukrainian, and of other languages the German ones with a colon, with "hinzugefügt"
and without "hat", the French ones with a full stop, the Italian ones with "aggiunto", the
Japanese ones with "応答" and "削除", the Spanish ones with "hace", "ya no" and "dejó". Other
Spanish, French and Russian ones are as users quoted them; the rest are translations, not seen
on a phone. A sign alone is Google's.

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
        Heeft een hart toegevoegd aan … | …にハートを付けました | …にハートをつけました | …にハートを送りました |
        …が大好きです | …が大好きと言いました | 喜爱了… | 爱了… | 喜愛… | 喜愛了… | Gav ett hjärta till … |
        Dodano "serce" do … | Kalp eklendi: … | …에 하트 표시 | …に"ハート"と応答 |
        Føjede et hjerte til … | Satte et hjerte ved … | Viesti … merkittiin sydämellä |
        A ajouté un " J'adore " à …. | Ha aggiunto un cuoricino a … |
        Gaf een hartje aan … | Очень понравилось … | У захваті від … |
        K … bylo přidáno srdíčko
    """,
    "liked": """
        Liked … | Le gustó … | Le gusta … | Le ha gustado … | Indicó que le gusta … |
        A aimé … | Aime … | a attribué la mention " J'aime " à … |
        a ajouté un " J'aime " à … | Gefällt … | Gefiel … | Mag … |
        Hat … mit "Gefällt mir" markiert | Hat … gelikt | Hat … geliket | Gostou de … |
        Curtiu … | Gosta de … | Piace … | Gli piace … | Le piace … |
        Ha messo "Mi piace" a … | Ha messo Mi piace a … | Ha messo mi piace a … |
        Ha aggiunto un "Mi piace" a … | Vond … leuk | Vindt … leuk |
        Heeft … leuk gevonden | …を"いいね"しました | …に"いいね"しました | …に"いいね!"しました | …をいいねしました |
        …にいいねしました | …にいいね!しました | …を高く評価しました | 赞了… | 喜欢了… | 喜欢… | 给…点了赞 | 对…点了赞 | 为…点赞 |
        讚了… | 喜歡… | 喜歡了… | 對…按讚 | 對…按了讚 | 對…說讚 | Понравилось … | Gillade … |
        Dodano "kciuk w górę" do … | Beğenildi: … | …에 좋아요 표시함 | …に"いいね"と応答 |
        Gefällt: … | Syntes om … | Likte … | Viestistä … tykättiin |
        A ajouté un " J'aime " à …. | Ha aggiunto "Mi piace" a … | Подобається … |
        K … bylo přidáno označení líbí
    """,
    "disliked": """
        Disliked … | No le gustó … | No le gusta … | No le ha gustado … |
        N'a pas aimé … | N'aime pas … | a attribué la mention " Je n'aime pas " à … |
        Gefällt nicht … | Gefällt … nicht | Gefiel … nicht | Mag … nicht |
        Hat … mit "Gefällt mir nicht" markiert | Não gostou de … | Não curtiu … |
        Non piace … | Non gli piace … | Non le piace … | Ha messo "Non mi piace" a … |
        Vond … niet leuk | Vindt … niet leuk | Heeft … niet leuk gevonden | …を低く評価しました |
        …に"よくないね"しました | …を"よくないね"しました | 踩了… | 不喜欢… | 不喜歡… | 对…点了踩 | 對…按了爛 |
        Не понравилось … | Ogillade … | Dodano "kciuk w dół" do … | Beğenilmedi: … |
        …에 별로예요 표시함 | …に"よくないね"と応答 | Gefällt nicht: … | Syntes ikke om … | Mislikte … |
        Viestistä … ei tykätty | A ajouté un " Je n'aime pas " à …. |
        Ha aggiunto "Non mi piace" a … | Не подобається … |
        K … bylo přidáno označení nelíbí
    """,
    "laughed": """
        Laughed at … | Le dio risa … | Se rió de … | Se rio de … | Se rió con … |
        Se rio con … | Se ha reído de … | Se ha reído con … | Le hizo gracia … |
        Le ha hecho gracia … | A ri de … | A ri à … | Rit de … | Lacht über … |
        Lachte über … | Hat über … gelacht | … ein Lachen hinzugefügt |
        Hat … ein Lachen hinzugefügt | Riu de … | Riu com … | Achou graça de … |
        Ha riso a … | Ha riso di … | Ha riso per … | Ride per … | Lachte om … |
        Lacht om … | Moest lachen om … | Heeft gelachen om … | Heeft om … gelachen |
        …に笑いました | …で笑いました | …を笑いました | …に爆笑しました | 被…逗笑了 | 对…大笑 | 对…哈哈大笑 | 觉得…好笑 |
        觉得…很好笑 | 對…大笑 | 對…哈哈大笑 | 覺得…好笑 | 覺得…很好笑 | Skrattade åt … |
        Dodano "śmiech" do … | Gülme işareti eklendi: … | …에 웃음 표시 | …に"笑"と応答 |
        Grinede af … | Lo av … | Viestille … naurahdettiin | A ajouté un rire à …. |
        Le hace gracia … | Trova divertente … | Посмеялись над … | Сміється з … |
        K … byl přidán smích
    """,
    "emphasized": """
        Emphasized … | Emphasised … | Exclamó por … | Enfatizó … | Destacó … |
        Ha destacado … | Ha enfatizado … | A mis en évidence … | A souligné … |
        A insisté sur … | A mis l'accent sur … | Betont … | Betonte … | Hat … betont |
        Hat … hervorgehoben | … ein Ausrufezeichen hinzugefügt |
        Hat … ein Ausrufezeichen hinzugefügt | Enfatizou … | Destacou … |
        Ha enfatizzato … | Ha evidenziato … | Ha sottolineato … | Benadrukte … |
        Heeft … benadrukt | …を強調しました | …にビックリマークを付けました | 强调了… | 強調了… | 強調… |
        Betonade … | Dodano "wykrzykniki" do … | Ünlem işareti eklendi: … | …에 느낌표 표시 |
        …に"!!"と応答 | Føjede udråbstegn til … | Satte utropstegn ved … |
        Viestiin … lisättiin huutomerkki | A ajouté des points d'exclamation à …. |
        Le sorprende … | Ha aggiunto i punti esclamativi a … | Отмечено … |
        Акцентовано … | K … byl přidán vykřičník
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
        Vroeg zich af … | Heeft … in twijfel getrokken | …に疑問を投げかけました | …に疑問を持ちました |
        …に疑問符を付けました | …に疑問を呈しました | 对…表示疑问 | 对…提出疑问 | 对…有疑问 | 质疑了… | 對…表示疑問 | 對…感到疑惑 |
        對…提出疑問 | 質疑… | 質疑了… | Satte ett frågetecken på … |
        Dodano "znak zapytania" do … | Soru işareti eklendi: … | …에 물음표 표시 | …に"?"と応答 |
        Føjede et spørgsmålstegn til … | Satte spørsmålstegn ved … |
        Viestiin … lisättiin kysymysmerkki | A ajouté un point d'interrogation à …. |
        Duda sobre … | Ha aggiunto il punto interrogativo a … |
        Zette een vraagteken bij … | Поставлен вопрос на … | Піддає сумніву … |
        K … byl přidán otazník
    """,
    "emoji": """
        Reacted {} to … | Reacted with {} to … | Reacted to … with {} |
        Reaccionó con {} a … | Reaccionó {} a … | Reaccionó a … con {} |
        Ha reaccionado con {} a … | A réagi {} à … | A réagi avec {} à … |
        a réagi avec {} à … | A réagi à … avec {} | a réagi à … avec {} |
        A réagi par {} à … | Reagierte mit {} auf … | Reagiert mit {} auf … |
        Hat mit {} auf … reagiert | Hat auf … mit {} reagiert | Reagierte auf … mit {} |
        Reagiu com {} a … | Reagiu com {} à … | Reagiu a … com {} |
        Ha reagito con {} a … | Ha reagito a … con {} | Reageerde met {} op … |
        Reageerde op … met {} | Heeft met {} gereageerd op … |
        Heeft met {} op … gereageerd | …に{}でリアクションしました | …に{}とリアクションしました | …に{}でリアクション |
        …に{}のリアクションをしました | …に{}を付けました | 对…回应了{} | 用{}回应了… | 以{}回应了… | 对…做出了{}回应 |
        對…回應了{} | 用{}回應了… | 以{}回應… | 以{}回應了… | Реакция {} на … | Отреагировал {} на … |
        Отреагировала {} на … | Отреагировал(а) {} на … | {} to … | {} a … | {} à … |
        {} auf … | {} op … | {} на … | reagerade med {} på … | Reagerade med {} på … |
        Dodaje reakcję ({}) do … | … için {} tepkisi verildi | …에 {} 표시로 반응함 |
        Reagerede med {} på … | Reagerte med {} på … | Reagoi {} viestiin… |
        Reagoi {} viestiin … | Se ha reaccionado con {} a … |
        Отреагировал(а) {} на сообщение … | Додано реакцію "{}" на … |
        Přidána reakce {} ke zprávě …
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
        Heeft een hart verwijderd van … | …のハートを削除しました | …からハートを削除しました | 移除了…的爱心 |
        取消了对…的喜爱 | Tog bort ett hjärta från … | Usunięto "serce" z … | Kalp silindi: … |
        …에서 하트 표시 제거함 | …から"ハート"を削除 | Herz von … entfernt | Fjernede et hjerte fra … |
        Fjernet et hjerte fra … | Viestistä … poistettiin sydän |
        A retiré son " J'adore " de …. | Ha rimosso il cuoricino da … |
        Ya no le encanta … | Dejó de encantarle … |
        Отметка "Очень нравится" убрана с … | Вилучено "серце" з … |
        Z … bylo odstraněno srdíčko
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
        Verwijderde een duim omhoog van … | …のいいねを削除しました | …の"いいね"を削除しました |
        …の"いいね"を取り消しました | 取消了对…的赞 | 取消了…的赞 | 收回了對…的讚 | 取消了對…的讚 |
        Tog bort ett gillande från … | Usunięto "kciuk w górę" z … |
        Beğendi işareti silindi: … | …에서 좋아요 표시 제거함 | …から"いいね"を削除 |
        "Gefällt mir" von … entfernt | Fjernede et synes om fra … |
        Liker ikke lenger … | Viestistä … poistettiin tykkäys |
        A retiré son " J'aime " de …. | Ha rimosso "Mi piace" da … | Ya no le gusta … |
        Dejó de gustarle … | "Нравится" убрано с … | Вилучено "подобається" з … |
        Z … bylo odstraněno označení líbí
    """,
    "disliked": """
        Removed a dislike from … | Eliminó un no me gusta de … |
        Eliminó un "No me gusta" de … | Quitó un no me gusta de … |
        A retiré un Je n'aime pas de … | A retiré un " Je n'aime pas " de … |
        Hat "Gefällt mir nicht" von … entfernt | Removeu um não curti de … |
        Removeu um não gosto de … | Ha rimosso un "Non mi piace" da … |
        Verwijderde een duim omlaag van … | Tog bort ett ogillande från … |
        Usunięto "kciuk w dół" z … | Beğenmedi işareti silindi: … | …에서 별로예요 표시 제거함 |
        …から"よくないね"を削除 | "Gefällt mir nicht" von … entfernt |
        Fjernede et synes ikke om fra … | Misliker ikke lenger … |
        Viestistä … poistettiin ei-tykkäys | A retiré son " Je n'aime pas " de …. |
        Ha rimosso "Non mi piace" da … | Ya no le disgusta … | Dejó de no gustarle … |
        "Не нравится" убрано с … | Вилучено "не подобається" з … |
        Z … bylo odstraněno označení nelíbí
    """,
    "laughed": """
        Removed a laugh from … | Eliminó una risa de … | Quitó una risa de … |
        A retiré un rire de … | Hat ein Lachen von … entfernt |
        Removeu uma risada de … | Removeu um riso de … | Ha rimosso una risata da … |
        Verwijderde een lach van … | Tog bort ett skratt från … |
        Usunięto "śmiech" z … | Gülme işareti silindi: … | …에서 웃음 표시 제거함 | …から"笑"を削除 |
        Lachen von … entfernt | Fjernede et grin fra … | Fjernet latter fra … |
        Viestistä … poistettiin naurahdus | A retiré son rire de …. |
        Non trova più divertente … | Ya no le hace gracia … | Dejó de darle risa … |
        "Смешно" убрано с … | Вилучено "смішно" з … | Z … byl odstraněn smích
    """,
    "emphasized": """
        Removed an exclamation from … | Eliminó una exclamación de … |
        Eliminó un signo de exclamación de … | Quitó una exclamación de … |
        A retiré un point d'exclamation de … | A retiré une exclamation de … |
        Hat ein Ausrufezeichen von … entfernt | Removeu uma exclamação de … |
        Ha rimosso un punto esclamativo da … | Verwijderde een uitroepteken van … |
        Removed an exclamation mark from … | Tog bort utropstecken från … |
        Usunięto "wykrzykniki" z … | Ünlem işareti silindi: … | …에서 느낌표 표시 제거함 |
        …から"!!"を削除 | Ausrufezeichen von … entfernt | Fjernede et udråbstegn fra … |
        Fjernet et utropstegn fra … | Viestistä … poistettiin huutomerkki |
        A retiré ses points d'exclamation de …. | Ha rimosso i punti esclamativi da … |
        Ya no le sorprende … | Dejó de exclamar por … | Восклицательный знак убран с … |
        Вилучено знаки оклику із … | Z … byl odstraněn vykřičník
    """,
    "questioned": """
        Removed a question mark from … | Eliminó un signo de interrogación de … |
        Eliminó una pregunta de … | Quitó un signo de interrogación de … |
        A retiré un point d'interrogation de … | Hat ein Fragezeichen von … entfernt |
        Removeu um ponto de interrogação de … | Removeu uma interrogação de … |
        Ha rimosso un punto interrogativo da … | Ha rimosso un punto di domanda da … |
        Verwijderde een vraagteken van … | Tog bort ett frågetecken från … |
        Usunięto "znak zapytania" z … | Soru işareti silindi: … | …에서 물음표 표시 제거함 |
        …から"?"を削除 | Fragezeichen von … entfernt | Fjernede et spørgsmålstegn fra … |
        Fjernet et spørsmålstegn fra … | Viestistä … poistettiin kysymysmerkki |
        A retiré son point d'interrogation de …. |
        Ha rimosso il punto interrogativo da … | Ya no duda sobre … |
        Dejó de dudar sobre … | Вопрос убран с … | Вилучено "знак питання" з … |
        Z … byl odstraněn otazník
    """,
    "emoji": """
        Removed {} from … | Eliminó {} de … | Quitó {} de … | Ha eliminado {} de … |
        A retiré la réaction {} à … | A retiré {} de … | A supprimé {} de … |
        Hat {} von … entfernt | Entfernte {} von … | Removeu {} de … |
        Ha rimosso {} da … | Verwijderde {} van … | Heeft {} verwijderd van … |
        …から{}を削除しました | …の{}を削除しました | 从…移除了{} | 從…移除了{} | Tog bort {} från … |
        Usuwa "{}" z … | … mesajından {} tepkisi silindi | …에서 {} 표시 제거함 |
        …から {} を削除しました | Fjernede {} fra … | Fjernet {} fra … |
        Poistettiin {} viestistä … | Ha eliminado {} de …. | Verwijderde {} uit … |
        Убирает реакцию {} с сообщения … | Вилучено "{}" з … | Odstraněna reakce {} z …
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
