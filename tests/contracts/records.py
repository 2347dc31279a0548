"""Records for the tests of stores: short to write, every field of them valid, moments given in minutes."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

from agent_tui.core.addresses import Address
from agent_tui.core.model import (
    Activity,
    Apart,
    Consent,
    Customer,
    Delivery,
    DeliveryState,
    Direction,
    Draft,
    Evidence,
    Identity,
    Linking,
    Medium,
    Message,
    Moved,
    Note,
    Position,
    apart_id,
    consent_id,
    customer_id,
)

NOW = datetime(2026, 11, 21, 12, 0, tzinfo=UTC)
SHOP = Address("email", "shop@example.com")
MAIL = "support-mail"


def minute(number: float) -> datetime:
    """A moment, in minutes after `NOW`; negative ones lie before it."""
    return NOW + timedelta(minutes=number)


def mail(name: str) -> Address:
    """The address of somebody called `name`."""
    return Address("email", f"{name}@example.com")


def cid(name: str) -> str:
    """The id of the customer whose first address is `mail(name)`."""
    return customer_id(mail(name))


def came(key: str, name: str = "ana", at: float = -60, **changes: object) -> Message:
    """A message from somebody."""
    message = Message(
        id=key,
        address=mail(name),
        channel=MAIL,
        medium=Medium.EMAIL,
        direction=Direction.IN,
        at=minute(at),
        author=mail(name),
        author_name=name.title(),
        to=(SHOP,),
        subject="About my order",
        text=f"Where is it? {key}",
        external_id=f"<{key}@example.com>",
    )
    return replace(message, **changes)  # type: ignore[arg-type]


def went(key: str, name: str = "ana", at: float = -30, **changes: object) -> Message:
    """A message of ours to somebody; the provider has not named it."""
    outgoing = replace(
        came(key, name, at),
        direction=Direction.OUT,
        author=SHOP,
        author_name="Corner Bakery",
        to=(mail(name),),
        text=f"On its way. {key}",
        external_id="",
    )
    return replace(outgoing, **changes)  # type: ignore[arg-type]


def delivery(
    key: str,
    state: DeliveryState = DeliveryState.QUEUED,
    name: str = "ana",
    at: float = -30,
    **changes: object,
) -> Delivery:
    """What became of the message `key`."""
    made = Delivery(id=key, address=mail(name), channel=MAIL, state=state, at=minute(at))
    return replace(made, **changes)  # type: ignore[arg-type]


def note(key: str, name: str = "ana", at: float = -20, text: str = "Likes raisins.") -> Note:
    """Something written about somebody."""
    return Note(id=key, address=mail(name), at=minute(at), author="Rui", text=text)


def activity(key: str, name: str = "ana", at: float = -10, text: str = "marked as done") -> Activity:
    """Something that happened."""
    return Activity(id=key, address=mail(name), at=minute(at), kind="done", text=text, author="Rui")


def customer(who: str = "ana", **changes: object) -> Customer:
    """The first version of somebody's own document."""
    made = Customer(id=cid(who), address=mail(who), name=who.title(), created=minute(-1000))
    return replace(made, **changes)  # type: ignore[arg-type]


def identity(name: str, owner: str, rev: int = 1, **changes: object) -> Identity:
    """Says that `mail(name)` is the customer's whose id is `owner`."""
    made = Identity(
        id=str(mail(name)),
        address=mail(name),
        customer_id=owner,
        evidence=Evidence.CONFIRMED,
        at=minute(-5),
        rev=rev,
        by="Rui",
        why="said so",
    )
    return replace(made, **changes)  # type: ignore[arg-type]


def draft(key: str, name: str = "ana", **changes: object) -> Draft:
    """Unsent words."""
    made = Draft(id=key, address=mail(name), author="Rui", text="Dear Ana", at=minute(-1))
    return replace(made, **changes)  # type: ignore[arg-type]


def consent(channel: str = MAIL, *, given: bool = False, rev: int = 1) -> Consent:
    """What Ana said about being written to on a channel."""
    key = consent_id(channel, mail("ana"))
    return Consent(id=key, address=mail("ana"), channel=channel, at=NOW, given=given, rev=rev, why="STOP")


def linking(key: str = "l-1", rev: int = 1) -> Linking:
    """Bob was joined with Ana."""
    moved = Moved(address=mail("bob"), was=cid("bob"), now=cid("ana"))
    ana = customer()
    return Linking(
        id=key, address=mail("ana"), at=NOW, kind="join", moved=(moved,), before=ana, after=ana, rev=rev
    )


def apart(one: str = "ana", other: str = "bob") -> Apart:
    """They are two people."""
    pair = (cid(one), cid(other))
    return Apart(id=apart_id(*pair), address=mail(one), at=NOW, customers=pair)


def position(message: Message | Note | Activity) -> Position:
    """Where it stands."""
    return Position(message.at, message.id)
