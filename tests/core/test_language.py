"""Texts in the agent's language, and the English that is kept of them."""

from pathlib import Path

import pytest

from agent_tui.core import language
from agent_tui.core.errors import Rejected
from agent_tui.core.language import _, _c, english, many, retold
from scripts import catalogs
from scripts.catalogs import Catalog, Text

HEADER = "Content-Type: text/plain; charset=UTF-8\nPlural-Forms: nplurals=2; plural=(n != 1);\n"
TEXTS = (
    Text(text="Done", said=("Tratado",)),
    Text(text="May", context="month", said=("maio",)),
    Text(
        text="{n} reply was sent to {who}",
        several="{n} replies were sent to {who}",
        said=("{n} a {who}", "{n} para {who}"),
    ),
    Text(text="snoozed until {when}", said=("adiado até {when}",)),
    Text(text="{who} was joined with {who_else}", said=("{who_else} e {who}: a mesma pessoa",)),
    Text(text="they write", said=("escreverem",)),
    Text(text="{a}: {b}", said=("{a} — {b}",)),
    Text(text="not sure", said=("incerto",), fuzzy=True),
)


@pytest.fixture
def spoken(tmp_path: Path) -> None:
    file = tmp_path / "xx" / "LC_MESSAGES" / "agent-tui.mo"
    file.parent.mkdir(parents=True)
    file.write_bytes(catalogs.compiled(Catalog(HEADER, TEXTS)))
    language.use("xx", locale=tmp_path)


@pytest.mark.usefixtures("spoken")
def test_texts_are_said_in_the_language_and_remember_their_english() -> None:
    assert _("Done") == "Tratado"
    assert english(_("Done")) == "Done"
    assert type(english(_("Done"))) is str
    assert (_c("month", "May"), _("May"), _c("verb", "May")) == ("maio", "May", "May")
    until = _("snoozed until {when}").format(when=_("they write"))
    assert (until, english(until)) == ("adiado até escreverem", "snoozed until they write")
    for joined in (_("Done") + ", Ana", "Ana: " + _("Done"), _("Done") + _("they write")):
        assert "Done" in english(joined)
        assert "Tratado" in joined
        assert "Tratado" not in english(joined)


@pytest.mark.usefixtures("spoken")
def test_what_counts_has_a_form_for_one_and_for_several() -> None:
    one, two = (
        many("{n} reply was sent to {who}", "{n} replies were sent to {who}", n, who="Ana {x}")
        for n in (1, 2)
    )
    assert (one, two) == ("1 a Ana {x}", "2 para Ana {x}")
    assert (english(one), english(two)) == ("1 reply was sent to Ana {x}", "2 replies were sent to Ana {x}")


@pytest.mark.usefixtures("spoken")
def test_kept_english_is_said_again_with_what_is_filled_in() -> None:
    assert retold("Done") == "Tratado"
    assert retold("snoozed until 2026-11-24 09:00 UTC") == "adiado até 2026-11-24 09:00 UTC"
    assert retold("snoozed until they write") == "adiado até escreverem"
    assert retold("Ana\nB. was joined with Bob {0}") == "Bob {0} e Ana\nB.: a mesma pessoa"
    assert retold("2 replies were sent to Ana") == "2 para Ana"


@pytest.mark.usefixtures("spoken")
def test_what_nobody_translated_stays_as_it_is() -> None:
    assert _("Never seen") == retold("Never seen") == "Never seen"
    assert _("not sure") == "not sure", "fuzzy is not a translation yet"
    assert retold("Ana: hello") == "Ana: hello", "a text that is nearly all gaps says nothing"
    assert (_(""), retold("")) == ("", "")


@pytest.mark.usefixtures("spoken")
def test_an_error_is_told_in_the_language_and_written_down_in_english() -> None:
    error = Rejected(_("snoozed until {when}").format(when="5"), remedy=_("Done"))
    assert error.told == "adiado até 5\nTratado"
    assert str(error) == "snoozed until 5\nDone"
    assert error.args == ("snoozed until 5",)


def test_english_needs_nothing() -> None:
    assert (_("Done"), many("{n} day", "{n} days", 1), retold("Done")) == ("Done", "1 day", "Done")
    assert type(_("Done")) is str


@pytest.mark.parametrize(
    ("environ", "expected"),
    [
        ({}, "en"),
        ({"LANG": "pt_PT.UTF-8"}, "pt"),
        ({"LANG": "pt"}, "pt"),
        ({"LANG": "en_GB.UTF-8", "LC_MESSAGES": "pt_BR@euro"}, "pt"),
        ({"LANG": "pt_PT.UTF-8", "LC_ALL": "C.UTF-8"}, "en"),
        ({"LANG": "pt_PT.UTF-8", "LC_ALL": ""}, "pt"),
        ({"LANG": "tlh"}, "en"),
        ({"LANG": "en_US.UTF-8", "LANGUAGE": "tlh:pt:en"}, "pt"),
        ({"LANG": "../../etc"}, "en"),
    ],
)
def test_the_environment_says_which_language(environ: dict[str, str], expected: str) -> None:
    assert language.wanted(environ) == expected


def test_a_language_without_a_catalog_is_refused(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError):
        language.use("tlh", locale=tmp_path)
    assert language.current() == "en"


@pytest.mark.usefixtures("spoken")
def test_a_text_of_any_length_is_looked_at_in_no_time() -> None:
    long = "snoozed until " + "until " * 20_000
    assert retold(long) == long


@pytest.mark.usefixtures("spoken")
def test_a_strangers_reason_of_numbers_upon_numbers_is_looked_at_in_no_time() -> None:
    endless = "not taken" + " (1)" * 140
    assert retold(endless) == endless, "each number more must not double the work"
    assert retold("Done (42)") == "Tratado (42)"
