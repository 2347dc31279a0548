"""Does a reply mention what was asked? Realistic letters in several languages: what is hinted at, and all that is not."""

from time import perf_counter

import pytest

from adapters._demo_script import people
from agent_tui.services.unsaid import LOOKED_AT, asks, unsaid

NAMES = ("Ana Sousa", "Mill & Co", "Rui", "Corner Bakery")

EN_HOURS = (
    "Hello Ana, we are open from 7 to 19, on Saturdays until 14, and closed on Sundays. The last bread comes out of the "
    "oven at five. Rui, Corner Bakery"
)
PT_HOURS = (
    "Olá Ana, estamos abertos das 7 às 19, aos sábados até às 14, e fechados ao domingo. O último pão sai do forno às "
    "cinco. Rui, Corner Bakery"
)
DE_HOURS = (
    "Hallo Ana, geöffnet ist werktags von 7 bis 19, samstags bis 14 Uhr, am Sonntag ist der Laden zu. Das letzte "
    "Brot kommt um fünf aus dem Ofen. Rui, Corner Bakery"
)
JA_HOURS = "アナ様、営業時間は朝7時から夜7時まで、土曜日は14時まで、日曜日は定休日です。最後のパンは17時に焼き上がります。ルイ"
FR_HOURS = (
    "Bonjour Ana, la boutique ouvre de 7 à 19 heures, le samedi jusqu'à 14, et reste fermée le dimanche. Le dernier pain "
    "sort du four à cinq heures. Rui"
)
ES_HOURS = (
    "Hola Ana, abrimos de 7 a 19, los sábados hasta las 14, y cerramos los domingos. El último pan sale del horno a las "
    "cinco. Rui"
)


@pytest.mark.parametrize(
    ("asked", "reply", "says"),
    [
        ("Hello, where is my invoice? Thanks, Ana", EN_HOURS, ("invoice",)),
        ("Hi, is the cake nut free?", EN_HOURS, ("cake", "nut", "free")),
        ("I need the receipt for my order 4711, please.\nAna Sousa", EN_HOURS, ("receipt", "order", "4711")),
        ("Olá, onde está a minha fatura? Obrigada, Ana", PT_HOURS, ("fatura",)),
        ("Bom dia! Fazem entregas na Graça?", PT_HOURS, ("Fazem", "entregas", "Graça")),
        ("Guten Tag, wo bleibt meine Rechnung? Viele Grüße, Ana", DE_HOURS, ("bleibt", "Rechnung")),
        ("Hallo, ist die Torte laktosefrei? Danke!", DE_HOURS, ("Torte", "laktosefrei")),
        ("アレルギー表示はありますか?", JA_HOURS, ("アレルギー表示はありますか?",)),
        ("請求書を送ってください。", JA_HOURS, ("請求書", "送")),
        ("Bonjour, avez-vous reçu mon virement ? Merci", FR_HOURS, ("reçu", "virement")),
        ("Hola, ¿la tarta lleva frutos secos?", ES_HOURS, ("tarta", "lleva", "frutos")),
    ],
)
def test_what_is_hinted_at(asked: str, reply: str, says: tuple[str, ...]) -> None:
    told = unsaid(reply, [asked], NAMES)
    assert told
    assert set(told) <= set(says), told


