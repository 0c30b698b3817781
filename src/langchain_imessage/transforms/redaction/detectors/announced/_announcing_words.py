"""Words that announce something private, in several languages; data.

Each line is one kind of value: its words and phrases, lower case, without accents. Words of
scripts that write no blanks, or inflect a word's beginning, are stems for a search. Which
value each kind expects is the affair of `_announced`.
"""

# ruff: noqa: RUF001 - other alphabets are what it is about

from __future__ import annotations

WORDS = {
    "password": (
        "password, passwords, passwort, kennwort, passphrase, passwd, pword, pswd, pwd, pw, "
        "psw, p/w, contrasena, clave, clave wifi, clave del wifi, mot de passe, mdp, "
        "motdepasse, senha, password wifi, parola d'ordine, parola d'accesso, parola chiave, wachtwoord, ww, "
        "losenord, losenordet, passord, passordet, adgangskode, adgangskoden, la contra, contra del wifi, "
        "contra del internet, salasana, haslo, heslo, jelszo, parola, sifre, "
        "sifresi, sifreniz, lozinka, kata sandi, mat khau, network key, wifi key, "
        "security key, wpa key, netzwerkschlussel, wlan schlussel, cle wifi, cle wep, "
        "cle wpa, codigo wifi, codigo do wifi, codice wifi, code wifi, wifi code, "
        "wlan code, wifi pass, wifi pin, recovery key, secret key, api key, access key, "
        "secret answer, pass phrase, chiave wifi"
    ),
    "network": "wifi, wi fi, wlan, ssid, hotspot, guest network",
    "login": (
        "login, log in, logon, credentials, creds, account login, zugang, zugangsdaten, "
        "identifiants, acceso, credenciales, credenziali, usuario, username, user"
    ),
    "pass": (
        "pass, unlocks with, unlock with, unlock it with, log in with, logs in with, sign in with, login with, "
        "entsperren mit, einloggen mit, anmelden mit, entra con, entras con, accedi con, connecte avec, entre com, inloggen met"
    ),
    "code": (
        "code, codes, passcode, passcodes, pincode, pin, pins, pin code, atm pin, geheimzahl, "
        "codigo, codigos, codice, combination, combo, combinacion, combinaison, "
        "combinazione, combinacao, kombination, kod, kode, koden, koodi, kood, tan, "
        "digicode, digicodes, security code, entry code, access code, zahlencode, nip, nip de la tarjeta, "
        "sicherheitscode, zugangscode, senha do portao, cofre senha"
    ),
    "device": (
        "gate, garage, alarm, keypad, key box, key safe, storage, storage unit, side door, en bas, rdc, "
        "voordeur, achterdeur, garagentor, hoftor, gartentor, wohnungstur, kellertur, portaria, key pad, lockbox, lock box, locker, padlock, safe, "
        "door, front door, back door, buzzer, intercom, door lock, smart lock, bike lock, "
        "suitcase, vault, alarma, portal, puerta, porton, candado, caja fuerte, portail, "
        "porte, alarme, cadenas, coffre, interphone, tur, haustur, tor, garage, tresor, "
        "alarmanlage, schloss, fahrradschloss, cancello, portone, porta, citofono, "
        "allarme, lucchetto, cassaforte, portao, cadeado, cofre, deur, slot, kluis, poort"
    ),
    "cvv": (
        "cvv, cvv2, cvc, cvc2, cvn, csc, cid, card security code, security code, "
        "three digits, 3 digits, 4 digits, four digits, 3 digits on the back, kartenprufnummer, prufziffer, "
        "cryptogramme, codigo de seguridad, codice di sicurezza, codigo de seguranca"
    ),
    "sort": "sort",
    "tail": (
        "last four of my ssn, last 4 of my ssn, last four of my social, last 4 of my social, last four of my card, "
        "last 4 of my card, last four of the card, last 4 of the card, last four, last 4, last four digits, last 4 digits, letzten vier, letzten 4, ultimos cuatro, "
        "ultimos 4, ultimas 4, quatre derniers, 4 derniers, ultime quattro, ultimos quatro, laatste vier"
    ),
    "token": (
        "token, tokens, key, keys, license key, product key, activation key, bearer, secret, hash, hex, "
        "jeton, cle, clave, chiave, chave, sleutel, schlussel, lizenzschlussel, api schlussel"
    ),
    "call": (
        "call, dial, ring, text, phone, fax, landline, office, festnetz, fijo, fixe, fisso, fixo, "
        "vaste lijn, extension, front desk, reception, hotline, ruf, anrufen, llama, llamame, appelle, "
        "chiama, chiamami, liga, ligue, bel, zadzwon, ara"
    ),
    "card": "card, karte, carte, kart, kaart, kort, karta",
    "account": (
        "account, bank details, bank deets, bankverbindung, datos bancarios, coordonnees bancaires, dati bancari, "
        "dados bancarios, bankgegevens, account number, acct, acc, a/c, acct no, sc, acct number, account no, acc no, acct num, "
        "routing, routing number, aba, "
        "sort code, sortcode, bsb, transit, iban, swift, bic, ifsc, clabe, cbu, "
        "bank account, checking, savings, kontonummer, konto, kto, blz, bankleitzahl, "
        "cuenta, numero de cuenta, cta, compte, numero de compte, rib, conto, "
        "conto corrente, numero di conto, conta, agencia, chave pix, pix, rekening, "
        "rekeningnummer, konto nr, numer konta, rachunek, cardnumber, card number, "
        "card ending, credit card, debit card, numero de tarjeta, tarjeta, "
        "kartennummer, numero de carte, carte bleue, numero de cartao, cartao, carta"
    ),
    "id": (
        "ssn, social, social security, ss#, ni number, nino, national insurance, nhs, "
        "nhs number, nin, passport, passports, passport number, pasaporte, passeport, "
        "reisepass, pass nr, passaporto, passaporte, paszport, paspoort, dl, "
        "license, licence, driver license, drivers license, driver s license, driving licence, "
        "drivers licence, driver s licence, license number, licence number, licencia, "
        "permis, permis de conduire, fuhrerschein, carnet de conducir, carnet, patente, "
        "cnh, rijbewijs, prawo jazdy, aadhaar, aadhar, adhaar, pan, pan card, voter id, "
        "cpf, cnpj, rg, dni, nie, nif, nuip, cedula, curp, rfc, rut, nss, "
        "codice fiscale, cf, tessera sanitaria, carta d identita, partita iva, sin, tfn, "
        "medicare, medicaid, mrn, policy, policy number, member, member id, membership, "
        "subscriber id, group number, insurance, insurance id, claim, claim number, "
        "poliza, police, police d assurance, versicherungsnummer, versichertennummer, "
        "krankenkasse, mutuelle, polizza, apolice, polisnummer, vin, vin number, plate, plates, "
        "license plate, licence plate, number plate, reg, rego, registration, "
        "kennzeichen, nummernschild, matricula, placa, plaque, "
        "plaque d immatriculation, immatriculation, targa, kenteken, rejestracja, "
        "numer rejestracyjny, student id, employee id, employee number, employee, nr rejestracyjny, rejestracyjny, kundennummer, staff id, badge, badge number, "
        "id, id number, id card, id no, tax id, tin, ein, itin, ein number, vat, "
        "steuer id, steueridentifikationsnummer, steuernummer, idnr, personalausweis, "
        "ausweis, ausweisnummer, perso, sozialversicherungsnummer, svnr, rentennummer, "
        "numero de secu, secu, securite sociale, numero de securite sociale, "
        "carte d identite, cni, carte vitale, nir, identidad, documento, "
        "documento de identidad, seguridad social, numero de seguridad social, tarjeta sanitaria, "
        "numero fiscal, numero fiscale, codigo fiscal, fiscal code, numer podatkowy, fiscaal nummer, avs, "
        "pesel, nip, dowod, dowod osobisty, dowodu, nr dowodu, numer dowodu, nr paszportu, numer paszportu, paszportu, tc, tc kimlik, "
        "tckn, kimlik, kimlik no, pasaport, pasaport no, ehliyet, plaka, bsn, burgerservicenummer, personnummer, cpr, "
        "ahv, ahv nummer, imei, serial, serial number, seriennummer, "
        "frequent flyer, known traveler, known traveler number, ktn, redress, green card, "
        "alien number, a number, uscis, visa number, patient id, patient number, "
        "prescription, rx, rx number, case number, titulo de eleitor, pis, ehic"
    ),
    "reference": (
        "tracking, track, tracking number, tracking no, tracking id, parcel, package, shipment, "
        "order, order number, order no, order id, dhl, ups, fedex, usps, hermes, evri, "
        "dpd, gls, royal mail, canada post, auspost, correos, colissimo, chronopost, "
        "la poste, inpost, paczkomat, postnl, correios, sda, brt, bartolini, "
        "rastreio, codigo de rastreio, seguimiento, numero de seguimiento, envio, "
        "numero de suivi, suivi, colis, sendungsnummer, sendung, sendungsverfolgung, "
        "paket, bestellnummer, bestellung, pedido, numero de pedido, commande, "
        "numero de commande, spedizione, numero di tracking, codice spedizione, ordine, "
        "numero ordine, przesylka, numer przesylki, nr przesylki, przesylki, zamowienie, meeting id, zoom, "
        "zoom id, webinar, teams meeting, webex, case id"
    ),
    "booking": (
        "conferma, conferma volo, confirmacion, bestatigungsnummer, confirmation, confirmation number, confirmation code, conf, conf number, "
        "conf code, booking, booking ref, booking reference, booking number, booking code, "
        "booking id, reservation, reservation number, reservation code, pnr, locator, "
        "record locator, airline code, itinerary, eticket, e ticket, ticket number, ref, "
        "reference, reference number, ref number, ref no, airbnb, flight confirmation, "
        "localizador, reserva, numero de reserva, codigo de reserva, "
        "codigo de confirmacion, dossier, numero de dossier, numero de reservation, "
        "reference de reservation, buchung, buchungsnummer, buchungscode, "
        "reservierung, reservierungsnummer, vorgangsnummer, auftragsnummer, "
        "buchungsreferenz, prenotazione, codice prenotazione, numero di prenotazione, "
        "codice di prenotazione, codigo da reserva, boeking, boekingsnummer, "
        "reservering, rezerwacja, numer rezerwacji, kod rezerwacji, rezervasyon"
    ),
    "birthday": (
        "dob, d o b, birthday, birthdate, birth date, date of birth, bday, b day, bdays, "
        "born, birth, geburtstag, geburtsdatum, geboren am, ist geboren, geboren op, geb, gebdat, anniversaire, "
        "anniv, date de naissance, naissance, ne, nee, nee le, ne le, cumpleanos, cumple, "
        "fecha de nacimiento, fecha nac, nac, nasc, nacimiento, naci, nacido, nacida, nacio, f nac, compleanno, "
        "data di nascita, nascita, nato, nata, nato il, nata il, aniversario, "
        "data de nascimento, nascimento, nasci, nascido, nascida, niver, verjaardag, "
        "geboortedatum, jarig, urodziny, urodzony, urodzona, data urodzenia, ur, "
        "dogum gunu, dogum tarihi, dogumgunu, fodelsedag, fodt, fodselsdag, syntymapaiva"
    ),
    "born": "geboren",
    "handle": (
        "instagram, insta, ig, ig handle, snapchat, snap, sc, tiktok, tik tok, twitter, "
        "discord, telegram, tg, facebook, fb, messenger, venmo, cashapp, cash app, "
        "paypal, zelle, twitch, youtube, yt, reddit, linkedin, kik, wechat, weixin, wx, "
        "viber, skype, steam, psn, xbox, gamertag, bluesky, bsky, mastodon, threads, "
        "pinterest, spotify, strava, vk, vkontakte, kakao, kakaotalk, onlyfans, tumblr, "
        "github, handle, my handle, my user, screen name, bizum, swish, "
        "line id, signal, roblox, battlenet, nintendo, bereal, soundcloud, depop, vinted, "
        "etsy, username, user name, usuario, pseudo, benutzername, nutzername, utente"
    ),
    "address": (
        "address, addy, addr, home address, street address, adresse, anschrift, direccion, "
        "domicilio, endereco, indirizzo, adres, adresa, live at, lives at, living at, "
        "wohne, wohn, wohnt, vivo en, vive en, j habite, moro na, abito in, mieszkam"
    ),
    "phone": (
        "number, phone, phone number, cell, cell number, mobile, telephone, tel, nummer, "
        "telefonnummer, handynummer, handy, telefon, telefono, movil, celular, zap, "
        "whatsapp, whats app, numero, portable, cellulare, telemovel, mobiel, komorka, fono, tlf, tel n"
    ),
    "mail": (
        "gmail, googlemail, hotmail, outlook, yahoo, icloud, protonmail, proton, gmx, "
        "web de, aol, yandex, libero, orange, laposte, uol, terra"
    ),
    "seed": (
        "seed phrase, recovery phrase, seed, mnemonic, secret phrase, wallet phrase, "
        "wiederherstellungsphrase, frase semilla, phrase de recuperation, frase de recuperacion"
    ),
}

