"""Blanks: what is one, what fills it, and which are open still."""

from dataclasses import replace

import pytest

from agent_tui.core.errors import UsageError
from agent_tui.core.model import Card
from agent_tui.services import blanks
from agent_tui.services.about import Business
from tests.clocks import START
from tests.scripted import received
from tests.services.scene import Scene

RUI = Business(agent="Rui", name="Corner Bakery")


async def card(name: str, *, company: str = "") -> Card:
    scene = Scene()
    scene.provider.deliver(received(1, START))
    await scene.round()
    found = await scene.timeline.card(scene.ana)
    return replace(found, customer=replace(found.customer, name=name, company=company))


@pytest.mark.parametrize(
    ("text", "keys"),
    [
        ("Hello {first_name}, order {order number}.", ("first name", "order number")),
        ("{First_Name} {first name} { first_name }", ("first name",)),
        ("{Número de encomenda} und {Straße & Nr.}", ("número de encomenda", "strasse & nr.")),
        ("{注文番号}です", ("注文番号",)),
        ("{day – time} {n° of the “order”}", ("day – time", "n° of the “order”")),
        ("smile {:)} and {} and { } and {{}}", ()),
        ("body { color: red; } {a: 1} {'x'}", ()),
        ("{over\ntwo lines}", ()),
        ("{" + "x" * 61 + "}", ()),
        ("{{inner}}", ("inner",)),
        ("{" * 20_000, ()),
    ],
)
def test_what_is_a_blank(text: str, keys: tuple[str, ...]) -> None:
    assert blanks.keys(text) == keys


def test_what_is_known_fills_its_blank_and_the_others_stay() -> None:
    said = blanks.filled(
        "Hello {First_name}, {order number}, {company}", {"first name": "Ana", "company": ""}
    )
    assert said == "Hello Ana, {order number}, {company}"


def test_a_value_is_never_read_for_blanks_again() -> None:
    said = blanks.filled("{name} {agent}", {"name": "{agent}", "agent": "Rui"})
    assert said == "{agent} Rui"


def test_open_are_only_those_that_came_with_saved_words() -> None:
    text = "Write {order number} as {id}, please"
    assert [text[b.start : b.end] for b in blanks.still_open(text, {"order number"})] == ["{order number}"]
    assert blanks.still_open(text, ()) == ()
    with pytest.raises(UsageError, match=r"a blank is not filled: \{id\}"):
        blanks.refuse(text, {"id"})
    blanks.refuse("all is filled", {"id"})


@pytest.mark.parametrize(
    ("name", "first"),
    [
        ("Ana Sousa", "Ana"),
        ("Sousa, Ana Maria", "Ana"),
        ("Dr. Ana Sousa", "Ana"),
        ("Herr Weber", ""),
        ("Frau Dr. Weber", ""),
        ("ana@example.com", ""),
        ("+351 912 345 678", ""),
        ("visitor 42", ""),
        ("田中太郎", "田中太郎"),
        ("Олена Коваленко", "Олена"),
        ("Ана-Марія", "Ана-Марія"),
        ("", ""),
        (" , ", ""),
    ],
)
def test_how_a_person_is_greeted(name: str, first: str) -> None:
    assert blanks.first_name(name) == first


async def test_what_we_know_of_a_customer() -> None:
    known = blanks.values(await card("Ana Sousa", company="Mill & Co"), RUI)
    assert known == {
        "first name": "Ana",
        "name": "Ana Sousa",
        "company": "Mill & Co",
        "agent": "Rui",
        "business": "Corner Bakery",
    }


async def test_an_address_is_no_name_and_a_firm_has_no_first_name() -> None:
    bare = blanks.values(await card("ana@example.com"), RUI)
    assert (bare["name"], bare["first name"]) == ("", "")
    firm = blanks.values(await card("Padaria Lda", company="Padaria Lda"), RUI)
    assert (firm["name"], firm["first name"]) == ("Padaria Lda", "")


async def test_a_name_that_obeys_nobody_fills_as_plain_text() -> None:
    known = blanks.values(await card("Ana\x1b]52;c;SEk=\x07\nSousa"), RUI)
    assert known["name"] == "Ana Sousa"


async def test_what_was_written_to_one_person_becomes_words_for_anybody() -> None:
    text = "Hello Ana, (Ana Sousa) we know Anatole and {Ana}. Rui"
    made = blanks.general(text, await card("Ana Sousa"), RUI)
    assert made == "Hello {first_name}, ({name}) we know Anatole and {Ana}. Rui"
    assert blanks.general("Hello 42", await card("42"), RUI) == "Hello 42"
