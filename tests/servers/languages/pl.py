"""Polish phrases of the corpus."""

from tests.servers.languages.base import Labels, Language, Topic

POLISH = Language(
    code="pl",
    domain="poczta.example",
    charsets=("utf-8", "iso-8859-2", "windows-1250"),
    first_names=("Łukasz", "Agnieszka", "Żaneta", "Paweł", "Małgorzata", "Krzysztof", "Bożena"),
    last_names=("Wiśniewska", "Zieliński", "Wójcik", "Dąbrowska", "Król", "Gałązka", "Źrebiec"),
    family_name_first=False,
    products=("chleb na zakwasie", "sernik", "makowiec", "chleb żytni", "drożdżówka"),
    greetings=("Dzień dobry,", "Witam,", "Szanowni Państwo,", "Cześć,"),
    agent_greetings=("Dzień dobry,", "Szanowna Pani, Szanowny Panie,", "Witamy, {name},"),
    topics=(
        Topic(
            "Zamówienie {order}: zmiana dnia odbioru",
            (
                "zamówiłam {product} na {day}, ale mogę przyjść dopiero dzień później.",
                "Czy da się przełożyć zamówienie {order} na następny ranek?",
            ),
            (
                "zamówienie {order} będzie gotowe następnego ranka od ósmej.",
                "To żaden kłopot, i tak pieczemy na świeżo.",
            ),
        ),
        Topic(
            "Tort urodzinowy dla {count} osób",
            (
                "córka kończy {day} sześć lat i chcielibyśmy tort dla {count} osób.",
                "Czy może być bez orzechów? Jedno z dzieci jest uczulone.",
                "Numer z formularza to {order}.",
            ),
            (
                "tort bez orzechów dla {count} osób kosztuje {price}, numer {order}.",
                "Proszę pamiętać, że w naszej piekarni używamy też orzechów.",
            ),
        ),
        Topic(
            "Paczka {order} przyszła uszkodzona",
            (
                "dzisiaj przyszła paczka z zamówieniem {order} i wszystko było zgniecione.",
                "W załączniku jest zdjęcie pudełka. Co możemy z tym zrobić?",
            ),
            (
                "bardzo nam przykro. Jutro wyślemy nowe: {product}.",
                "Nie trzeba nic odsyłać, jeśli chodzi o {order}.",
            ),
        ),
        Topic(
            "Faktura do zamówienia {order}",
            (
                "potrzebujemy faktury na firmę do zamówienia {order} z dnia {day}.",
                "Z karty pobrano {price}.",
            ),
            (
                "w załączniku faktura do {order} na kwotę {price}.",
                "Jeśli czegoś brakuje, proszę odpowiedzieć na tę wiadomość.",
            ),
        ),
        Topic(
            "Czy {day} jest otwarte?",
            (
                "czy {day} jest otwarte? Na drzwiach jest co innego niż na stronie.",
                "Chcę odebrać {count} bułek i {product} (zamówienie {order}).",
            ),
            (
                "{day} jesteśmy otwarci od siódmej do dwunastej.",
                "Zamówienie {order} czeka za ladą.",
            ),
        ),
    ),
    fillers=(
        "Kupujemy u Państwa od lat i wszyscy w domu uwielbiają ten chleb.",
        "Jeśli tak będzie łatwiej, można też do mnie zadzwonić po południu.",
        "Przepraszam, że piszę tak późno, to był ciężki tydzień.",
        "Gdyby nikt nie otwierał, paczkę odbierze sąsiad.",
        "Przy okazji: nowa skórka z pestkami jest świetna.",
    ),
    follow_ups=(
        "jeszcze jedno pytanie: czy przy odbiorze można płacić kartą?",
        "czy mogę prosić o ponowne potwierdzenie?",
        "nie dostałem jeszcze odpowiedzi, czy coś wiadomo o {order}?",
        "pasuje. Proszę jeszcze dołożyć {product}.",
    ),
    agent_follow_ups=(
        "oczywiście, można płacić kartą i gotówką.",
        "tak, wszystko jest zapisane pod {order}.",
        "dołożyliśmy: {product}; nowa suma to {price}.",
    ),
    thanks=("Bardzo dziękuję!", "Świetnie, dziękuję.", "Super, do zobaczenia!"),
    closings=("Pozdrawiam", "Z poważaniem", "Z góry dziękuję", "Serdecznie pozdrawiam"),
    agent_closings=("Pozdrawiamy z piekarni", "Z poważaniem"),
    attribution="{date} {name} <{address}> napisał(a):",
    labels=Labels("Wiadomość oryginalna", "Od", "Wysłano", "Do", "Temat"),
    reply_prefix="Odp: ",
    phone_signature="Wysłane z iPhone'a",
    away_prefix="Odpowiedź automatyczna: ",
    away_text="Dziękuję za wiadomość. Do {day} jestem poza biurem i nie czytam poczty.",
    months=("stycznia", "lutego", "marca", "kwietnia", "maja", "czerwca", "lipca", "sierpnia",
            "września", "października", "listopada", "grudnia"),
    weekdays=("pon.", "wt.", "śr.", "czw.", "pt.", "sob.", "niedz."),
    short_day="{day} {month}",
    long_day="{weekday}, {day} {month} {year} o {time}",
)  # fmt: skip