ENDINGS = {
    "password": "passwort kennwort schlussel wachtwoord",
    "code": "code pin",
    "id": "versicherungsnummer ausweisnummer passnummer mitgliedsnummer kundennummer "
    "policennummer kenteken personnummer personennummer sozialversicherungsnummer",
    "account": "kontonummer kartennummer rekeningnummer",
    "reference": "sendungsnummer bestellnummer trackingnummer paketnummer auftragsnummer",
    "booking": "buchungsnummer buchungscode reservierungsnummer vorgangsnummer",
}
"""How compounds end, in languages that make one word of several."""

STEMS = {
    "address": "адрес\\w*|地址|住址|住所|주소|כתובת|العنوان|عنوان\\w*|पता",
    "phone": "номер\\w*|телефон\\w*|电话|手机号?|電話|전화번호|번호|טלפון|מספר|رقم|جوال\\w*|फोन|नंबर",
    "password": "парол[\\w]*|密码|密碼|口令|パスワード|パス(?=[はが:：])|비밀번호|비번|סיסמ[אהת]\\w*|"
    "كلمة السر|كلمة المرور|كلمة سر|الباسورد|باسورد|باسوورد|رمز الواي ?فاي|รหัสผ่าน|पासवर्ड|"
    "κωδικ\\w* wifi|συνθηματικ\\w*",
    "code": "код\\w*|п[иі]н\\w*|домофон\\w*|сейф\\w*|オートロック|ロッカー|金庫|玄関|アラーム|门禁|門禁|密码锁|暗証番号|暗証|キーボックス|"
    "도어락|현관|비밀번호|קוד\\w*|הקוד|כספת|אזעקה|رمز\\w*|كود\\w*|الرقم السري|رقم سري|"
    "الخزنة|รหัส|कोड|पिन|ओटीपी|κωδικ\\w*|πιν",
    "card": "карт[аиіуыою]\\w*|कार्ड|בכרטיס|כרטיס|بطاقة|البطاقة|银行卡|信用卡|カード|카드",
    "account": "счет\\w*|счёт\\w*|карт[ауы] номер|номер карт\\w+|рахун\\w*|账号|账户|帳號|卡号|"
    "卡號|口座番号|口座|カード番号|계좌\\w*|חשבון|חשבון בנק|מספר חשבון|سويفت|حساب\\w*|"
    "رقم الحساب|آيبان|बैंक खाता|खाता",
    "id": "паспорт\\w*|инн|снилс|полис\\w*|іпн|номер машин\\w*|госномер\\w*|права|身份证\\w*|"
    "身份證\\w*|护照\\w*|護照\\w*|车牌\\w*|車牌\\w*|社保\\w*|マイナンバー|パスポート\\w*|免許証\\w*|保険証\\w*|"
    "주민번호|주민등록번호|여권\\w*|면허\\w*|תעודת זהות|ת[\"״']?ז|ת\\.ז\\.?|דרכון|רישיון|"
    "מספר רכב|פוליסה|هوية|الهوية|رقم الهوية|إقامة|الإقامة|اقامة|جواز\\w*|رخصة|اللوحة|لوحة|"
    "आधार|पैन|पासपोर्ट",
    "reference": "трек\\w*|посылк\\w*|накладн\\w*|ттн|замовлення|заказ\\w*|快递单号|快递|單號|单号|"
    "订单号|订单|訂單|追跡番号|追跡|伝票番号|注文番号|송장번호|운송장\\w*|주문번호|מעקב|מספר מעקב|משלוח|"
    "הזמנה|رقم التتبع|تتبع|الشحنة|شحنة|رقم الطلب|طلب|ट्रैकिंग",
    "booking": "брон\\w*|номер брон\\w*|билет\\w*|予約番号|予約|预订号|预订|订座|确认号|예약번호|예약|"
    "מספר הזמנה|קוד הזמנה|رقم الحجز|حجز|الحجز|बुकिंग|पीएनआर",
    "birthday": "д\\.? ?р\\.?|дн[её]м рожден\\w*|день рожден\\w*|дата рожден\\w*|родил\\w*|"
    "рожд\\w*|день народження|народи\\w*|生日|出生\\w*|誕生日|生年月日|たんじょうび|생일|생년월일|יום הולדת|"
    "יומולדת|תאריך לידה|נולד\\w*|عيد ميلاد\\w*|ميلاد\\w*|تاريخ الميلاد|مواليد|जन्मदिन|"
    "जन्म तिथि|जन्म|วันเกิด",
    "handle": "инст\\w*|телег\\w*|телеграм\\w*|тг|вк|дискорд\\w*|тикток\\w*|微信号|微信|qq号|"
    "抖音号|小红书|インスタ|ツイッター|라인|인스타\\w*|카톡\\w*|אינסטה|אינסטגרם|טלגרם|انستا\\w*|"
    "انستقرام|سناب\\w*|تيليجرام|تلجرام|تويتر",
}

