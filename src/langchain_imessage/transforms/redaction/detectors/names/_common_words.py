"""Words that are names, too, or stand in contacts' names without being anybody's; data.

"will", "may", "rose", "mark": in lower case they are words. There are first and last names
that mean something (in English, some in other languages), kin, businesses, titles, and what
an English sentence is made of. Names that mean nothing are not here.
"""

_WORDS = """
    rob drew gene dot dick rod hal lex les bert jay nan belle nell mo lou pino fer tori lu
    misty rusty jack frank
    about after again agency airport al all also always am an ana and angel any
    apple april are art as ash at august aunt auntie auto autumn away babe baby back
    baker bakery ball bank banks bar barber barbershop bark bass be bean bear beard
    because been before bell best bike bill bin bird bishop bistro black blaze blood
    bloom blue board bolt bond book booth boss bowl bowman box boy brand brandy
    bread bridge bright bro brook brooks brother brown bruder buck bud bull bumble
    burn burns bush but butler butter by cab cafe café call came can candy cannon
    car care carter cash castle cell center centre chamber chance charity chase chef
    cherry chip christian church city class clay cleaner cleaning cliff clinic club
    coach coffee coin cole come company cook cooper corn cotton could country court
    crane cricket cross crow crown crystal curry curtain customer da dad daddy daisy
    das dash daughter dawn day de deal dean deer delivery den dental dentist der
    desk destiny did die do doctor does dog don done dos dove down dr driver ebony
    el electric electrician else emergency english eve even ever every express fair
    faith fam family farmer father favourite fern few field fields finch first fish
    fitness fleur flood flower flowers fog food foot for ford forest forge fox frei
    french friend friends from frost garage garden gas gates gay get ginger girl
    give glass glory go going gold golden gone good got grace grandad grandma
    grandpa granny grant grave graves gray great green grey group grove gut guy gym
    had hair hall ham hammer hand hands handyman happy hardy hare harper hart has
    have hawk hay he head health heath heaven hello help her here hermana hermano
    herr hey hi hill hills him hinge his home honey hood hope horn hospital hotel
    house how hubby hunt hunter husband if in inc insurance internet into is it its
    ivory jade jewel job joy jr judge june just justice kaiser key kid kidd kind
    king kita kitchen klein knock know la ladder lake lamb lance land landlord lane
    lang lark last late later laundry law lawn lawyer le leach ledger lemon les let
    library light like line little llc lock locke locksmith long look lord lot love
    low ltd lucky lunch madame made mademoiselle mail major make mama maman mami
    mamma mamá man manager mann many mar march marine mark market marsh mary mason
    massage max may maybe mayor me medical mercy merry miles milk mills mine mint
    miss misty mobile mom mommy money monk moon moore more most mother mountain
    mouse movers mr mrs ms much mum mummy music must mutter mx my nail nails nana
    neighbor neighbour never new next nice no noble north not now number nurse of
    off office oh ok okay old olive on once one onkel online only or other our out
    over own page papa papi papá paris park parker parking parks party pass pat
    patience peace peak pearl peg penny people pepper pet pharmacy phone photo
    pierce pierre piggy pike pine pip pizza plant please plumber plumbing pole
    police pool poor pope poppy porter post pot potter pound powder power powers
    precious price pride priest prince prior pro prof professor put rain ramp ray re
    realtor recruiter red reed rental repair restaurant rev rice rich rider ridge
    right river rivers roach road rock rocky rod roe room root rope rose rush sage
    said sailor saint sales salon salt same savage say scholar school schwester
    scout sea security see self sellers service services shade shark sharp she sheep
    shepherd shoe shop short should silver singer sir sis sister sitter skinner skip
    sky slaughter small smart smith snow so sol sole some sommer son soon south spa
    sparks speed sports spring squire sr st star stark station steel stern stew
    steward still stock stone store storm strange street strong studio such sue
    sugar summer sunny support sure sushi swan sweet swift table tailor take tall
    tante taxi tea teacher team tech tell temple tennis than thank thanks that the
    their them then therapist there these they thing things think this thorn thunder
    tiger time tinder tire to today tomorrow tonight too tours toy trace train
    trainer travel tree trip true tucker turner tutor twist two tía tío uncle under
    underwood university until up upstairs us use vale valley van vater very vet
    vice video voice wait walker wall walls want ward was washer watch water waters
    way we weaver week weeks weiß well wells went were west what wheeler when where
    which while white who why wife wifey wifi wild wilder will wind winds wine
    winner winter wise with wolf woman wood woods work workman worth would yard yeah
    year yes yet yoga you young your
"""
COMMON_WORDS = frozenset(_WORDS.split())
