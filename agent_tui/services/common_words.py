"""Words too common to mean anything, by language, without their accents; and what language a text seems to be in. Pure.

Greetings, thanks and words of politeness stand among them: everybody's letters have them in common.
"""

from collections.abc import Collection, Mapping
from typing import Final

from agent_tui.core import fold

# fmt: off
_WORDS: Final[Mapping[str, str]] = {
    "en": """a about after all also am an and any anybody anyone are as ask asking at back be because been before being
        best but by can cannot cant could day dear did do does doing dont each even every for from get give go going good
        got had has have having he hello help her here hey hi him his how i id if ill im in into is isnt it its ive just
        kind kindly know let like look looking lot lovely made make many may me message might more morning most much must
        my need nice no not now of off ok okay on one only or other our out over own please question quick really regards
        reply say see send she should since so some something soon sorry still sure take tell than thank thanks that thats
        the their them then there these they thing things think this those through to too two until up us very want was
        way we well were weve what when where which while who whom why will wish with wonder wondering would write yes yet
        you youd youre your yours afternoon evening today tomorrow talk speak possible consider
        instead come comes coming along asks asked make making able happy last next""",
    "pt": """a agora ai ainda ajuda alguem algum alguma antes ao aos aqui as assim ate atenciosamente bem boa boas bom com
        como cumprimentos da das de dela dele depois desde dia dias do dos e ela ele eles em era essa esse esta estao estar
        este estou eu favor foi fosse gostaria gostava ha isso isto ja la lhe mais mas me mensagem mesmo meu minha muito
        muita na nao nas nem no noite nos nossa nosso num numa o obrigada obrigado oi ola onde os ou para pela pelo pergunta
        pode podem poder podia por porque posso pouco preciso quais qual qualquer quando quanto que quem queria quer saber
        se sem ser seu si sim so sou sua tambem tao te tem temos tenho ter tinha tu tudo um uma umas uns vai voce voces vos
        vou hoje amanha tarde caro cara estimada estimado possivel""",
    "de": """aber alle alles als also am an anfrage auch auf aus bald bei bereits besten bin bis bitte bitten da dabei dafur
        damit danach danke dann darf das dass dazu dein dem den denn der des dich die dies diese diesem diesen dieser dieses
        dir doch du durch ein eine einem einen einer eines er es etwas euch euer frage fragen freundliche freundlichen fur
        ganz gar geehrte geehrten geehrter gerne gibt grusse gruss gut gute guten haben habe hallo hat hatte hatten helfen
        herzliche herzlichen hier ich ihm ihn ihnen ihr ihre ihrem ihren ihrer im in is ist ja jetzt kann kein keine konnen
        konnte konnten lg liebe lieber liegt man mein meine meinem meinen meiner mich mir mit mochte mochten morgen muss
        nach nachricht nein nicht noch nun nur ob oder ohne schon schone schonen sehr sein seit sich sie sind so tag um und
        uns unser unsere unseren vielen viele vielleicht vom von vor moglich war waren warum was wegen weil wenn wer werden wie wir
        wird wo wurde wurden zu zum zur heute""",
    "es": """a ahora al algo alguien algun alguna antes aqui asi atentamente aun bien buena buenas buenos como con cordial
        cual cualquier cuando cuanto de del desde despues dia dias donde el ella ellos en era es esa ese eso esta estan
        estar este esto estoy favor fue gracias gustaria ha hacer hasta hay hola la las le les lo los mas me mensaje mi mis
        mucha muchas mucho muy nada necesito ni no noches nos nosotros nuestra nuestro o os otra otro para pero poco podeis
        podria podrian por porque pregunta puede pueden puedo pues que queria quien quiero quisiera saber saludo saludos se
        ser si sin sobre son soy su sus tal tambien tan tanto tardes te tengo tenemos tener ti tiene tienen todo tu un una
        unas unos usted ustedes va vosotros y ya yo hoy manana estimada estimado querida querido posible""",
    "fr": """a ai alors apres as au aussi autre aux avant avec avez avoir avons beaucoup bien bien bonjour bonne bonsoir
        car ce cela ces cet cette chez combien comme comment cordialement dans de demande des deux dire dit dois donc du
        elle elles en encore est et etais etait etes etre eu faire fait faites ici il ils j je jour journee l la le les leur
        lui m ma madame mais me meme merci mes message moi mon monsieur n ne nom non nos notre nous on ont ou oui par pas
        pendant peu peut peuvent peux plus pour pourquoi pourrais pourriez pouvez prie puis qu quand que quel quelle quelles
        quels question qui quoi s sa salut salutations sans savoir se ses si soir son sont sous suis sur ta te tes toi ton
        tous tout toute tres tu un une vais veux vos votre voudrais vous y aujourd hui demain cher chere possible""",
    "it": """a abbiamo ai al alla alle allo anche ancora avere avete buon buona buonasera buongiorno caro cara che chi ci
        ciao come con cordiali cosa cui da dal dalla dei del della delle di domanda dopo dove e ed era essere fa fare favore
        gia gli grazie ha hai hanno ho i il in io la le lei li lo loro ma me mi mia mio molto ne nei nel nella noi non nostra
        nostro o ora per perche piacere piu po poi posso potete potrebbe potreste prima puo quale quali quando quanto quella
        quello questa queste questi questo qui sapere saluti se sei senza si sia siamo sono sta su sua sul suo te ti tra tu
        tutti tutto un una uno va vi voglio voi vorrei vorremmo oggi domani possibile""",
    "nl": """aan al alle alles als ben bent bij bedankt beste dag dan dank dat de deze die dit doen door dus een eens en er
        even geen goede goedemiddag goedemorgen graag groet groeten haar had heb hebben hebt heeft heel het hij hoe hoeveel
        hallo hier hun ik in is ja je jij jou jouw jullie kan kon kunnen kunt maar maken me mee meer met mij mijn moet mogen
        mvg na naar nee niet nog nu of om omdat onder ons onze ook op over te toch tot u uit uw van veel voor vraag vriendelijke
        waar waarom wanneer was wat we wel wie wij wil wilde willen worden zal ze zeer zich zij zijn zo zou zouden vandaag morgen
        geachte mogelijk""",
    "ru": """а без бы был была были быть в вам вас ваш ваша ваше весь во вот все всего вы где да даже для до добрый день
        доброе утро вечер его ее если есть еще же за здравствуите и из или им их к как какая какие какои ко когда кто ли мне
        можем можете можно мои моя мы на над нам нас не нет ни но ну о об он она они от очень по подскажите пожалуиста под
        привет при с себя со спасибо так также там те то тоже только ты у уже хотел хотела хотели хочу чем что чтобы эта эти
        это я сегодня завтра уважением""",
    "uk": """а але би був була були бути в вам вас ваш ваша ваше вже ви від вона вони все всі де для до добрии день добра
        ранок вечір дякую за з зі і із й його її їх її  є же завтра зараз коли ласка ли ми мене мені може можете можна моя мій
        на нам нас наш не немає ні але о об один он по прошу про при привіт сьогодні та так також там те теж ти то тільки у
        хто хотіла хотів хочу це ця ці чи чому що щоб як яка який які якщо я вітаю повагою""",
}
YES_OR_NO: Final = frozenset(
    fold.tokens("""yes yep yeah no nope sure certainly absolutely course definitely unfortunately afraid gladly pleasure correct exactly
    sim nao claro certamente infelizmente certo exato com prazer
    ja nein doch gerne naturlich selbstverstandlich leider genau klar
    si no claro desde luego lamentablemente exacto por supuesto
    oui non bien sur volontiers malheureusement bien entendu avec plaisir exactement
    certo certamente purtroppo volentieri
    nee zeker natuurlijk helaas
    да нет конечно разумеется сожалению так ні звичайно жаль авжеж""")
) - {"com", "por", "bien", "desde", "avec", "of"}
HOW_MUCH: Final = frozenset(
    fold.tokens("""when what which time times hour hours long many much price prices cost costs date day number open opening close until old
    quando quanto quanta quantos quantas qual quais horas hora horario preco precos custa custam data aberto abrem fecham
    wann was welche welcher welches uhr wieviel viel viele lange preis preise kostet kosten termin offnungszeiten geoffnet offen datum
    cuando cuanto cuanta cuantos cuantas cual cuales hora horas horario precio precios cuesta cuestan fecha abierto abren cierran
    quand combien quel quelle quels quelles heure heures horaires prix coute coutent date ouvert ouvrez fermez
    quando quanto quanta quanti quante quale quali ora ore orari prezzo prezzi costa costano data aperti aperto
    wanneer wat welke hoeveel laat prijs prijzen kost datum
    когда что какой какая какие сколько час часов цена стоит дата открыты коли що який яка які скільки година ціна коштує""")
)
NUMBERS: Final = frozenset(
    fold.tokens("""one two three four five six seven eight nine ten eleven twelve dozen hundred half noon midnight tonight
    monday tuesday wednesday thursday friday saturday sunday euro euros pounds dollars percent free
    dois duas tres quatro cinco seis sete oito nove dez onze doze duzia cem meia meio segunda terca quarta quinta sexta sabado
    domingo reais gratis gratuito
    zwei drei vier funf sechs sieben acht neun zehn elf zwolf dutzend hundert halb mittag montag dienstag mittwoch donnerstag
    freitag samstag sonnabend sonntag kostenlos umsonst
    dos tres cuatro siete ocho nueve diez docena cien media medio lunes martes miercoles jueves viernes domingo
    deux trois quatre cinq sept huit neuf dix onze douze douzaine cent demi midi lundi mardi mercredi jeudi vendredi samedi
    dimanche gratuit
    due tre quattro cinque sei sette otto dieci undici dodici cento mezzo mezzogiorno lunedi martedi mercoledi giovedi venerdi
    sabato domenica
    twee drie vijf zes zeven acht negen tien twaalf honderd half maandag dinsdag woensdag donderdag vrijdag zaterdag zondag
    два три четыре пять шесть семь восемь девять десять сто половина понедельник вторник среда четверг пятница суббота
    воскресенье чотири шість сім вісім сто половина понеділок вівторок середа четвер субота неділя""")
)
# fmt: on
BY_LANGUAGE: Final[Mapping[str, frozenset[str]]] = {
    name: frozenset(fold.tokens(words)) for name, words in _WORDS.items()
}
COMMON: Final = frozenset().union(*BY_LANGUAGE.values())
CLEAR = 3  # common words of a language before a text counts as being in it


def language(words: Collection[str]) -> str:
    """The language most of whose common words stand among these, without accents; empty when none clearly does."""
    found = sorted(((len(common & set(words)), name) for name, common in BY_LANGUAGE.items()), reverse=True)
    (most, name), (second, _other) = found[0], found[1]
    return name if most >= CLEAR and most > second else ""
