"""Who writes: the customers of a small bakery, its agents, and the mail programs all of them use."""

import random
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from tests.servers.languages import Language

Form = Literal["plain", "flowed", "alternative", "html"]
Quoting = Literal["attribution", "block", "none"]

SHOP_ADDRESS = "hello@bakery.example"
SHOP_NAME = "Sunrise Bakery"


@dataclass(frozen=True, slots=True)
class Program:
    """A mail program, by the traces it leaves. ``own_charset``: it ignores UTF-8 for the locale's."""

    name: str
    agent_header: str
    id_style: Literal["gmail", "outlook", "uuid", "none"]
    quoting: Quoting
    forms: tuple[Form, ...]
    own_charset: bool = False
    signs_as_phone: bool = False
    raw_headers: bool = False


GMAIL = Program("gmail", "", "gmail", "attribution", ("alternative", "alternative", "plain"))
OUTLOOK = Program("outlook", "", "outlook", "block", ("alternative", "html", "alternative", "plain"), True)
APPLE = Program("apple", "X-Mailer: Apple Mail (2.3731)", "uuid", "attribution",
                ("plain", "alternative"))  # fmt: skip
PHONE = Program("phone", "X-Mailer: iPhone Mail (20G75)", "uuid", "attribution",
                ("plain", "alternative", "html"), signs_as_phone=True)  # fmt: skip
THUNDERBIRD = Program("thunderbird", "User-Agent: Mozilla Thunderbird", "uuid", "attribution",
                      ("flowed", "flowed", "alternative"))  # fmt: skip
WEBMAIL = Program("webmail", "X-Mailer: WebMail 5.1", "uuid", "attribution", ("html", "plain"), True)
OLD = Program("old", "X-Mailer: PostFix Express 4.0", "none", "none", ("plain",), True,
              raw_headers=True)  # fmt: skip

CUSTOMER_PROGRAMS: tuple[tuple[Program, int], ...] = (
    (GMAIL, 26), (OUTLOOK, 20), (PHONE, 20), (APPLE, 9), (THUNDERBIRD, 9), (WEBMAIL, 13), (OLD, 3),
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Person:
    """One correspondent. ``address`` is in lower case; ``written`` is how their program spells it."""

    first_name: str
    name: str
    address: str
    written: str
    language: Language
    program: Program
    charset: str


AGENTS: tuple[tuple[str, Program], ...] = (
    ("Maya Lindqvist", THUNDERBIRD),
    ("Théo Aubert", OUTLOOK),
    ("Ines Carvalho", APPLE),
)


def counter(language: Language) -> Person:
    """The shop itself, as a customer who has not met anybody addresses it."""
    return Person(SHOP_NAME, SHOP_NAME, SHOP_ADDRESS, SHOP_ADDRESS, language, WEBMAIL, "utf-8")


def agent(number: int, language: Language) -> Person:
    """The ``number``-th agent (modulo three), answering in ``language`` from the shop's address."""
    name, program = AGENTS[number % len(AGENTS)]
    charset = "windows-1252" if language.code in ("de", "fr", "es", "pt", "en") else "utf-8"
    chosen = charset if program.own_charset else "utf-8"
    first = name.split()[0]
    return Person(first, name, SHOP_ADDRESS, SHOP_ADDRESS, language, program, chosen)


def customers(rng: random.Random, count: int, languages: Sequence[Language]) -> tuple[Person, ...]:
    """``count`` customers with different addresses, the languages in equal parts."""
    return tuple(_customer(rng, n, languages[n % len(languages)]) for n in range(count))


def _customer(rng: random.Random, number: int, language: Language) -> Person:
    first, last = rng.choice(language.first_names), rng.choice(language.last_names)
    programs, weights = zip(*CUSTOMER_PROGRAMS, strict=True)
    program: Program = rng.choices(programs, weights)[0]
    charset = rng.choice(language.charsets) if program.own_charset else "utf-8"
    written = f"{_local_part(first, last, number)}@{language.domain}"
    if rng.random() < 0.1:
        written = written.title()
    name = "" if rng.random() < 0.04 else language.full_name(first, last)
    return Person(first, name, written.lower(), written, language, program, charset)


def _local_part(first: str, last: str, number: int) -> str:
    ascii_only = unicodedata.normalize("NFKD", f"{first}.{last}").encode("ascii", "ignore").decode()
    plain = "".join(c for c in ascii_only.lower() if c.isalnum() or c == ".").strip(".")
    return f"{plain or 'guest'}{number}"
