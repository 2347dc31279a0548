"""The words of a text that tell what it is about, as search compares them.

Out go: links, numbers and whatever has a digit in it (an order's number is asked about once), words of one or two letters,
words that every message has, in seven languages, and names that are given. Scripts written without spaces are cut
into pairs of characters. Bounded: no more than the beginning of a text is looked at.
"""

import re
from collections.abc import Collection, Iterable, Iterator
from functools import lru_cache
from itertools import islice, pairwise

from agent_tui.core.fold import Placed, placed, tokens
from agent_tui.services.rising import NOT_WORDS

LOOKED_AT = 4_000
"""Characters of a text; what it ends with is seldom what it is about."""
WORDS = 150
"""Words of it, at most."""
_SHORTEST, _LONGEST = 3, 32
_NAME = re.compile(r"[^\W\d_][^\W\d_'’-]+")

_STOP = frozenset(
    word
    for language in (
        # English; what an apostrophe leaves of a word is one too
        (
            "about after again all also always and answer any anybody anyone anything are aren ask asked asking because been before being best"
            " between both but can cannot come could couldn day days dear did didn does doesn doing don done each either"
            " else ever every everyone everything few find for from further get gets getting give given goes going good"
            " got great had has hasn have haven having hello help her here hers hey him his hope how into isn its itself"
            " just kind know last least let like little long look looking made make many may maybe might mine more most"
            " much must need never new next nobody none nor not nothing now off often okay once one only other others"
            " our ours out over own perhaps please possible question questions quick quite rather really regards same say see seen sent"
            " shall she should shouldn since sir madam some somebody someone something soon sorry still such sure take tell"
            " than thank thanks that the their theirs them then there these they thing things think this those though"
            " through time today tomorrow tonight too took try two under until upon use used usually very want wanted was"
            " wasn way well were weren what when where whether which while who whom whose why will with within without"
            " won wonder wondering would wouldn write writing wrote yes yesterday yet you your yours fwd"
        ),
        # Portuguese
        (
            "agora ainda algo alguem algum alguma antes aos aquela aquele aqui assim ate bem boa boas bom cada caro cara"
            " com como cumprimentos das dela dele deles depois desde dia dias dos ela elas ele eles entao entre era essa"
            " esse esta estao estar este estou eu falta fazer foi foram favor gostaria gostava haver hoje isso isto ja"
            " la lhe mais mas melhor mesmo meu meus minha minhas muito muita nada nao nas nem nos nossa nosso nunca obrigada"
            " obrigado ola onde ontem oi para pela pelo pode podem poderia por porque porem pois posso pouco pra qual"
            " quando quanto que queria quem quero quer saber sao seja sem sempre sera seria seu seus sim sob sobre sua suas"
            " tambem tao tarde tem tenho ter teu tinha toda todas todo todos tudo uma umas uns vai voce voces vos vou"
        ),
        # Spanish
        (
            "ahora algo alguien alguna alguno antes aqui asi aunque aun bien buena buenas bueno buenos cada como con"
            " contra cual cuando cuanto del desde despues dia dias donde dos ella ellas ellos entonces entre era eres esa"
            " ese eso esta estaba estan estar estas este esto estoy fue fueron gracias gustaria haber hace hacer hasta hay"
            " hola hoy las les los manana mas mejor mis mismo mucha muchas mucho muy nada ninguna nos nosotros nuestra"
            " nuestro nunca otra otro para pero poco podria por porque puede pueden puedo pues que quien quiere quiero"
            " quisiera saber saludos ser seria sido siempre sin sobre son sus tal tambien tan tanto tener tengo tiene"
            " tienen toda todas todo todos tras una unas uno unos usted ustedes vez ya"
        ),
        # French
        (
            "ai alors apres aussi autre avant avec avez avoir avons bien bonjour bonsoir bonne car cela celle celui ces"
            " cet cette chez chose comme comment cordialement dans des deja depuis deux doit donc dont elle elles encore"
            " entre est estce etait etant ete etes etre eux faire fait faut hier ici ils jamais jour jours leur leurs les"
            " lors lui madame mais meme merci mes mieux moi moins mon monsieur non nos notre nous ont par parce pas"
            " peut peutetre peux plus plait possible pour pouvez pouvoir pourquoi puis puisje quand que quel quelle"
            " quelque quelques quels qui quoi rien salut sans savoir ses seulement sera serait ses soit sommes son sont"
            " sous suis sur tous tout toute toutes tres trop une vers vos votre voudrais vous"
        ),
        # German
        (
            "aber alle allem allen alles als also am andere anderen auch auf aus bei beim bereits bin bis bist bitte da"
            " dabei dafur damit danke dann darf das dass dein dem den denn der des deshalb dich die dies diese diesem"
            " diesen dieser dieses doch dort durch ein eine einem einen einer eines einige einmal er es etwas euch euer"
            " eure fur ganz geben gegen gehen geht gerne gern gestern gibt gruss grusse gut guten hab habe haben habt hallo"
            " hat hatte hatten heute hier ich ihm ihn ihnen ihr ihre ihrem ihren ihrer immer ins ist jede jeder jetzt"
            " kann kein keine keinen kommen konnen konnte konnten liebe lieber liebes machen mal man mehr mein meine"
            " meinem meinen meiner mich mir mit mochte morgen muss nach nachste nicht nichts noch nun nur oder ohne schon"
            " sehr sein seine seit sich sie sind sollte sondern tag uber und uns unser unsere unter viel viele vielen vom"
            " von vor wann war waren warum was weil welche wenn wer werde werden wie wieder will wir wird wissen wurde"
            " wurden zum zur zwei"
        ),
        # Italian
        (
            "adesso alla alle allo anche ancora avere avete bene buona buonasera buongiorno caro che chi ciao come con"
            " cosa cosi cui dagli dal dalla dalle degli dei del della delle dello dopo dove due ecco era essere fare fatto"
            " gli grazie hanno ieri loro mai mia mie miei mio molto nei nel nella nelle niente noi non nostra nostro oggi"
            " ogni ora per perche piu poi posso potete potrebbe prego prima puo qual quale quando quanto quella quelle"
            " quello questa queste questi questo qui saluti sapere senza sia siamo siete solo sono sopra sua sue sugli sul"
            " sulla sulle suo suoi tra troppo tutti tutto una uno vorrei vostra vostro"
        ),
        # Dutch
        (
            "aan alleen alles als altijd bedankt beste bij daar dan dank dat deze die dit doen door dus een eens enkele er"
            " ervan gaan gaat geen goed goede graag groet groeten had hallo heb hebben heeft hem het hier hij hoe hoi hun"
            " iemand iets ik jij jou jouw jullie kan komen kunnen kunt maar maken meer men met mij mijn misschien moet"
            " moeten mogelijk mogen morgen naar niet niets nog nodig nooit nou nu om omdat onder ons onze ook op over"
            " reeds te tegen toch toen tot uit uw van vandaag veel voor vraag waar waarom wanneer want waren was wat we"
            " weer weet wel welke wie wij wil willen worden wordt zal zeer zich zij zijn zonder zou"
        ),
        # days, and greetings of further languages
        (
            "monday tuesday wednesday thursday friday saturday sunday segunda terca quarta quinta sexta feira sabado domingo"
            " lunes martes miercoles jueves viernes lundi mardi mercredi jeudi vendredi samedi dimanche montag dienstag"
            " mittwoch donnerstag freitag samstag sonnabend sonntag lunedi martedi mercoledi giovedi venerdi sabato domenica"
            " maandag dinsdag woensdag donderdag vrijdag zaterdag zondag back hej hei moin servus gruezi ahoj czesc"
        ),
    )
    for word in language.split()
)


