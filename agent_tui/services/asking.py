"""What filing must know of a batch, asked of the store: the half of filing that waits."""

from collections.abc import Sequence

from agent_tui.core.channel import Event, Progress
from agent_tui.core.model import Customer, Delivery, customer_id
from agent_tui.core.store import Store
from agent_tui.services import filing
from agent_tui.services.filing import Answers, Source


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
    )
