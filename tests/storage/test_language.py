"""Whatever language the program speaks: what is kept, in the journals and in the catalog, is English."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from agent_tui.core import language
from agent_tui.core.addresses import email
from agent_tui.core.clock import SYSTEM
from agent_tui.core.language import _
from agent_tui.core.model import (
    Activity,
    Claim,
    Customer,
    Delivery,
    DeliveryState,
    Direction,
    Medium,
    Message,
    Record,
    customer_id,
)
from storage.local import LocalStore
from tests.storage.dump import anew, differences, live

ANA = email("ana@example.com")
SHOP = email("shop@example.com")
AT = datetime(2026, 11, 20, 10, tzinfo=UTC)


@pytest.fixture(autouse=True)
def portuguese() -> Iterator[None]:
    language.use("pt")
    yield
    language.use(language.ENGLISH)


async def test_texts_said_in_another_language_are_kept_in_english(tmp_path: Path) -> None:
    said = _("the reply is empty")
    assert said == "a resposta está vazia"
    records: list[Record] = [
        Customer(id=customer_id(ANA), address=ANA, name="Ana", created=AT),
        message("m-1", Direction.IN, AT, claims=(Claim(address=SHOP, why=said),)),
        message("m-2", Direction.OUT, AT + timedelta(days=1)),
        Delivery(id="m-2", address=ANA, channel="mail", state=DeliveryState.FAILED, at=AT, error=said),
        Activity(id="a-1", address=ANA, at=AT, kind="done", text=said, author="Rui"),
    ]
    store = await LocalStore.open(tmp_path, clock=SYSTEM)
    await store.write(records)
    page = await store.page(customer_id(ANA), limit=10)
    await store.aclose()
    assert "a resposta" not in repr(page)
    assert repr(page).count("the reply is empty") == 3
    assert bytes_with("está vazia", tmp_path) == []
    assert differences(live(tmp_path), anew(tmp_path, tmp_path / "scratch")) == []


def message(key: str, direction: Direction, at: datetime, *, claims: tuple[Claim, ...] = ()) -> Message:
    return Message(
        id=key,
        address=ANA,
        channel="mail",
        medium=Medium.EMAIL,
        direction=direction,
        at=at,
        author=ANA if direction is Direction.IN else SHOP,
        to=() if direction is Direction.IN else (ANA,),
        text="?",
        claims=claims,
    )


def bytes_with(text: str, folder: Path) -> list[Path]:
    """The files in which a text stands."""
    return [path for path in folder.rglob("*") if path.is_file() and text.encode() in path.read_bytes()]
