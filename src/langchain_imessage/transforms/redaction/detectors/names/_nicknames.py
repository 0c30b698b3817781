"""First names and what people with them are called; data.

Each line is one name in its forms: whoever has one of them may be called by any other.
"""

# ruff: noqa: RUF001 - other alphabets are what it is about

from __future__ import annotations

_GROUPS = """
    aaron ron ronnie
    abigail abby abbie gail
    adelaide addie adele
    albert al bert albie
    alexander alexandra alex alec sandy xander sasha lex alejandro alejandra ale alexandre
    alfred alf alfie fred freddie
    alice ali allie
    allison alison allie ali
    amanda mandy manda
    amelia amy millie mia
    andrew andy drew andreas andré andrés andre
    angela angie ange angelika
    ann anne anna annie anny nan nancy anya ania
    anthony tony ant antonio antoine anton toni
    arthur art artie
    barbara barb barbie babs basia bárbara
    benjamin ben benny benji
    bernard bernie
    bradley brad
    brittany britt
    caroline carolyn carol carrie caro
    catherine katherine kathryn katharina kate katie kathy cathy kat kit kitty kay cate katarzyna kasia kaśka kasieńka katya kati käthe catarina
    charles charlie chuck chas carlos carlo karl
    charlotte charlie lottie lotte
    christina christine chris tina chrissy kristin kirsten cristina
    christopher christian chris topher kris cristóbal krzysztof krzysiek krzyś
    clifford cliff
    cynthia cindy
    daniel dan danny dani daniela
    david dave davey davie
    deborah debra deb debbie
    dennis denny
    donald don donnie
    dorothy dot dottie dolly
    douglas doug
    edward ed eddie ted teddy ned eduardo edu
    eleanor ellie nell nora elena
    elizabeth elisabeth liz lizzie beth betty eliza lisa libby bess lilly ela ella elsie lisbeth sissi
    emily em emmy emma emilia
    eugene gene
    evelyn eve evie
    fernando nando fer
    florence flo flossie
    frances fran frannie
    francis frank frankie francisco paco pancho fran franz
    frederick fred freddy freddie rick friedrich fritz federico fede
    gabriel gabriela gabe gabby gabi
    geoffrey jeffrey jeff geoff
    george georgie jorge georg
    gerald gerard gerry jerry
    gillian gill jill
    giovanni gianni
    giuseppe beppe peppe pino
    gregory greg gregor
    guadalupe lupe lupita
    guillermo memo guille
    harold harry hal
    heinrich heinz heini
    helen helena nell lena ellen
    henry hank harry enrique quique henri
    ignacio nacho
    isabel isabella isabelle izzy bella belle isa
    jacob jake jakob kuba
    jacqueline jackie
    jaime jim
    james jim jimmy jamie
    janet jan
    jason jay
    jennifer jen jenny jenn
    jessica jess jessie
    jesús chuy
    johannes hannes hans johann jan
    john johnny jack jon
    jonathan jon jonny nathan johnathan
    joseph joe joey josef sepp józef
    josé pepe jose chepe zé
    joshua josh
    joão joãozinho jão
    juan juanito
    judith judy
    julia julie jules
    kenneth ken kenny
    kimberly kim
    lawrence laurence larry lorenzo lars
    leonard leo len lenny leonardo
    leslie les
    lillian lily lil
    louis lou louie luis ludwig
    louise lou lulu luisa
    lucy lucia lu luz lucía
    madeline madeleine maddie maddy
    manuel manolo manu
    margaret maggie meg peggy marge margie greta gretchen margarita rita gosia małgorzata margot margarethe gretel
    maría mari mary maria mariechen marichu maru
    martha marty patty
    martin marty
    mary molly polly mamie marie
    matthew matt matty matthias matteo mathieu mateo
    matilda tilly mattie
    maximilian max maxi maximiliano
    melissa mel missy lissa
    michael mike mikey mick micky mickey michel michał miguel mitch michi misha mihail
    mercedes merche
    mohammed muhammad mohammad mo moe mohamed
    natalie natalia nat nataliya tasha natasha
    nathaniel nathan nate nat
    nicholas nick nicky nico nicolas klaus nikolaus niko nikolai kolya mikołaj
    nicole nikki nic
    olivia liv livvy
    oliver ollie olly
    pamela pam
    patricia pat patty tricia trish paddy patrizia
    patrick pat paddy
    paul paulie pablo paolo
    penelope penny
    peter pete petey pedro pierre piotr piero
    philip phillip phil felipe philippe
    priscilla cilla prissy
    rachel rach shelly raquel
    raymond ray ramón
    rebecca becky becca bec
    reginald reggie reg
    richard rick ricky rich richie dick ricardo
    robert rob robbie bob bobby bert roberto
    rodney rod
    ronald ron ronnie
    rosario charo
    rosemary rosie rose romy
    roxanne roxy
    russell russ
    samuel samantha sam sammy
    sarah sara sally sadie
    sebastian seb bastian basti seba
    sophia sophie sofia sofie soph zosia
    stanley stan
    stanisław staszek stanislaus
    stephanie steph stefanie steffi
    stephen steven steve stevie stefan esteban stéphane
    susan suzanne susanne sue susie suzie susi susana
    sylvia syl
    teresa theresa terry tess tessa tere resi
    terence terry
    theodore ted teddy theo
    thomas tom tommy tomás tomek thom
    timothy tim timmy
    tobias tobi toby
    ursula uschi ulla
    valerie val
    veronica ronnie vero veronika
    victoria vicky vicki tori
    victor vic víctor
    vincent vince vinnie vincenzo enzo vicente
    virginia ginny
    walter walt wally
    wilhelm willi willy
    william bill billy will willie liam wilhelm
    wolfgang wolf wolfi
    zachary zach zack
    agnieszka aga agusia
    aleksandra ola
    aleksander olek
    joanna asia aśka
    magdalena magda lena madzia
    wojciech wojtek
    grzegorz grzesiek grześ
    bartosz bartłomiej bartek
    jakub kuba
    tomasz tomek
    zofia zosia
    ewa ewka
    barbara basia
    γιώργος γεώργιος
    κωνσταντίνος κώστας
    ιωάννης γιάννης
    mehmet memo
    fatma fatoş
    ivan vanja ivica
    александр александра олександр олександра саша шура сашко алекс
    алексей олексій леша лёша алеша олекса льоша
    анастасия анастасія настя
    анна ганна аня анечка нюра
    андрей андрій андрюша
    владимир володимир вова володя вовка
    дмитрий дмитро дима діма митя
    евгений євген женя
    екатерина катерина катя катюша
    елена олена лена оленка леночка лєна оля
    ирина ірина ира іра иришка
    мария марія маша маруся марічка
    михаил михайло миша мишко
    наталья наталія наташа ната
    николай микола коля
    ольга оля олечка
    павел павло паша
    сергей сергій серёжа сережа серега серёга
    татьяна тетяна таня танюша
    юлия юлія юля
    юрий юрій юра
    دان دانة
"""


def _by_name() -> dict[str, frozenset[str]]:
    found: dict[str, set[str]] = {}
    for line in _GROUPS.splitlines():
        names = line.split()
        for name in names:
            found.setdefault(name, set()).update(names)
    return {name: frozenset(names - {name}) for name, names in found.items()}


NICKNAMES = _by_name()
"""What else somebody with a first name may be called, in lower case."""