_FILLERS_TEXT = """
    immeuble batiment portail porte entree hall building lobby apartment gym storage mam
    is s are was be ar er jest hai ist lautet sind es son est sont sera era sono will e eh ee esta to
    it its number numbers no nr num numero numer nummer n code id card the my our ur
    your his her their a an new old current for of del de la el los las le les l du
    des di da do der die das dem den vom von mein meine dein mi mon ma mio mia meu
    minha tu ton ta tuo tua seu sua nuestro notre unser unsere nostro nosso wifi wlan
    house home office guest here now same as just still again actually temp work door
    gate front back main airbnb netflix account user username name handle me add at on
    in am im il em dia vom under unter sous bajo on and y und et c ce ci ending with like set changed now mom mum
    dad moms dads reference ref locator call him please pls called это этот от для на
    мой моя номер это: は の が 是 为 為 号 號 码 碼 番号 です 은 는 이 가 של הוא היא זה שלי ל מספר هو
    هي رقم لل الواي فاي واي है का की
"""
FILLERS = frozenset(_FILLERS_TEXT.split())
"""What may stand between the word and its value."""

_COPULAS_TEXT = """
    is s are was ar jest hai ist lautet sind es son est sont era sono e eh esta to это は 是 为 為 הוא
    היא هو هي है
"""
COPULAS = frozenset(_COPULAS_TEXT.split())
"""Says that what follows is the value, even if it looks like a word."""

