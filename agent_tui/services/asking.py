"""What filing must know of a batch, asked of the store: the half of filing that waits."""

from collections.abc import Sequence

from agent_tui.core.addresses import Address
from agent_tui.core.channel import Event, Progress, Received
from agent_tui.core.model import Consent, Customer, Delivery, Message, consent_id, customer_id
from agent_tui.core.store import Store
from agent_tui.services import filing
from agent_tui.services.filing import Answered, Answers, Questions, Source


async def ask(store: Store, events: Sequence[Event], source: Source) -> Answers:
    """The answers to the questions of a batch, as the store stands now."""
    asked = filing.questions(events, source)
    known = await store.known(source.name, asked.external_ids)
    news = {event.external_id for event in events if isinstance(event, Progress)}
    ids = asked.keys | {known[external].id for external in news & known.keys()}
    deliveries = [await store.get(Delivery, key) for key in sorted(ids)]
    customers = [await store.get(Customer, customer_id(address)) for address in sorted(asked.addresses)]
    return Answers(
        known=known,
        deliveries={delivery.id: delivery for delivery in deliveries if delivery is not None},
        customers={customer.address: customer for customer in customers if customer is not None},
        answered={key: found for key in sorted(asked.answered) if (found := await _answered(store, key))},
        consents=await _consents(store, asked, source),
        known_addresses=frozenset([each for each in _answering(events) if await store.resolve(each)]),
    )


def _answering(events: Sequence[Event]) -> list[Address]:
    return sorted({event.sender for event in events if isinstance(event, Received) and event.answers})


async def _consents(store: Store, asked: Questions, source: Source) -> dict[Address, Consent]:
    kept = {asker: await store.get(Consent, consent_id(source.name, asker)) for asker in sorted(asked.askers)}
    return {asker: consent for asker, consent in kept.items() if consent is not None}


async def _answered(store: Store, key: str) -> Answered | None:
    message = await store.get(Message, key)
    owner = await store.resolve(message.address) if message else None
    return Answered(message=message, customer_id=owner) if message and owner else None
