"""How many text messages a text is (3GPP TS 23.038): the borders, and what holds for every text."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agent_tui.core.segments import costly, count, is_gsm, plain


@pytest.mark.parametrize(
    ("text", "encoding", "units", "parts", "left"),
    [
        ("", "GSM-7", 0, 0, 160),
        ("a" * 160, "GSM-7", 160, 1, 0),
        ("a" * 161, "GSM-7", 161, 2, 145),
        ("a" * 306, "GSM-7", 306, 2, 0),
        ("a" * 307, "GSM-7", 307, 3, 152),
        ("€" * 80, "GSM-7", 160, 1, 0),
        ("a" * 152 + "€" + "a" * 10, "GSM-7", 164, 2, 141),  # the euro sign is not cut in two
        ("¡Olá! £5 ¿è?", "UCS-2", 12, 1, 58),  # á is not in the alphabet, à is
        ("Até já, à noite", "UCS-2", 15, 1, 55),
        ("à noite ÄÖÜ ß Ç", "GSM-7", 15, 1, 145),
        ("’" * 70, "UCS-2", 70, 1, 0),
        ("’" * 71, "UCS-2", 71, 2, 63),
        ("👍" * 35, "UCS-2", 70, 1, 0),
        ("👍" * 36, "UCS-2", 72, 2, 61),  # 33 of two places in the first part: 67 is odd
        ("a\tb", "UCS-2", 3, 1, 67),
        ("^{}[]~\\|\f", "GSM-7", 18, 1, 142),
    ],
)
def test_borders(text: str, encoding: str, units: int, parts: int, left: int) -> None:
    found = count(text)
    assert (found.encoding, found.units, found.parts, found.left) == (encoding, units, parts, left)


def test_what_costs_is_named_and_can_be_replaced() -> None:
    text = "It’s “ready” — see you… 👍"
    assert costly(text) == ("’", "“", "”", "—", "…", "👍")
    assert plain(text) == 'It\'s "ready" - see you... 👍'
    assert count(plain("It’s “ready” — see you…")).encoding == "GSM-7"


def test_what_is_plain_stays() -> None:
    text = "Olá ção Ñ ñ €5 @home_1\nline"
    assert plain(text) == text


@given(st.text(max_size=400))
def test_it_fits_and_one_message_less_would_not(text: str) -> None:
    found = count(text)
    alone, each, longest = (160, 153, 2) if found.encoding == "GSM-7" else (70, 67, 2)
    assert found.encoding == ("GSM-7" if is_gsm(text) else "UCS-2")
    room = alone if found.parts <= 1 else each * found.parts
    assert found.units <= room
    assert 0 <= found.left <= alone
    if found.parts > 1:
        assert found.units > (alone if found.parts == 2 else (each - longest + 1) * (found.parts - 1))
    assert (found.parts == 0) == (text == "")


@given(st.text(max_size=300))
def test_replacing_never_costs_an_encoding_and_is_done_once(text: str) -> None:
    assert plain(plain(text)) == plain(text)
    assert not is_gsm(text) or is_gsm(plain(text))
