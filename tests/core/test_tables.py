"""From a table to a dataclass: everything that fits, and nothing else."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agent_tui.core.addresses import Address
from agent_tui.core.errors import ConfigError
from agent_tui.core.model import Medium
from agent_tui.core.secrets import Secret
from agent_tui.core.tables import Mistake, convert, nearest


@dataclass(frozen=True, slots=True, kw_only=True)
class Oven:
    heat: int
    kind: Literal["wood", "gas"] = "gas"

    def __post_init__(self) -> None:
        if self.heat > 400:
            raise ConfigError("heat is too high", remedy="400 is enough")
        if self.heat < 0:
            raise ValueError("heat is negative")


@dataclass(frozen=True, slots=True, kw_only=True)
class Bakery:
    oven: Oven
    name: str = ""
    price: float = 1.0
    open: bool = True
    medium: Medium | None = None
    door: Address | None = None
    key: Secret | None = None
    book: Path | None = None
    breads: tuple[str, ...] = ()
    staff: tuple[Address, ...] = ()
    hours: Mapping[Medium, float] = field(default_factory=dict)
    ovens: tuple[Oven, ...] = ()


HEAT = {"oven": {"heat": 220}}


def made(**table: Any) -> Bakery:
    return convert(Bakery, {**HEAT, **table}, ("bakery",), country="PT")


class TestWhatFits:
    def test_every_kind_of_value(self) -> None:
        bakery = made(
            name="Corner",
            price=2,
            open=False,
            medium="sms",
            door="912 345 678",
            book="~/book",
            breads=["rye", "Mafra"],
            staff=["rui@example.com", "telegram:42"],
            hours={"email": 8},
            ovens=[{"heat": 1}, {"heat": 2, "kind": "wood"}],
        )
        assert (bakery.name, bakery.price, bakery.open) == ("Corner", 2.0, False)
        assert isinstance(bakery.price, float)
        assert bakery.medium is Medium.SMS
        assert bakery.door == Address("phone", "+351912345678")
        assert bakery.book == Path.home() / "book"
        assert bakery.breads == ("rye", "Mafra")
        assert bakery.staff == (Address("email", "rui@example.com"), Address("telegram", "42"))
        assert bakery.hours == {Medium.EMAIL: 8.0}
        assert bakery.ovens == (Oven(heat=1), Oven(heat=2, kind="wood"))

    def test_a_secret_is_read_later(self, monkeypatch: pytest.MonkeyPatch) -> None:
        key = made(key={"env": "DOOR_KEY"}).key
        monkeypatch.setenv("DOOR_KEY", "sesame")
        assert key is not None
        assert key.reveal() == "sesame"
        assert "sesame" not in repr(made(key={"env": "DOOR_KEY"}))

    def test_nothing_but_what_is_needed(self) -> None:
        assert made() == Bakery(oven=Oven(heat=220))


# A table, the keys to the mistake, and words of it.
WRONG: list[tuple[dict[str, Any], tuple[str, ...], str]] = [
    ({"nmae": "x"}, ("nmae",), "bakery.nmae is not known"),
    ({"name": 1}, ("name",), "bakery.name must be text in quotes, not 1"),
    ({"name": ["x"]}, ("name",), "must be text in quotes, not a list"),
    ({"name": {"x": 1}}, ("name",), "must be text in quotes, not a table"),
    ({"price": "1"}, ("price",), "must be a number"),
    ({"price": True}, ("price",), "must be a number, not true"),
    ({"open": 1}, ("open",), "must be true or false"),
    ({"open": "yes"}, ("open",), "must be true or false"),
    ({"medium": "post"}, ("medium",), "cannot be 'post'"),
    ({"medium": 3}, ("medium",), "cannot be 3"),
    ({"door": "x"}, ("door",), "must be an address, not 'x'"),
    ({"door": 912345678}, ("door",), "must be an address"),
    ({"door": "+1"}, ("door",), "must be an address"),
    ({"book": ""}, ("book",), "must be a path"),
    ({"breads": "rye"}, ("breads",), "must be a list in square brackets"),
    ({"breads": ["rye", 3]}, ("breads", "1"), "bakery.breads.1 must be text"),
    ({"staff": ["rui"]}, ("staff", "0"), "must be an address"),
    ({"hours": 3}, ("hours",), "must be a table in braces"),
    ({"hours": {"post": 3}}, ("hours", "post"), "cannot be 'post'"),
    ({"key": "sesame"}, ("key",), "a secret is written in plain text"),
    ({"oven": 3}, ("oven",), "bakery.oven must be a table"),
    ({"oven": {}}, ("oven",), "bakery.oven.heat is missing"),
    ({"oven": {"heat": 2.5}}, ("oven", "heat"), "must be a whole number, not 2.5"),
    ({"oven": {"heat": True}}, ("oven", "heat"), "must be a whole number, not true"),
    ({"oven": {"heat": 500}}, ("oven",), "bakery.oven: heat is too high"),
    ({"oven": {"heat": -1}}, ("oven",), "bakery.oven: heat is negative"),
    ({"ovens": [{"heat": 1, "kind": "coal"}]}, ("ovens", "0", "kind"), "cannot be 'coal'"),
]


class TestMistakes:
    @pytest.mark.parametrize("number", range(len(WRONG)))
    def test_it_is_named_with_the_way_to_it(self, number: int) -> None:
        table, keys, words = WRONG[number]
        with pytest.raises(Mistake) as raised:
            made(**table)
        assert raised.value.keys == ("bakery", *keys)
        assert words in raised.value.problem
        assert "sesame" not in str(raised.value)

    def test_no_table_at_all(self) -> None:
        with pytest.raises(Mistake, match="bakery must be a table"):
            convert(Bakery, "x", ("bakery",))

    def test_the_nearest_right_word(self) -> None:
        assert nearest("prot", ["host", "port"]) == "did you mean port?"
        assert nearest("xyz", ["host", "port"]) == "use one of host, port"

    @given(
        st.dictionaries(
            st.sampled_from(["oven", "name", "price", "staff", "hours", "key", "other"])
            | st.text(max_size=5),
            st.recursive(
                st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8),
                lambda inner: (
                    st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3)
                ),
            ),
            max_size=5,
        )
    )
    def test_whatever_is_written_is_a_bakery_or_a_mistake(self, table: dict[str, Any]) -> None:
        try:
            assert isinstance(convert(Bakery, table), Bakery)
        except Mistake:
            return
