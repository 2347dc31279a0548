"""The customer's card as lines: who it is, why they are where they are in the queue, what they told us, how we answered
this before, how to reach them. Pure."""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import datetime

from rich.cells import cell_len

from agent_tui.core import words as states
from agent_tui.core.addresses import Address
from agent_tui.core.language import N_, _, retold
from agent_tui.core.model import Card, CustomerState, Evidence, Identity
from agent_tui.services import pins
from agent_tui.services.earlier import Before
from agent_tui.services.inbox import BEST
from agent_tui.services.promises import Outcomes
from agent_tui.services.suggesting import Suggestion
from agent_tui.tui import when
from agent_tui.tui.before import before_lines, found_by
from agent_tui.tui.icons import SCHEME_WORDS
from agent_tui.tui.lines import BLANK, Line, Look, Role, Span, cells, fit, said
from agent_tui.tui.safe import cut, line
from agent_tui.tui.wrap import wrap

MOST = 3  # lines of a name
LABEL = 12  # cells before a fact; more, where a word is longer
NONE = Outcomes()  # nothing was ever promised

_EVIDENCE = {
    Evidence.CLAIMED: (N_("says it is theirs, not proven"), Role.WARN),
    Evidence.OBSERVED: (N_("wrote from it"), Role.DIM),
    Evidence.CONFIRMED: (N_("confirmed"), Role.GOOD),
}


def address(of: Address) -> str:
    """An address as people say it."""
    word = _(SCHEME_WORDS.get(of.scheme, ""))
    return f"{word} {line(of.value)}" if word else line(of.value)


def card_lines(
    card: Card,
    reasons: tuple[str, ...],
    maybe: tuple[Suggestion, ...],
    width: int,
    now: datetime,
    look: Look,
    *,
    promised: Outcomes = NONE,
    before: tuple[Before, ...] = (),
) -> tuple[Line, ...]:
    """The whole card, in lines of at most `width` cells, what answering needs first; `before`: how we answered what
    they ask."""
    lines = [*_who(card, width, look), BLANK]
    lines += _table([*_facts(card, now, look), *_kept(promised)], width, look)
    if reasons:
        lines += [BLANK, _title(_("Why now"))]
        lines += [row for reason in reasons for row in _item(look.icons.dot, line(reason), Role.TEXT, width)]
    if card.customer.notes_pinned:
        lines += [BLANK, _title(_("Told us"))]
        lines += [row for note in card.customer.notes_pinned for row in _pinned(note, card, width, look)]
    if before:
        title = fit(((_("Before on this"), Role.TITLE),), width, look.icons.more)
        lines += [BLANK, said(*title), *before_lines(before, width, now, look)]
    lines += [BLANK, _title(_("Reached at"))]
    for identity in card.identities:
        lines += _identity(identity, width, look)
    for suggestion in maybe:
        lines += [BLANK, *(replace(row, command="join") for row in _maybe(suggestion, width, look))]
    return tuple(lines)


def _table(facts: Sequence[tuple[str, Span]], width: int, look: Look) -> Iterator[Line]:
    """Facts one below the other, each after what it is."""
    room = max(LABEL, *(cell_len(label) + 1 for label, _fact in facts))
    for label, fact in facts:
        head = label + " " * (room - cell_len(label))
        yield said(*fit(((head, Role.DIM), fact), width, look.icons.more))


def _kept(promised: Outcomes) -> Iterator[tuple[str, Span]]:
    """What became of promises."""
    if promised.words:
        yield _("Promises"), (promised.words, Role.WARN if promised.broken else Role.GOOD)


def card_row(card: Card, look: Look, before: tuple[Before, ...] = ()) -> tuple[Span, ...]:
    """The card folded into one line, for a narrow screen; `before`: how we answered what they ask."""
    icons = look.icons
    spans: list[Span] = [(" ", Role.TEXT)]
    for identity in card.identities:
        spans += [
            (f"{icons.scheme.get(identity.address.scheme, icons.dot)} ", Role.THEM),
            (f"{address(identity.address)}  ", Role.TEXT),
        ]
    spans += [(f"#{line(tag)} ", Role.ACCENT) for tag in card.customer.tags]
    known: list[Span] = [("  ", Role.TEXT), *found_by(before[0], look)] if before else []
    return (*spans, *_stars(card, look), *known)


