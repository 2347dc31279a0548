"""Folding what a reply repeats, in every language we have cases for; and never losing a line."""

import time
from collections import Counter

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from adapters._quotes import is_footer, is_forward, split_quoted, trim_attribution
from tests.adapters.quote_cases import LANGUAGES, Language

each_language = pytest.mark.parametrize("language", LANGUAGES, ids=lambda language: language.name)
each_attribution = pytest.mark.parametrize(
    ("language", "attribution"),
    [
        pytest.param(language, attribution, id=f"{language.name}-{number}")
        for language in LANGUAGES
        for number, attribution in enumerate(language.attributions)
    ],
)


def outlook_header(language: Language) -> str:
    sender, date, to, subject = language.headers
    return (
        f"{sender}: Shop <shop@example.com>\n{date}: 04.03.2024 10:11\n"
        f"{to}: Ana Sousa <ana@example.com>\n{subject}: Order 42"
    )


@each_attribution
def test_an_answer_above_a_quotation(language: Language, attribution: str) -> None:
    text = f"{language.answer}\n\n{attribution}\n\n> When shall we come?\n>\n> Shop\n"
    own, quoted = split_quoted(text)
    assert own == language.answer
    assert quoted == f"{attribution}\n\n> When shall we come?\n>\n> Shop"


@each_attribution
def test_an_answer_below_a_quotation(language: Language, attribution: str) -> None:
    text = f"{attribution}\n> When shall we come?\n\n{language.answer}"
    own, quoted = split_quoted(text)
    assert own == language.answer
    assert quoted == f"{attribution}\n> When shall we come?"


@each_attribution
def test_a_quotation_without_marks(language: Language, attribution: str) -> None:
    text = f"{language.answer}\n\n{attribution}\nWhen shall we come?\nShop"
    own, quoted = split_quoted(text)
    assert own == language.answer
    assert quoted == f"{attribution}\nWhen shall we come?\nShop"


@each_attribution
def test_nothing_but_quotation_stays_whole(language: Language, attribution: str) -> None:
    text = f"{attribution}\n\n> When shall we come?\n"
    assert split_quoted(text) == (text.strip("\n"), "")


@each_attribution
def test_answers_between_the_lines_stay_whole(language: Language, attribution: str) -> None:
    text = f"{attribution}\n> When shall we come?\n{language.answer}\n> And where?\nHere.\n"
    assert split_quoted(text) == (text.strip("\n"), "")


@each_language
def test_outlook_headers(language: Language) -> None:
    text = f"{language.answer}\n\n{outlook_header(language)}\n\nWhen shall we come?\n"
    own, quoted = split_quoted(text)
    assert own == language.answer
    assert quoted == f"{outlook_header(language)}\n\nWhen shall we come?"


@each_language
def test_outlook_headers_in_bold_below_a_rule(language: Language) -> None:
    bold = "\n".join(f"*{line.replace(':', ':*', 1)}" for line in outlook_header(language).split("\n"))
    text = f"{language.answer}\n\n________________________________\n{bold}\n\nWhen?"
    own, quoted = split_quoted(text)
    assert own == language.answer
    assert quoted.startswith("____")


@each_language
def test_an_outlook_forward_stays_whole(language: Language) -> None:
    text = f"\n{outlook_header(language)}\n\nWhen shall we come?\n"
    assert split_quoted(text) == (text.strip("\n"), "")


@each_language
def test_a_divider(language: Language) -> None:
    text = f"{language.answer}\n\n{language.original}\n{outlook_header(language)}\n\nWhen?"
    own, quoted = split_quoted(text)
    assert own == language.answer
    assert quoted.startswith(language.original)


@each_language
@pytest.mark.parametrize("remark", ["", "See below.\n\n"])
def test_a_forwarded_mail_stays_whole(language: Language, remark: str) -> None:
    text = f"{remark}{language.forwarded}\n{outlook_header(language)}\n\n> When shall we come?\n"
    assert split_quoted(text) == (text.strip("\n"), "")
    assert is_forward(text) == (not remark)


@each_language
def test_a_mobile_signature(language: Language) -> None:
    assert split_quoted(f"{language.answer}\n\n{language.mobile}\n") == (language.answer, language.mobile)
    assert is_footer(f"\n{language.mobile}\n")


@each_attribution
def test_a_mobile_signature_above_a_quotation(language: Language, attribution: str) -> None:
    text = f"{language.answer}\n\n{language.mobile}\n\n{attribution}\n\n> When?\n"
    own, quoted = split_quoted(text)
    assert own == language.answer
    assert quoted == f"{language.mobile}\n\n{attribution}\n\n> When?"


@each_attribution
def test_the_attribution_above_an_html_quotation(language: Language, attribution: str) -> None:
    above, below = trim_attribution(f"{language.answer}\n\n{attribution}\n")
    assert above == language.answer
    assert below == attribution


