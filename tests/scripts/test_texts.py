"""The catalogs: what is taken from the code, what is kept, what is found wrong; and that ours are whole."""

import gettext
import io

import pytest

from scripts import catalogs, texts
from scripts.catalogs import Catalog, Text

SOURCE = """
_("Hello {name}").format(name=name)
label = _("one " "text")
many("{n} day", "{n} days", n)
_c("month", "May")
TABLE = (N_("Kept"),)
_(variable), _c("month", variable)
other("not ours")
"""


def test_the_texts_of_a_file_are_found() -> None:
    found = {(t.context, t.text, t.several) for t in texts.in_source(SOURCE, "a.py")}
    assert found == {
        ("", "Hello {name}", ""),
        ("", "one text", ""),
        ("", "{n} day", "{n} days"),
        ("month", "May", ""),
        ("", "Kept", ""),
    }


@pytest.mark.parametrize(
    "source", ['_(f"Hello {name}")', '_("a" + b)', "many('{n}', f'{n}', n)", '_("a" % b)']
)
def test_a_text_that_is_put_together_before_it_is_said_is_an_error(source: str) -> None:
    with pytest.raises(ValueError, match=r"a\.py:1"):
        list(texts.in_source(source, "a.py"))


def test_a_catalog_is_written_and_read_again() -> None:
    header = "Language: pt\nPlural-Forms: nplurals=2; plural=(n != 1);\n"
    some = (
        Text(text='with "quotes" and \\', said=("com \tisto",), places=("a.py", "b.py"), notes=("why",)),
        Text(text="two\nlines\n", said=("duas\nlinhas\n",), context="c"),
        Text(text="{n} day", several="{n} days", said=("{n} dia", "{n} dias")),
        Text(text="maybe", said=("talvez",), fuzzy=True),
        Text(text="not yet"),
    )
    data = catalogs.write(Catalog(header, some))
    assert catalogs.read(data) == Catalog(header, some)
    assert catalogs.write(catalogs.read(data)) == data


def test_what_is_known_is_kept_and_what_is_gone_is_let_go() -> None:
    known = Catalog(
        "Plural-Forms: nplurals=2;\n", (Text(text="old", said=("velho",)), Text(text="a", said=("b",)))
    )
    new = catalogs.merged([Text(text="a", places=("x.py",)), Text(text="new")], known)
    assert new.texts == (Text(text="a", said=("b",), places=("x.py",)), Text(text="new"))


def test_after_two_branches_were_joined_the_translated_text_counts() -> None:
    twice = 'msgid "a"\nmsgstr ""\n\nmsgid "a"\nmsgstr "b"\n\nmsgid "a"\nmsgstr ""\n'
    assert [text.said for text in catalogs.read(twice).texts] == [("b",)]


def test_a_compiled_catalog_is_what_gettext_reads() -> None:
    header = "Content-Type: text/plain; charset=UTF-8\nPlural-Forms: nplurals=2; plural=(n != 1);\n"
    said = gettext.GNUTranslations(
        io.BytesIO(
            catalogs.compiled(
                Catalog(
                    header,
                    (
                        Text(text="z", said=("último",)),
                        Text(text="May", context="month", said=("maio",)),
                        Text(text="{n} day", several="{n} days", said=("{n} dia", "{n} dias")),
                        Text(text="unsure", said=("?",), fuzzy=True),
                    ),
                )
            )
        )
    )
    assert said.gettext("z") == "último"
    assert said.pgettext("month", "May") == "maio"
    assert [said.ngettext("{n} day", "{n} days", n) for n in (1, 3)] == ["{n} dia", "{n} dias"]
    assert said.gettext("unsure") == "unsure"


@pytest.mark.parametrize(
    ("text", "several", "said", "right"),
    [
        ("{a} and {b}", "", ("{b} e {a}",), True),
        ("{a} and {b}", "", ("{a}",), False),
        ("{a}", "", ("{b}",), False),
        ("{a:g} s", "", ("{a} s",), False),
        ("{n} day", "{n} days", ("um dia", "{n} dias"), True),
        ("one day", "{n} days", ("{n} dia", "{n} dias"), True),
        (" x ", "", (" y ",), True),
        (" x ", "", ("y",), False),
    ],
)
def test_a_translation_fills_in_the_same(text: str, several: str, said: tuple[str, ...], right: bool) -> None:
    found = list(texts.problems("pt", Catalog("", (Text(text=text, several=several, said=said),))))
    assert not found if right else found


def test_what_is_not_translated_is_named() -> None:
    some = (
        Text(text="a"),
        Text(text="b", said=("c",), fuzzy=True),
        Text(text="d", several="ds", said=("e", "")),
    )
    assert len(list(texts.missing("pt", Catalog("", some)))) == 3


def test_ours_are_as_the_code_says() -> None:
    assert list(texts.checked()) == []
