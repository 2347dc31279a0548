"""What rises is counted in people."""

import time

from agent_tui.core.tally import LONGEST, Told
from agent_tui.services.rising import TEXTS, Rising, rising


def said(*texts: str, first: int = 0) -> list[Told]:
    """Each by somebody else."""
    return [Told(customer_id=f"c-{first + n}", text=text) for n, text in enumerate(texts)]


QUIET = said("A loaf, please", "Are you open?", "Thanks a lot", "Cake for Friday", "An invoice")


def words(now: list[Told], before: list[Told] = QUIET) -> list[str]:
    return [one.words for one in rising(now, before)]


def test_five_people_mention_checkout_this_week() -> None:
    now = said("The checkout hangs", "checkout?", "CHECKOUT!", "your Checkout, again", "no checkout for me")
    assert rising(now, QUIET) == (Rising(words="checkout", now=5, before=0),)


def test_one_who_repeats_himself_is_one() -> None:
    assert words([Told(customer_id="c-1", text="checkout checkout") for _ in range(9)]) == []


def test_two_people_are_not_enough() -> None:
    assert words(said("checkout", "checkout", "loaf", "rye", "bread")) == []


def test_what_was_as_common_before_does_not_rise() -> None:
    now = said("my invoice", "an invoice", "invoice 12", "the invoice", "x")
    assert words(now, said("invoice", "the invoice", "invoice?", "cake", "rye")) == []
    assert words(now, said("invoice", "cake", "rye", "oats", "spelt")) == ["invoice"]


def test_twice_as_many_people_say_everything_twice_as_often() -> None:
    before = said(*["invoice"] * 5, *["cake"] * 5)
    assert words(said(*["invoice"] * 10, *["cake"] * 10), before) == []


def test_a_phrase_is_told_instead_of_its_words() -> None:
    assert words(said("gift card?", "the gift card", "a gift card please", "rye", "oat")) == ["gift card"]


def test_a_phrase_does_not_reach_over_a_full_stop_or_a_line() -> None:
    found = words(said(*["one apple. Pear\nplum"] * 3))
    assert set(found) == {"apple", "pear", "plum"}


def test_a_word_that_more_people_say_is_told_instead_of_the_phrase() -> None:
    now = said("gift card", "gift card", "gift card", "card broken", "card lost", "the card")
    assert words(now) == ["card", "gift"]


def test_common_english_and_numbers_and_addresses_are_no_words() -> None:
    text = (
        "Hello, I would like this for today 4711 ana@example.com https://example.com/checkout www.a.example"
    )
    assert words(said(*[text] * 5)) == []


def test_scripts_without_spaces_are_found_in_pairs() -> None:
    assert "退款" in words(said("我要退款", "请退款", "退款在哪里", "x", "y"))


def test_other_languages_need_no_list() -> None:
    before = said(*["die Rechnung ist da und gut"] * 5)
    now = said(*["die Kasse ist da und hängt"] * 5)
    assert set(" ".join(words(now, before)).split()) >= {"kasse"}
    assert "die" not in words(now, before)


def test_without_a_before_nothing_rises() -> None:
    assert rising(said(*["checkout"] * 9), []) == ()


def test_hostile_texts_take_bounded_time() -> None:
    hostile = ["https://" * 250, "a@" * 1000, "'-" * 1000, "退" * LONGEST, "a b " * 500, "\n" * LONGEST]
    texts = [Told(customer_id=f"c-{n}", text=hostile[n % len(hostile)]) for n in range(2 * TEXTS)]
    start = time.process_time()
    rising(texts, texts)
    assert time.process_time() - start < 20