_NO_VALUE_TEXT = """
    wrong incorrect invalid expired required correct right good bad weak strong secure
    safe same different changed saved stored written below above attached missing
    needed protected reset resetting not working broken down up out off slow fast
    great fine gone there here nowhere somewhere something anything nothing everything
    everyone someone case sensitive too also already still always never ready done
    sent coming again later soon today tomorrow tonight please thanks thank sorry cool
    awesome terrible horrible amazing annoying stupid hard easy long short simple
    secret private public locked unlocked open closed hidden blank empty null none
    unknown known forgotten lost stolen hacked leaked what which who where when how
    why that this these those them they your yours mine ours hers theirs because since
    until unless about around after before during under over falsch richtig gleich
    anders geandert gespeichert unten oben immer noch nicht kaputt weg abgelaufen hier
    dort wie immer bitte danke leider incorrecta incorrecto correcta correcto misma
    mismo igual cambio cambiada aqui alli abajo arriba siempre nunca por favor gracias
    mala buena facil dificil faux fausse incorrect bonne mauvais mauvaise pareil
    change ici toujours jamais merci sbagliata sbagliato giusta giusto uguale stessa
    stesso cambiata qui sempre grazie errada errado certa certo mesma mesmo mudou
    sempre obrigado obrigada story stories reel reels post posts live video videos
    page profile account link server channel group filter filters streak streaks
    message messages request friend friends followers following notification
    notifications app apps called using getting being having going doing making
    looking trying crazy insane wild weird boring dead alive
"""
NO_VALUE = frozenset(_NO_VALUE_TEXT.split())
"""What follows such a word and is no value of it; without accents."""