def telling(text: str, names: Collection[str] = ()) -> dict[str, str]:
    """The telling words of a text, folded, in their order, each with how it is written there. `names`, folded words,
    tell nothing."""
    found: dict[str, str] = {}
    said = NOT_WORDS.sub(lambda link: " " * len(link[0]), text[:LOOKED_AT])
    for word, written in islice(_words(said), WORDS):
        if word not in _STOP and word not in names and _may_tell(word):
            found.setdefault(word, written)
    return found


def telling_words(text: str, names: Collection[str] = ()) -> frozenset[str]:
    """The same words, folded, in no order, of many texts fast; characters that a sign parts are neighbours too."""
    words = tokens(NOT_WORDS.sub(" ", text[:LOOKED_AT]))[:WORDS]
    pairs = (f"{a} {b}" for a, b in pairwise(words) if _stands_alone(a) and _stands_alone(b))
    return frozenset(
        word for word in words if word not in _STOP and word not in names and _may_tell(word)
    ) | {*pairs}


def folded_names(names: Iterable[str]) -> frozenset[str]:
    """The words of names, as `telling` leaves them out."""
    return frozenset(word for name in names for word in tokens(name[:LOOKED_AT]))


def name_words(name: str) -> tuple[str, ...]:
    """The words of a name by which somebody may be called, as they are written; of an address, those before the @."""
    words = _NAME.findall(name.partition("@")[0])
    return tuple(word for word in words if not word[0].islower()) or tuple(words)


def _may_tell(word: str) -> bool:
    if " " in word:
        return True
    return _SHORTEST <= len(word) <= _LONGEST and not any(char.isdigit() for char in word)


def _words(text: str) -> Iterator[tuple[str, str]]:
    """Words as they are compared and as they are written; of a script without spaces, each two neighbours."""
    before: Placed | None = None
    for one in placed(text):
        if not _stands_alone(one.word):
            before = None
            yield one.word, text[one.start : one.end]
            continue
        if before is not None and before.end == one.start:
            yield f"{before.word} {one.word}", text[before.start : one.end]
        before = one


def _stands_alone(word: str) -> bool:
    """A character of a script in which each is a word."""
    return len(word) == 1 and not word.isascii() and _is_unspaced(word)


@lru_cache(maxsize=4096)
def _is_unspaced(char: str) -> bool:
    return len(tokens(char * 2)) == 2
