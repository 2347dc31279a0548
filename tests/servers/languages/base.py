"""What the corpus must know of a language: its phrases, its dates, how its mail programs quote.

Data only. Placeholders in the phrases: ``{order}`` (a unique order number), ``{product}``,
``{day}`` (a date as people write it), ``{count}``, ``{price}`` and ``{name}``.
"""

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True)
class Topic:
    """A reason to write to a small shop: one subject, questions, answers."""

    subject: str
    asks: tuple[str, ...]
    answers: tuple[str, ...]


@dataclass(frozen=True)
class Labels:
    """The words of the header block that Outlook puts above a quoted mail."""

    original: str
    sender: str
    sent: str
    to: str
    subject: str


@dataclass(frozen=True)
class Language:
    """The phrases of one language. ``charsets`` are labels its older mail programs use."""

    code: str
    domain: str
    charsets: tuple[str, ...]
    first_names: tuple[str, ...]
    last_names: tuple[str, ...]
    family_name_first: bool
    products: tuple[str, ...]
    greetings: tuple[str, ...]
    agent_greetings: tuple[str, ...]
    topics: tuple[Topic, ...]
    fillers: tuple[str, ...]
    follow_ups: tuple[str, ...]
    agent_follow_ups: tuple[str, ...]
    thanks: tuple[str, ...]
    closings: tuple[str, ...]
    agent_closings: tuple[str, ...]
    attribution: str
    labels: Labels
    reply_prefix: str
    phone_signature: str
    away_prefix: str
    away_text: str
    months: tuple[str, ...]
    weekdays: tuple[str, ...]
    short_day: str
    long_day: str

    def day(self, when: datetime) -> str:
        """A date inside a sentence, such as "3 May"."""
        return self._format(self.short_day, when)

    def moment(self, when: datetime) -> str:
        """A date and time as a mail program writes it above a quote."""
        return self._format(self.long_day, when)

    def _format(self, pattern: str, when: datetime) -> str:
        return pattern.format(
            weekday=self.weekdays[when.weekday()],
            day=when.day,
            month=self.months[when.month - 1],
            month_number=when.month,
            year=when.year,
            time=f"{when:%H:%M}",
        )

    def full_name(self, first: str, last: str) -> str:
        """First and family name in this language's order."""
        return f"{last} {first}" if self.family_name_first else f"{first} {last}"
