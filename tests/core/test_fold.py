"""Words are the same words however they are written; and SQLite's tokenizer sees the same ones."""

import sqlite3

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agent_tui.core.fold import fold, placed, tokens

TOKENIZER = "unicode61 remove_diacritics 0 categories 'L* N* Co Mn Mc'"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("", ""),
        ("Hello,  World!", "hello world"),
        ("Rückgabe der STRASSE / Straße", "ruckgabe der strasse strasse"),
        ("où Où OÙ", "ou ou ou"),
        ("Łódź, Ærø, Þór, ĳs", "lodz aero thor ijs"),
        ("İstanbul ISPARTA ısı", "istanbul isparta isi"),
        ("Ёлка й", "елка и"),
        ("ΆΝΝΑ Άννα ς", "αννα αννα σ"),
        ("naïve cafe\u0301", "naive cafe"),
        ("ﬁne ①②③ ｆｕｌｌ", "fine 123 full"),
        ("o'neill e-mail a_b ORD-4711/8", "o neill e mail a b ord 4711 8"),
        ("ana@example.com", "ana example com"),
        ("我想退款，订单", "我 想 退 款 订 单"),
        ("返金できますか", "返 金 で き ま す か"),
        ("ｶﾞ ガ が", "ガ ガ が"),
        ("환불해 주세요", "환 불 해 주 세 요"),
        ("abc退款def", "abc 退 款 def"),
        ("क्या हाल", "क्या हाल"),
        ("שָׁלוֹם", "שלום"),
        ("مُحَمَّد", "محمد"),
        ("\x00a\x1b[31mb\u202ec\ufeffd🥐", "a 31mb c d"),
        ("\ud800 a", "a"),
    ],
)
def test_words_become_comparable(text: str, expected: str) -> None:
    assert fold(text) == expected


@given(st.text())
def test_folding_twice_changes_nothing(text: str) -> None:
    assert fold(fold(text)) == fold(text)


@given(st.text())
def test_words_are_never_empty_and_hold_no_space(text: str) -> None:
    assert all(word and not word.isspace() and len(word.split()) == 1 for word in tokens(text))


@given(st.text(), st.text())
def test_text_is_folded_piece_by_piece(one: str, other: str) -> None:
    assert tokens(f"{one} | {other}") == tokens(one) + tokens(other)


@given(st.text())
def test_case_is_no_difference(text: str) -> None:
    assert fold(text.casefold()) == fold(text)


@given(st.lists(st.sampled_from(["ruckgabe", "退", "1", "ab", "क्या", "で", "е", "𠀀"]), min_size=1))
def test_sqlite_sees_the_same_words(words: list[str]) -> None:
    with sqlite3.connect(":memory:") as base:
        base.execute(f'create virtual table t using fts5(x, tokenize="{TOKENIZER}")')
        base.execute("create virtual table v using fts5vocab(t, instance)")
        base.execute("insert into t values (?)", (fold(" ".join(words)),))
        seen = base.execute("select term from v order by offset").fetchall()
    base.close()
    assert [term for (term,) in seen] == words


def test_a_megabyte_is_folded_at_once() -> None:
    assert len(tokens("é ß 退 " * 250_000)) == 750_000


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("", []),
        ("Hello,  World!", [("hello", "Hello"), ("world", "World")]),
        ("die Rückgabe: Straße", [("die", "die"), ("ruckgabe", "Rückgabe"), ("strasse", "Straße")]),
        ("naïve cafe\u0301!", [("naive", "naïve"), ("cafe", "cafe\u0301")]),
        ("我想，ok", [("我", "我"), ("想", "想"), ("ok", "ok")]),
        ("½", [("1", "½"), ("2", "½")]),
        ("\ud800 a", [("a", "a")]),
    ],
)
def test_words_are_found_in_their_places(text: str, expected: list[tuple[str, str]]) -> None:
    assert [(word, text[start:end]) for word, start, end in placed(text)] == expected


@given(st.text(st.characters(categories=("Lu", "Ll", "Nd", "Po", "Zs"), max_codepoint=0x24F)))
def test_words_in_their_places_are_the_same_words(text: str) -> None:
    assert [word for word, _, _ in placed(text)] == tokens(text)


@given(st.text())
def test_places_are_in_order_and_in_the_text(text: str) -> None:
    places = [place for _, *place in placed(text)]
    assert places == sorted(places)
    assert all(0 <= start < end <= len(text) for start, end in places)
