"""Who is who from a script: joined, split, undone; what a stranger sees of it is nothing."""

from pathlib import Path
from typing import Any

from tests.cli import schema
from tests.cli.conftest import Run


def entries(home: Path, run: Run, who: str) -> dict[str, Any]:
    found = run(home, "show", who, "--json")
    assert found.code == 0, found.err
    assert isinstance(found.json, dict)
    return found.json


def two(home: Path, run: Run) -> tuple[dict[str, Any], dict[str, Any]]:
    """Two customers of the sample, each with one address at least."""
    people = [entries(home, run, row["customer_id"]) for row in run(home, "inbox", "--all", "--json").json]
    single = [one for one in people if len(one["customer"]["identities"]) == 1]
    return single[0], single[1]


def address(one: dict[str, Any]) -> str:
    identity = one["customer"]["identities"][0]
    return f"{identity['scheme']}:{identity['value']}"


def test_joined_and_split_again_both_are_as_before(home: Path, run: Run) -> None:
    one, other = two(home, run)
    said = run(home, "join", one["customer"]["id"], address(other), "--why", "she said so", "--json")
    assert said.code == 0, said.err
    assert schema.CUSTOMER(said.json)
    together = entries(home, run, address(other))
    assert together["customer"]["id"] == one["customer"]["id"]
    ids = {entry["id"] for entry in (*one["entries"], *other["entries"])}
    assert {entry["id"] for entry in together["entries"]} == ids
    assert "she said so" in {identity["why"] for identity in together["customer"]["identities"]}
    assert run(home, "split", address(other)).code == 0
    for before in (one, other):
        assert entries(home, run, before["customer"]["id"]) == before


def test_undo(home: Path, run: Run) -> None:
    one, other = two(home, run)
    run(home, "join", one["customer"]["id"], other["customer"]["id"])
    said = run(home, "undo")
    assert (said.code, "the join was taken back" in said.err) == (0, True)
    assert entries(home, run, other["customer"]["id"]) == other
    again = run(home, "undo")
    assert (again.code, "nothing was joined or split" in again.err) == (2, True)


def test_a_pair_that_is_none_is_not_suggested_again(home: Path, run: Run) -> None:
    everyone = [row["customer_id"] for row in run(home, "inbox", "--all", "--json").json]
    maybe = {
        one: found[0] for one in everyone if (found := entries(home, run, one)["customer"]["suggestions"])
    }
    assert maybe, "the sample has somebody who may be somebody else"
    one, found = next(iter(maybe.items()))
    assert found["reasons"]
    assert run(home, "apart", one, found["customer_id"]).code == 0
    assert entries(home, run, one)["customer"]["suggestions"] == []
    assert run(home, "apart", one, found["customer_id"], "--undo").code == 0
    assert entries(home, run, one)["customer"]["suggestions"] == [found]


def test_a_shared_address_says_so(home: Path, run: Run) -> None:
    one, _ = two(home, run)
    said = run(home, "share", address(one), "--json")
    assert said.json["identities"][0]["shared"] is True
    said = run(home, "share", address(one), "--undo", "--json")
    assert said.json["identities"][0]["shared"] is False


def test_slips_are_explained(home: Path, run: Run) -> None:
    one, _ = two(home, run)
    assert run(home, "join", one["customer"]["id"], one["customer"]["id"]).code == 2
    assert "is no address" in run(home, "split", "not an address").err
    assert run(home, "split", "nobody@example.net").code == 1
