"""One person's address is one string, however it was written."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agent_tui.core.addresses import Address, email, from_key, phone, read


@pytest.mark.parametrize(
    ("written", "value"),
    [
        ("ana@example.com", "ana@example.com"),
        (" <Ana@EXAMPLE.com> ", "ana@example.com"),
        ("ana+cakes@Example.com.", "ana+cakes@example.com"),
        ("ana@bücher.example", "ana@xn--bcher-kva.example"),
        ('"odd local"@example.com'.replace(" ", "."), '"odd.local"@example.com'),
    ],
)
def test_mail(written: str, value: str) -> None:
    assert email(written) == Address("email", value)


@pytest.mark.parametrize(
    "written", ["", "@", "ana", "ana@", "@example.com", "a b@example.com", "a\x00@b.c", "a\r\nb@c.d"]
)
def test_not_mail(written: str) -> None:
    with pytest.raises(ValueError, match="not a mail address"):
        email(written)


@pytest.mark.parametrize(
    ("written", "country", "value"),
    [
        ("+351 912 345 678", "", "+351912345678"),
        ("912 345 678", "PT", "+351912345678"),
        ("(0)171 / 123456-7", "DE", "+491711234567"),
        ("tel:+44 20 7946 0958", "", "+442079460958"),
    ],
)
def test_phone(written: str, country: str, value: str) -> None:
    assert phone(written, country) == Address("phone", value)


@pytest.mark.parametrize("written", ["", "912 345 678", "+1", "call me", "+999999999999999999"])
def test_not_a_phone(written: str) -> None:
    with pytest.raises(ValueError, match="phone number"):
        phone(written)


@pytest.mark.parametrize(
    ("typed", "key"),
    [
        ("ana@example.com", "email:ana@example.com"),
        ("email:Ana@Example.com", "email:ana@example.com"),
        ("+351 912 345 678", "phone:+351912345678"),
        ("phone:912345678", "phone:+351912345678"),
        ("telegram:42", "telegram:42"),
        ("web:site/visitor", "web:site/visitor"),
    ],
)
def test_what_a_person_types(typed: str, key: str) -> None:
    address = read(typed, "PT")
    assert str(address) == key
    assert from_key(key) == address


@pytest.mark.parametrize("typed", ["Ana Sousa", "", "12", "Re: cake", "telegram:", "ana@", "http://x"])
def test_a_name_is_no_address(typed: str) -> None:
    assert read(typed, "PT") is None


@given(st.text(max_size=40))
def test_reading_never_raises_and_is_stable(typed: str) -> None:
    address = read(typed, "PT")
    if address is not None:
        assert read(str(address), "PT") == address
