"""Secrets as people text them, made up, and harmless texts beside them: for comparisons.

Each secret is a text with the private part between « and »; the people who take part in
the conversation come first.
"""

PEOPLE = ("Marisol Vega", "Tom Okafor", "Jürgen Weiß", "Nadia Petrova")

SECRETS = {
    "phone": """
        call me on my new number «415 555 0134»
        text marisol at «(628) 555-0177» she has the list
        mein handy ist jetzt «0151 23456789»
        appelle moi au «06 12 34 56 78» demain
        llámame al «612 345 678» porfa
        his work one is «+44 7700 900 123»
        whatsapp me «+55 11 91234-5678»
        number's «four one five 555 01 22»
    """,
    "email": """
        send it to «marisol.vega@example.com»
        my school one is «tokafor (at) example.edu»
        «JWEISS@EXAMPLE.DE» geht auch
        mail me: «nadia_p@example,com»
        use «tom+bills@example.org» for the bill
        «petrova.n at gmail» is best
    """,
    "password": """
        wifi pw is «Bluebird77!»
        the wifi: «sunnyflat_2g» / «pancakes4us»
        netflix password «m4riS0l-tv» dont change it
        la clave del wifi es «gatoNegro19»
        das wlan passwort: «Kaffee&Kuchen3»
        le mdp c'est «chat0ndoux»
        пароль от вайфая «sobaka2019»
        login tokafor pass «Wq9!rtz»
    """,
    "code": """
        door code is «4471#» come up
        gate is «2280» then left
        your verification code is «839201»
        the lockbox pin «0915»
        alarm «5561» you have 30 sec
        код домофона «38к4417»
        der code fürs tor ist «7734»
        cvv «382» exp 09/27
    """,
    "card": """
        card is «4111 1111 1111 1111»
        use my amex «378282246310005»
        «5555-5555-5555-4444» thats the new one
        pay it with «4012888888881881»
    """,
    "account": """
        iban «DE89 3704 0044 0532 0130 00» danke
        «GB82WEST12345698765432» for the rent
        routing «021000021» account «000123456789»
        sort code «20-00-00» acc «55779911»
        mi cuenta es «ES9121000418450200051332»
    """,
    "id": """
        my ssn is «536-22-8410» dont lose it
        passport «X4RTBPFW4» expires in may
        dl number «D1234567» for the form
        mi dni es «12345678Z»
        nino «AB123456C» for the payroll
        cpf «529.982.247-25» pra nota
        codice fiscale «RSSMRA85T10A562S»
        plate is «8ABC123» if they tow it
        policy no «HX-4471-0092»
    """,
    "address": """
        were at «221 oak st apt 4»
        its «1849 Mission Street» buzz 3
        ich wohne «Lindenstraße 14»
        on habite «12 rue des Lilas»
        vivo en «calle Mayor 23»
        ship to «PO Box 882»
        «14 Acacia Avenue» the blue door
        ul. «Długa 7 m 12»
    """,
    "birthday": """
        my bday is «march 14 1991»
        born «02/11/1986» if they ask
        geb. am «3.7.1990»
        dob «1979-12-01»
    """,
    "handle": """
        add me on insta «@marisol.v_91»
        snap: «tomcat_okafor»
        my discord is «juergen#4421»
        twitter «@nadiap_writes» lol
    """,
    "place": """
        im at «37.7793, -122.4193»
        drop here «52.520008 13.404954»
        https://maps.example.com/?q=«48.8584,2.2945»
    """,
    "reference": """
        tracking «1Z999AA10123456784»
        booking ref «QX7PLM» gate closes 9
        order number «112-4471902-7734»
    """,
    "link secret": """
        https://example.com/reset?token=«a8f3c2e19b7d4406»
        https://«me:hunter2»@example.org/files
        my key is «sk-proj-Zx81kLmQ02vTbR7yWnA4»
    """,
    "name": """
        is «marisol» coming or not
        tell «Tom» i said hi
        «juergen» hat angerufen
        «nadia»s train is late
        ask «Vega» about it
        «okafor» again lol
        thanks «MARISOL» <3
        «Nadia Petrova» signed it
    """,
}

HARMLESS = """
    see you at 7:30 by the river
    it was 24.99 in the shop, 3 for 60
    i'll bring 2 pizzas and 12 beers
    may i ask you something
    may 5 works, or june
    the match ended 3-2, 90+4 min
    room 204, second floor
    flight lands 18:45 terminal 2
    ok ok ok fine
    mark my words it will rain
    the rose garden is closed on mondays
    page 112 to 140 for tomorrow
    we drove 1200 km in 2 days
    his new phone has 256 gb
    call me when you can
    whats the password policy there
    do you know the code for this in python
    will you be home around 6
    i ran 10k in 52 min
    born to be wild is on the radio
    the address book needs cleaning
    send me the link later
    tom yum soup tonight?
    version 3.11.7 broke it
    50/50 chance of snow
    windows 11 is so slow today
    im 34 and still afraid of geese
    the street was full of people
    chapter 4 verse 16
    2024 was a long year
    bus 38 or the 5 whichever comes
    happy birthday!! 🎉🎉
    die karte kostet 49 euro im monat
    nos vemos a las 9 en la plaza
    on se retrouve à midi devant la gare
    увидимся завтра в семь
"""
