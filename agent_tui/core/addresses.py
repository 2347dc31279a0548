"""Addresses: how each scheme is written down so that the same person's address is always the same string.

Pure functions. An `Address` is a key: mail domains are lower-cased and IDNA-encoded (RFC 5891), local parts
case-folded (RFC 5321 allows otherwise; no provider in use does), phone numbers are E.164, handles stay as given.
"""

import re
from dataclasses import dataclass

EMAIL = "email"
PHONE = "phone"
QUARANTINE = "quarantine"
SCHEMES = frozenset({EMAIL, PHONE, "telegram", "matrix", "web", QUARANTINE})

_PHONE_LIKE = re.compile(r"\+?[\d\s().\-/]{3,30}")


@dataclass(frozen=True, slots=True, order=True)
class Address:
    """One place a customer can be reached at: ``scheme:value``, normalised."""

    scheme: str
    value: str

    def __str__(self) -> str:
        return f"{self.scheme}:{self.value}"


def from_key(text: str) -> Address:
    """The address written as ``scheme:value``; ValueError when it is not one."""
    scheme, colon, value = text.partition(":")
    if not colon or not scheme or not value:
        raise ValueError(f"not an address: {text!r}")
    return Address(scheme, value)


def email(text: str) -> Address:
    """A mail address, normalised; ValueError when there is no ``local@domain`` in it."""
    local, at, domain = text.strip().strip("<>").strip().rpartition("@")
    if not at or not local or not domain or _has_blank_or_control(local + domain):
        raise ValueError(f"not a mail address: {text!r}")
    return Address(EMAIL, f"{local.casefold()}@{_domain(domain)}")


def _has_blank_or_control(text: str) -> bool:
    return any(c.isspace() or not c.isprintable() for c in text)


def _domain(text: str) -> str:
    lowered = text.strip().rstrip(".").lower()
    try:
        return lowered if lowered.isascii() else lowered.encode("idna").decode("ascii")
    except UnicodeError:
        return lowered


def phone(text: str, country: str = "", *, certain: bool = False) -> Address:
    """A phone number as E.164; `country` (ISO 3166, ``PT``) serves numbers written without a prefix.

    Raises ValueError when no such number is possible; with `certain` also when none like it is given out.
    """
    import phonenumbers  # 90 ms: only where a number is really read

    try:
        number = phonenumbers.parse(text, country or None)
    except phonenumbers.NumberParseException as error:
        raise ValueError(f"not a phone number: {text!r}") from error
    known = phonenumbers.is_valid_number if certain else phonenumbers.is_possible_number
    if not known(number):
        raise ValueError(f"not a possible phone number: {text!r}")
    return Address(PHONE, phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164))


def read(text: str, country: str = "") -> Address | None:
    """The address a person typed: ``ana@example.com``, ``+351 912 345 678``, ``telegram:42``; None for a name."""
    text = text.strip()
    scheme, colon, value = text.partition(":")
    try:
        if colon and scheme in SCHEMES:
            return _read_scheme(scheme, value.strip(), country)
        if "@" in text:
            return email(text)
        return phone(text, country) if _PHONE_LIKE.fullmatch(text) else None
    except ValueError:
        return None


def _read_scheme(scheme: str, value: str, country: str) -> Address | None:
    if scheme == EMAIL:
        return email(value)
    if scheme == PHONE:
        return phone(value, country)
    return Address(scheme, value) if value else None
