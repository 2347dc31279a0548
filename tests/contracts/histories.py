"""Random histories of three customers, for properties that hold of every history.

Small on purpose: few names, few moments, few words, so that equal times, duplicates, joins and refusals are common.
"""

from hypothesis import strategies as st

from agent_tui.core.model import (
    Claim,
    Customer,
    Delivery,
    DeliveryState,
    Direction,
    Draft,
    Evidence,
    Identity,
    Medium,
    Message,
    Note,
    Position,
    Record,
)
from tests.contracts.records import (
    SHOP,
    activity,
    came,
    cid,
    customer,
    delivery,
    draft,
    identity,
    mail,
    minute,
    note,
)

NAMES = ("ana", "bob", "cleo")
CHANNELS = ("support-mail", "shop-sms")
TEXTS = ("refund my order", "Rückgabe", "退款 please", "", "order 4711 refund", '\x00 NEAR(order) "x"')

names = st.sampled_from(NAMES)
minutes = st.integers(-6, 3)
moments = minutes.map(minute)
maybe_moments = st.none() | moments
numbers = st.integers(0, 8)
keys = numbers.map("m-{}".format)
positions = st.none() | st.builds(Position, moments, keys)
texts = st.sampled_from(TEXTS)


def name_of(number: int) -> str:
    """Whose message a number is: what became of it is filed there too."""
    return NAMES[number % len(NAMES)]


@st.composite
def messages(draw: st.DrawFn, number: int | None = None) -> Message:
    """One that came in or went out."""
    number = draw(numbers) if number is None else number
    name, direction = name_of(number), draw(st.sampled_from(Direction))
    ours = direction is Direction.OUT
    return came(
        f"m-{number}",
        name,
        at=draw(minutes),
        direction=direction,
        author=SHOP if ours else mail(name),
        author_name="Corner Bakery" if ours else name.title(),
        to=(mail(name),) if ours else (SHOP,),
        channel=CHANNELS[number % len(CHANNELS)],
        medium=draw(st.sampled_from((Medium.EMAIL, Medium.SMS))),
        subject=draw(texts),
        text=draw(texts),
        external_id=draw(st.sampled_from(("", "<1>", "<2>", "<3>", "<4>", "<5>", "<6>"))),
        fingerprint=draw(st.sampled_from(("", "f"))),
        automatic=draw(st.integers(0, 4)) == 0,
        seen=draw(st.integers(0, 4)) == 0,
        claims=draw(st.sampled_from(((), (), (Claim(address=mail("bob"), why="said so"),)))),
    )


@st.composite
def customers(draw: st.DrawFn, name: str | None = None) -> Customer:
    """A customer's first version, somewhere in the queue."""
    return customer(
        name or draw(names),
        created=draw(moments),
        importance=draw(st.integers(1, 3)),
        severity=draw(st.integers(1, 3)),
        effort=draw(st.integers(1, 3)),
        follow_up=draw(st.booleans()),
        tags=draw(st.sampled_from(((), ("vip",), ("vip", "a tag")))),
        notes_pinned=draw(st.sampled_from(((), ("refund",)))),
        assigned_to=draw(st.sampled_from((None, "", "Rui"))),
        done_upto=draw(positions),
        read_upto=draw(positions),
        snoozed_until=draw(maybe_moments),
        snoozed_at=draw(positions),
        promised_by=draw(maybe_moments),
    )


@st.composite
def notes(draw: st.DrawFn) -> Note:
    """Something written."""
    return note(f"n-{draw(st.integers(0, 3))}", draw(names), draw(minutes), draw(texts))


def identities() -> st.SearchStrategy[Identity]:
    """An address said to be somebody's."""
    claims = st.sampled_from(Evidence)
    return st.builds(lambda n, c, e: identity(n, c, evidence=e), names, names.map(cid), claims)


@st.composite
def deliveries(draw: st.DrawFn, number: int | None = None) -> Delivery:
    """What became of a message."""
    number = draw(numbers) if number is None else number
    return delivery(
        f"m-{number}",
        draw(st.sampled_from(DeliveryState)),
        name_of(number),
        at=draw(minutes),
        channel=CHANNELS[number % len(CHANNELS)],
        not_before=draw(maybe_moments),
        held=draw(st.booleans()),
        promises=draw(st.sampled_from((None, None, minute(60)))),
    )


def drafts() -> st.SearchStrategy[Draft]:
    """Unsent words."""
    return st.builds(lambda name, text: draft(f"d-{name}", name, text=text), names, texts)


def records() -> st.SearchStrategy[Record]:
    """Any record, as the first of its kind; a writer puts in the number it needs."""
    activities = st.builds(lambda name, at: activity(f"a-{name}", name, at), names, minutes)
    return st.one_of(
        messages(), messages(), customers(), notes(), identities(), deliveries(), drafts(), activities
    )