UNTOUCHED = {
    "empty": "",
    "blank": " \n\n ",
    "plain": "Hello,\n\nmy order 42 of 04.03.2024 10:11 has not come:\nwhere is it?\n\nAna",
    "a colon with a date": "We open on 4 March 2024 at 10:11:\nplease come.",
    "what you wrote": "On 4 March 2024 at 10:11 you wrote:\nwe will refund you.\n\nYou have not.",
    "a sentence about writing": "My colleague wrote:\nthe parcel is lost.",
    "an address list": "Write to:\nana@example.com or\nbob@example.com:\nboth answer.",
    "sent from the shop": "The parcel was\nsent from the warehouse in Lisbon",
    "a header word": "From: Lisbon\n\nand then by train. Date: unknown yet.",
    "a dash list": "-- one\n-- two\n--- three ---",
    "only a mobile signature": "Sent from my iPhone",
    "inline, one question": "Hi\n\n> Is Monday fine?\n\nYes it is.",
    "inline, several": "> a\nyes\n> b\nno",
    "greater than": "x\n3 is\n> 2\nand so on",
}


@pytest.mark.parametrize("text", UNTOUCHED.values(), ids=UNTOUCHED.keys())
def test_in_doubt_nothing_is_folded(text: str) -> None:
    assert split_quoted(text) == (text.strip("\n"), "")


def test_a_quotation_without_attribution() -> None:
    assert split_quoted("Yes.\n\n> Is Monday fine?\n") == ("Yes.", "> Is Monday fine?")
    assert split_quoted("> Is Monday fine?\n\nYes.") == ("Yes.", "> Is Monday fine?")


def test_a_footer_below_a_quotation_goes_with_it() -> None:
    text = "Yes.\n\n> Monday?\n\n_______________________\nlist mailing list\nlist@example.com"
    own, quoted = split_quoted(text)
    assert own == "Yes."
    assert quoted.endswith("list@example.com")


@pytest.mark.parametrize("mark", ["--", "-- "])
def test_a_signature_is_folded(mark: str) -> None:
    signature = f"{mark}\nAna Sousa\n+351 912 345 678"
    assert split_quoted(f"Yes.\n\n{signature}\n") == ("Yes.", signature)
    assert split_quoted(f"Yes.\n\n{signature}\n\n> When?") == ("Yes.", f"{signature}\n\n> When?")
    assert split_quoted(f"> When?\n\nNow.\n{signature}") == ("Now.", f"> When?\n\n{signature}")
    assert split_quoted(signature) == (signature, "")


def test_a_long_text_below_a_dash_line_is_no_signature() -> None:
    text = "First part.\n--\n" + "\n".join(f"line {number}" for number in range(30))
    assert split_quoted(text) == (text, "")


def test_the_line_above_an_attribution_is_the_writers() -> None:
    text = "Thanks a lot!\nOn 04/03/2024 10:11, Ana Sousa wrote:\n> Done."
    assert split_quoted(text)[0] == "Thanks a lot!"


LINES = st.sampled_from(
    [
        "",
        "> quoted",
        ">> deeper",
        "Hello there",
        "wrote:",
        "On Mon, Mar 4, 2024 at 10:11 AM Ana <",
        "ana@example.com> wrote:",
        "-----Original Message-----",
        "---------- Forwarded message ---------",
        "_______________",
        "From: a@example.com",
        "Sent: 2024-03-04",
        "To: b@example.com",
        "Subject: x",
        "Sent from my iPhone",
        "--",
    ]
)


@settings(max_examples=500)
@given(st.lists(st.one_of(LINES, st.text(max_size=20)), max_size=25))
def test_no_line_is_ever_lost(lines: list[str]) -> None:
    text = "\n".join(lines)
    own, quoted = split_quoted(text)
    before = Counter(line for line in text.split("\n") if line.strip())
    after = Counter(line for line in f"{own}\n{quoted}".split("\n") if line.strip())
    assert after == before
    if text.strip():
        assert own.strip()


HOSTILE = [
    *("a:\n", "> ", ">\n", "From: x\n", "From: ", "-", "- ", "-- \n", "\n", "On ", "x@", "wrote "),
    *("10:10 ", "von meinem ", "\u202e", "<U+202E>", "*_ ", "wrote:\n", "On 2024-01-01 10:10 a@b wrote:\n"),
    *(
        "____\n",
        "-----Original Message----",
        "Sent from my ",
        "> a\nb\n",
        " " * 500 + "\n",
        "- " * 149 + ":\n",
    ),
]


@pytest.mark.parametrize("unit", HOSTILE)
def test_a_megabyte_is_soon_split(unit: str) -> None:
    text = unit * (1_000_000 // len(unit))
    before = time.process_time()
    own, quoted = split_quoted(text)
    split_quoted(text + ":\n> x")
    assert time.process_time() - before < 5
    assert len(own) + len(quoted) <= len(text)
