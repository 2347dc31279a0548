"""How far folders are read: resumable at every step, nothing skipped, nothing old taken for new."""

import json
import random
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from adapters._imap_sync import (
    MAX_UID,
    Reach,
    arrival_criteria,
    arrivals,
    begin,
    dump,
    history_criteria,
    load,
    pack,
    pending,
    ranges,
    windows,
)

UIDS = st.sets(st.integers(1, MAX_UID), max_size=40)
REACH = Reach(validity=7, high=100, low=51, since="2026-10-22")


def test_a_cursor_is_read_back_as_it_was_written() -> None:
    reaches = {"INBOX": REACH, "Gesendet ü": Reach(validity=1, high=0, low=1, done=True)}
    assert load(dump(reaches)) == reaches


@pytest.mark.parametrize(
    "cursor",
    [None, "", "{", "[]", "7", '{"version":2,"folders":{}}', '{"version":1}', '{"version":1,"folders":[1]}',
     '{"version":1,"folders":{"INBOX":{"validity":"x"}}}',
     '{"version":1,"folders":{"INBOX":{"validity":1,"high":2,"low":1,"since":"soon","done":true}}}'],
)  # fmt: skip
def test_a_cursor_that_makes_no_sense_starts_over(cursor: str | None) -> None:
    assert load(cursor) == {}


def test_a_new_folder_starts_below_its_newest_message() -> None:
    reach = begin(None, validity=7, last=100, since=date(2026, 10, 22))
    assert reach == Reach(validity=7, high=100, low=101, since="2026-10-22", done=False)


def test_an_empty_folder_has_no_history() -> None:
    assert begin(None, validity=7, last=0, since=None).done


def test_a_known_folder_goes_on_where_it_was() -> None:
    assert begin(REACH, validity=7, last=200, since=date(2026, 11, 1)) is REACH


def test_a_new_numbering_starts_over() -> None:
    assert begin(REACH, validity=8, last=9, since=None) == Reach(validity=8, high=9, low=10)


def test_looking_further_back_reads_the_history_again() -> None:
    done = REACH.finished()
    for since, text in ((date(2026, 1, 1), "2026-01-01"), (None, "")):
        reach = begin(done, validity=7, last=200, since=since)
        assert (reach.low, reach.since, reach.done, reach.high) == (101, text, False, 100)
    everything = Reach(validity=7, high=100, low=1, since="", done=True)
    assert begin(everything, validity=7, last=200, since=date(2026, 1, 1)) is everything


@given(exists=st.integers(0, 5000), size=st.integers(1, 700))
def test_windows_cover_every_message_once_the_newest_first(exists: int, size: int) -> None:
    pieces = list(windows(exists, size))
    assert [n for low, high in pieces for n in range(high, low - 1, -1)] == list(range(exists, 0, -1))
    assert all(high - low < size for low, high in pieces)


def test_history_is_asked_for_within_its_bounds() -> None:
    assert history_criteria((1, 20), REACH) == ["1:20", "UID", "1:50", "SINCE", date(2026, 10, 22)]
    assert history_criteria((1, 20), Reach(validity=1, high=9, low=10)) == ["1:20", "UID", "1:9"]


def test_the_newest_message_is_not_new_though_it_matches() -> None:
    assert arrival_criteria(REACH) == ["UID", "101:*"]
    assert arrivals([100], REACH) == []
    assert arrivals([103, 101, 103, 100], REACH) == [101, 103]


def test_the_last_uid_there_can_be_is_survived() -> None:
    assert arrival_criteria(Reach(validity=1, high=MAX_UID, low=1)) == ["UID", f"{MAX_UID}:*"]


@given(UIDS)
def test_a_sequence_set_names_exactly_these(uids: set[int]) -> None:
    named: set[int] = set()
    for part in filter(None, ranges(uids).split(",")):
        low, _, high = part.partition(":")
        assert int(high or low) - int(low) < 50
        named |= set(range(int(low), int(high or low) + 1))
    assert named == uids


def test_a_sequence_set_is_short_for_runs() -> None:
    assert ranges([9, 3, 4, 5]) == "3:5,9"
    assert ranges([]) == ""


@given(sizes=st.lists(st.integers(0, 900), max_size=30), count=st.integers(1, 10), size=st.integers(0, 1000))
def test_a_page_keeps_to_its_bounds_but_always_moves_on(sizes: list[int], count: int, size: int) -> None:
    uids = list(range(1, len(sizes) + 1))
    page = pack(uids, dict(zip(uids, sizes, strict=True)), count=count, size=size)
    assert page == uids[: len(page)]
    assert len(page) <= count
    assert (len(page) >= 1) == bool(uids)
    assert len(page) == 1 or sum(sizes[uid - 1] for uid in page) <= size


@given(there=UIDS, later=UIDS, crashes=st.integers(0, 2**30))
def test_whatever_happens_everything_is_read_and_repeats_end_with_the_crash(
    there: set[int], later: set[int], crashes: int
) -> None:
    """A consumer that dies at any batch goes on from the last kept cursor; mail keeps coming meanwhile."""
    dice = random.Random(crashes)
    box = set(there)
    new = sorted(uid for uid in later if uid > max(there, default=0))
    kept: list[int] = []
    cursor = dump({"INBOX": begin(None, validity=1, last=max(there, default=0), since=None)})
    while True:
        reach = load(cursor)["INBOX"]
        fresh = arrivals(box, reach)
        old = [] if reach.done else pending(box, reach)
        page = fresh[:3] or old[:3]
        sunk = reach.sunk(page) if old[3:] else reach.sunk(page).finished()
        after = reach.risen(page) if fresh else sunk
        if reach.done and not page and not new:
            break
        if dice.random() < 0.3:
            continue  # died before it was kept: the next one starts from the same cursor
        kept += page
        cursor = dump({"INBOX": after})
        if new and dice.random() < 0.5:
            box.add(new.pop(0))
    assert sorted(kept) == sorted(box)


def test_the_cursor_is_plain_json_of_a_fixed_form() -> None:
    assert json.loads(dump({"INBOX": REACH})) == {
        "version": 1,
        "folders": {"INBOX": {"validity": 7, "high": 100, "low": 51, "since": "2026-10-22", "done": False}},
    }
