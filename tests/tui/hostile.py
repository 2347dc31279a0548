"""What strangers may write into every field: markup, control sequences, text that turns around; and a world of it.

Run as a program (``python -m tests.tui.hostile``) it shows that world on the terminal it is started in, until q is
pressed: what the test with a pseudo-terminal looks at. Nothing is cleaned on its way into this store.
"""

import asyncio
from dataclasses import dataclass
from datetime import timedelta

from agent_tui.core.addresses import Address
from agent_tui.core.attachments import Attachment
from agent_tui.core.model import (
    Activity,
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
    Record,
    customer_id,
    draft_id,
)
from agent_tui.tui.app import AgentApp
from tests.clocks import START
from tests.scripted import BOB, SHOP
from tests.tui.world import World


@dataclass(frozen=True)
class Probe:
    """A text, and the bytes that must never reach the terminal because of it."""

    text: str
    bytes: tuple[bytes, ...] = ()


PROBES = (
    Probe("[/]"),
    Probe("a [/b] [bold]c[/bold] [[x]]"),
    Probe("[@click=app.quit]press me[/]"),
    Probe("[red on blue]colour[/] $primary {0} %s \\[x]"),
    Probe("clipboard\x1b]52;c;SEFDS0VE\x07", (b"]52;", b"SEFDS0VE")),
    Probe("title\x1b]2;HACKED TITLE\x1b\\", (b"HACKED",)),
    Probe("clear\x1b[2J\x1b[666;1H", (b"666;1H",)),
    Probe("c1\x9b31m\x9d52;c;QzE=\x9c", (b"\xc2\x9b", b"\xc2\x9d", b"52;c;QzE=")),
    Probe("dcs\x1bPq#0;2;0;0;0#1\x1b\\", (b"\x1bPq#0",)),
    Probe("bell\x07\x08\x0c\x0e\x7f\x00", (b"\x0e", b"\x7f", b"\x00", b"\x08")),
    Probe("fdp.\u202eexe.txt", ("\u202e".encode(),)),
    Probe("zero\u200bwidth\u2066isolate", ("\u200b".encode(), "\u2066".encode())),
    Probe("line\u2028separator\u0085next", ("\u2028".encode(), b"\xc2\x85")),
    Probe("Z" + "\u0301" * 200 + "algo", (("\u0301" * 6).encode(),)),
    Probe("unfinished \x1b]8;;http://evil.example/", (b"evil.example",)),
    Probe("x" * 3000),
    Probe("漢字" * 800),
    Probe("👩‍👩‍👧‍👦 ☎️ 🇵🇹 👍🏽"),
    Probe("tab\tand\r\nreturn\rand more"),
    Probe("\ud800 lone surrogate"),
    Probe(" "),
)


def records(probe: str, number: int) -> list[Record]:
    """A customer of their own with the probe in every field of everything that is kept about them."""
    local = probe.encode("utf-8", "ignore").decode()  # an address is hashed, and half a surrogate cannot be
    address = Address("email", f"{local}@probe{number}.example")
    at = START - timedelta(hours=2) + timedelta(seconds=number)
    who = customer_id(address)
    file = Attachment(name=probe, media_type=probe, size=1, digest="0" * 64)
    came = Message(
        id=f"m-{number:04}",
        address=address,
        channel="mail",
        medium=Medium.EMAIL,
        direction=Direction.IN,
        at=at,
        author=address,
        author_name=probe,
        to=(SHOP,),
        cc=(BOB, address),
        reply_to=(address,),
        subject=probe,
        text=probe,
        quoted=f"{probe}\n{probe}",
        attachments=(file,),
        notices=(probe,),
        external_id=f"<{number}>",
    )
    went = Message(
        id=f"o-{number:04}",
        address=address,
        channel="mail",
        medium=Medium.EMAIL,
        direction=Direction.OUT,
        at=at,
        author=SHOP,
        author_name=probe,
        to=(address,),
        subject=probe,
        text=probe,
    )
    return [
        came,
        went,
        Delivery(id=went.id, address=address, channel="mail", state=DeliveryState.FAILED, at=at, error=probe),
        Note(id=f"n-{number:04}", address=address, at=at, author=probe, text=probe),
        Activity(id=f"a-{number:04}", address=address, at=at, kind=probe, text=probe, author=probe),
        Draft(id=draft_id(who, "Rui", note=False), address=address, author="Rui", text=probe or "x", at=at),
        Customer(
            id=who,
            address=address,
            name=probe or "x",
            created=at,
            company=probe,
            tags=(probe,),
            notes_pinned=(probe,),
            assigned_to=probe,
            preferred_channel=probe,
        ),
        Identity(
            id=str(address), address=address, customer_id=who, evidence=Evidence.CLAIMED, at=at, why=probe
        ),
    ]


async def hostile_world() -> World:
    """Every probe in every field."""
    world = World()
    for number, probe in enumerate(PROBES):
        await world.store.write(records(probe.text, number))
    return world


async def _main() -> None:
    world = await hostile_world()
    async with asyncio.TaskGroup() as group:
        feed = group.create_task(world.desk.feed.run())
        await AgentApp(world.desk, icons="unicode").run_async()
        feed.cancel()


if __name__ == "__main__":
    asyncio.run(_main())