def _who(card: Card, width: int, look: Look) -> Iterator[Line]:
    customer = card.customer
    stars = _stars(card, look)
    room = width - cells(stars) - 2
    for index, words in enumerate(_few(line(customer.name), room, look)):
        yield said((words, Role.STRONG), *((("  ", Role.TEXT), *stars) if index == 0 and stars else ()))
    for words in _few(line(customer.company), width, look):
        yield said(words)
    for words in _few(" ".join(f"#{line(tag)}" for tag in customer.tags), width, look):
        yield said((words, Role.ACCENT))


def _few(text: str, width: int, look: Look) -> list[str]:
    """A text in no more than a few lines."""
    lines = wrap(text, width) if text else []
    last = cut(f"{lines[MOST - 1]}{look.icons.more * 2}", width, look.icons.more) if len(lines) > MOST else ""
    return [*lines[: MOST - 1], last] if last else lines


def _stars(card: Card, look: Look) -> tuple[Span, ...]:
    stars = look.icons.star * (card.customer.importance - 1)
    return ((stars, Role.WARN),) if stars else ()


def _facts(card: Card, now: datetime, look: Look) -> Iterator[tuple[str, Span]]:
    customer = card.customer
    if card.waiting_since is not None:
        yield _("Waits since"), (when.moment(card.waiting_since, now, look.zone), Role.ACCENT)
    else:
        yield (
            _("Now"),
            (
                states.standing(card.state) if card.state is not CustomerState.OPEN else _("answered"),
                Role.GOOD,
            ),
        )
    if customer.snoozed_until is not None and customer.snoozed_until > now:
        yield _("Snoozed to"), (when.moment(customer.snoozed_until, now, look.zone), Role.TEXT)
    if customer.promised_by is not None:
        late = customer.promised_by <= now
        yield (
            _("Promised by"),
            (when.moment(customer.promised_by, now, look.zone), Role.BAD if late else Role.WARN),
        )
    if customer.assigned_to:
        yield _("With"), (line(customer.assigned_to), Role.TEXT)
    if customer.preferred_channel:
        yield _("Prefers"), (line(customer.preferred_channel), Role.TEXT)
    if customer.satisfaction is not None and customer.satisfaction_at is not None:
        asked = when.moment(customer.satisfaction_at, now, look.zone)
        yield (
            _("Content"),
            (
                _("{satisfaction} of {best}, {asked}").format(
                    satisfaction=customer.satisfaction, best=BEST, asked=asked
                ),
                Role.TEXT,
            ),
        )
    yield _("Known since"), (when.month(card.first_seen, look.zone), Role.TEXT)


def _identity(identity: Identity, width: int, look: Look) -> Iterator[Line]:
    sign = look.icons.scheme.get(identity.address.scheme, look.icons.dot)
    told, role = _EVIDENCE[identity.evidence]
    told = _(told)
    if identity.why and identity.evidence is not Evidence.CLAIMED:
        why = retold(identity.why)
        told = line(f"{identity.by}: {why}" if identity.by else why)
    if identity.shared:
        told += _(", shared with others")
    yield from _item(sign, address(identity.address), Role.TEXT, width)
    yield from _item(" ", told, role, width)


def _maybe(one: Suggestion, width: int, look: Look) -> Iterator[Line]:
    key = look.keys.name("join", "card")
    yield said(
        *fit(
            ((_("May be"), Role.TITLE), (" ", Role.TEXT), (line(one.name), Role.ACCENT)),
            width,
            look.icons.more,
        )
    )
    for reason in one.reasons:
        yield from _item(look.icons.dot, line(retold(reason)), Role.DIM, width)
    yield said(
        *fit(((f"{key} ", Role.MARK), (_("joins, or never asks again"), Role.DIM)), width, look.icons.more)
    )


def _pinned(note: str, card: Card, width: int, look: Look) -> Iterator[Line]:
    """What they told us; marked, where it leads to the message that says it."""
    linked = bool(pins.origin(card.customer, note))
    sign = ">" if linked else look.icons.dot
    return (replace(row, about=note) for row in _item(sign, line(note), Role.TEXT, width))


def _item(sign: str, text: str, role: Role, width: int) -> Iterator[Line]:
    for index, words in enumerate(wrap(text, width - 2)):
        yield said((f"{sign} " if index == 0 else "  ", Role.THEM), (words, role))


def _title(text: str) -> Line:
    return said((text, Role.TITLE))
