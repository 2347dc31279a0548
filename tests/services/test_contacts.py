"""Searching with one customer, and what of a query is marked."""

import pytest

from agent_tui.core.errors import Missing, UsageError
from agent_tui.core.model import customer_id
from agent_tui.core.query import Term
from tests.scripted import ANA
from tests.tui.world import bakery

A = customer_id(ANA)


async def test_only_what_was_said_with_one_customer_is_found() -> None:
    contacts = (await bakery()).desk.contacts
    assert len(await contacts.search("is:open")) > 2
    hits = await contacts.search_with(A, "is:open")
    assert [hit.snippet for hit in hits] == [
        "I need a cake for Friday. Twelve people.",
        "Do you bake on Sundays?",
    ]
    assert await contacts.search_with(A, "invoice") == ()


async def test_a_wrong_question_is_refused() -> None:
    contacts = (await bakery()).desk.contacts
    with pytest.raises(UsageError, match="is not known"):
        await contacts.search_with(A, "is:hungry")
    with pytest.raises(Missing):
        await contacts.search_with("nobody", "cake")


async def test_what_cannot_be_understood_looks_for_nothing() -> None:
    contacts = (await bakery()).desk.contacts
    assert contacts.sought("cake is:open") == (Term(text="cake"),)
    assert contacts.sought('"cake') == ()