@pytest.mark.parametrize(
    ("asked", "reply"),
    [
        # It is answered: in the same words, in other forms of them, in parts of them.
        ("Do you open on Sundays?", EN_HOURS),
        (
            "Is the cake nut free?",
            "Dear Ana, all our cakes can be baked without nuts, in a kitchen that uses almonds daily.",
        ),
        (
            "Fazem entregas?",
            "Olá Ana, a entrega em Lisboa custa três euros e chega sempre antes das dez da manhã, no cesto.",
        ),
        (
            "Haben Sie Torten für einen Geburtstag?",
            "Hallo Ana, unsere Geburtstagstorte backen Galina und Marta jeden Freitag frisch, mit Beeren der Saison.",
        ),
        ("日曜日は営業していますか?", JA_HOURS),
        (
            "Livrez-vous à domicile ?",
            "Bonjour Ana, la livraison passe chaque matin avant dix heures, en vélo, dans tout le quartier.",
        ),
        # A short answer.
        ("Is the cake nut free?", "yes"),
        ("Is the cake nut free?", "Thanks, see you then!"),
        ("Têm pão de centeio?", "sim"),
        ("Têm pão de centeio?", "Claro, até já!"),
        ("Haben Sie Roggenbrot?", "Ja, gerne!"),
        ("ナッツは入っていますか?", "はい、入っていません。"),
        ("Where are you?", "On my way, at the corner of the market, two minutes."),
        # A long one that begins with yes or no.
        (
            "Is the fox cake vegan?",
            (
                "Hello Ana, unfortunately there is butter everywhere in our bakery, even the brushes have touched some. Marta "
                "could make a sorbet tower, with raspberries and mint."
            ),
        ),
        (
            "O bolo é sem glúten?",
            (
                "Olá Ana, infelizmente usamos farinha em todas as bancadas da padaria e nada fica livre dela. A Marta sugere "
                "gelado artesanal, com framboesa."
            ),
        ),
        (
            "Ist der Kuchen vegan?",
            (
                "Hallo Ana, leider steckt Butter überall in unserer Backstube, sogar Pinsel und Bleche berühren sie täglich. "
                "Marta schlägt Sorbet vor, Himbeere und Minze."
            ),
        ),
        (
            "卵は使っていますか?",
            "もちろん使っておりません。豆乳と菜種油と米粉だけで焼き上げた特製菓子でございます。",
        ),
        # A number, a price, a day where one was asked for.
        (
            "How much is the big fox?",
            "Dear Ana, thirty-eight euros, candles and delivery to your street included, paid on arrival.",
        ),
        (
            "When can I come?",
            "From eight in the morning, the side door stays unlocked, ring twice and Marta brings everything out.",
        ),
        (
            "Quanto custa a entrega?",
            "Olá Ana, três euros dentro da cidade, cinco para os arredores, grátis acima dos quarenta.",
        ),
        (
            "Was kostet das?",
            "Hallo Ana, achtunddreißig Euro samt Kerzen, Lieferung bis vor Haustür inbegriffen, zahlbar bar.",
        ),
        ("いつ届きますか?", "明日の午前10時に担当者が直接お持ちする予定で準備を進めております。"),
        # In another language, or another script: nothing can be compared.
        (
            "Onde está a minha fatura? Queria saber hoje.",
            "Hello Ana, the parcel was handed over at noon and the courier says it is on the road to you now.",
        ),
        (
            "Wo ist meine Rechnung, und wann kommt sie?",
            "Olá Ana, a encomenda saiu ao meio-dia e o estafeta diz que já está a caminho da sua casa.",
        ),
        ("請求書を送ってください。", EN_HOURS),
        ("Где мой счёт?", EN_HOURS),
        # Nothing was asked.
        ("Thank you for the wonderful cake, we loved it.", EN_HOURS),
        ("Obrigada pelo bolo, adorámos.", PT_HOURS),
        ("", EN_HOURS),
        ("?", EN_HOURS),
        ("Could you?", EN_HOURS),
        ("https://example.com/?q=invoice", EN_HOURS),
        ("Where is it?", ""),
    ],
)
def test_what_is_not(asked: str, reply: str) -> None:
    assert unsaid(reply, [asked], NAMES) == ()


def test_a_name_both_letters_have_is_no_answer() -> None:
    assert unsaid(EN_HOURS, ["Where is my invoice?\nAna Sousa, Mill & Co"], NAMES) == ("invoice",)


def test_whatever_stands_in_the_messages_may_be_mentioned() -> None:
    asked = ["Order 4711.\nHello", "I baked with your rye last week.", "Where is my invoice?"]
    assert unsaid(EN_HOURS, asked, NAMES)
    assert unsaid(f"{EN_HOURS} About 4711.", asked, NAMES) == ()
    assert unsaid(f"{EN_HOURS} The rye!", asked, NAMES) == ()


@pytest.mark.parametrize(
    ("text", "count"),
    [
        ("One. Two? Three! Four？ خامس؟", 3),
        ("Πού είναι το τιμολόγιό μου; Ευχαριστώ.", 1),
        ("Send it to me, please.", 1),
        ("Können Sie das schicken.", 1),
        ("送ってください。ありがとう。", 1),
        ("请问有吗", 1),
        ("It was good; really.", 0),
        ("", 0),
    ],
)
def test_what_asks(text: str, count: int) -> None:
    assert len(asks(text)) == count


def test_the_answers_of_the_demo_raise_no_hint() -> None:
    """Months of letters that were written to be natural: not one false alarm."""
    count = 0
    for person in people():
        asked: list[str] = []
        for said in person.story:
            if said.medium is None or said.when.startswith("live") or said.when == "answer":
                continue
            if said.kind[1] == "in":
                asked.append(f"{said.subject}.\n{said.text}")
            else:
                assert unsaid(said.text, asked, (person.name, "Rui", "Corner Bakery")) == (), said.text
                count += bool(asked)
                asked = []
    assert count > 25


def test_no_text_takes_long() -> None:
    for text in (
        "a? " * 100_000,
        "か" * 100_000,
        "漢?" * 50_000,
        "x" * 200_000 + "?",
        "\u0301" * 100_000,
        "﷽?" * 5_000,
    ):
        started = perf_counter()
        unsaid(text, [text] * 10, NAMES)
        assert perf_counter() - started < 2, text[:10]
    assert LOOKED_AT < 10_000
