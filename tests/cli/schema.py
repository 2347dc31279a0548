"""The contract's JSON, written down once more: which fields there are, and what each may hold."""

import re
from collections.abc import Callable
from typing import Any

TIME = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z")
ADDRESS = re.compile(r"(email|phone|telegram|matrix|web|channel|quarantine):.+")

Rule = Callable[[Any], bool]


def text(value: Any) -> bool:
    return isinstance(value, str)


def some(value: Any) -> bool:
    return isinstance(value, str) and value != ""


def number(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


def count(value: Any) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and value >= 0


def flag(value: Any) -> bool:
    return isinstance(value, bool)


def time(value: Any) -> bool:
    return isinstance(value, str) and TIME.fullmatch(value) is not None


def address(value: Any) -> bool:
    return isinstance(value, str) and ADDRESS.fullmatch(value) is not None


def maybe(rule: Rule) -> Rule:
    return lambda value: value is None or rule(value)


def one_of(*words: str) -> Rule:
    return lambda value: value in words


def each(rule: Rule) -> Rule:
    return lambda value: isinstance(value, list) and all(map(rule, value))


def table(**fields: Rule) -> Rule:
    """A table that has all of these fields; it may have more."""

    def holds(value: Any) -> bool:
        assert isinstance(value, dict), value
        for name, rule in fields.items():
            assert name in value, f"{name} is missing in {value}"
            assert rule(value[name]), f"{name} = {value[name]!r}"
        return True

    return holds


STATE = one_of("open", "snoozed", "done")
MEDIUM = one_of("email", "sms", "chat", "web")
DELIVERY = one_of("queued", "sending", "sent", "delivered", "read", "failed", "unsure")

LAST = table(entry_id=some, medium=MEDIUM, channel=some, direction=one_of("in", "out"), at=time, snippet=text)
INBOX = each(
    table(
        customer_id=some,
        name=some,
        state=STATE,
        waiting_since=maybe(time),
        unread=count,
        assigned_to=maybe(some),
        priority=number,
        reasons=each(some),
        promised_by=maybe(time),
        last=maybe(LAST),
    )
)
CUSTOMER = table(
    id=some,
    name=some,
    company=text,
    importance=count,
    tags=each(some),
    notes_pinned=each(some),
    pinned_from=lambda value: isinstance(value, dict) and all(map(some, value.values())),
    satisfaction=maybe(count),
    satisfaction_at=maybe(time),
    preferred_channel=maybe(some),
    state=STATE,
    waiting_since=maybe(time),
    promised_by=maybe(time),
    assigned_to=maybe(some),
    first_seen=time,
    promises=table(kept=count, broken=count, open=lambda value: value in (0, 1)),
    identities=each(
        table(
            scheme=one_of("email", "phone", "telegram", "matrix", "web"),
            value=some,
            evidence=one_of("claimed", "observed", "confirmed"),
            shared=flag,
        )
    ),
)
MESSAGE = table(
    id=some,
    at=time,
    medium=MEDIUM,
    channel=some,
    direction=one_of("in", "out"),
    author=table(name=text, address=address),
    to=each(address),
    cc=each(address),
    subject=text,
    text=text,
    quoted=text,
    external_id=text,
    in_reply_to=maybe(some),
    attachments=each(table(name=some, media_type=some, size=count, digest=some)),
    delivery=maybe(DELIVERY),
    error=maybe(some),
)
NOTE = table(
    id=some,
    at=time,
    author=some,
    text=some,
    call=maybe(table(direction=one_of("in", "out"), minutes=maybe(count))),
)
ACTIVITY = table(id=some, at=time, author=maybe(some), kind=some, text=text)
ENTRIES = {"message": MESSAGE, "note": NOTE, "activity": ACTIVITY}


def entry(value: Any) -> bool:
    return ENTRIES[value["type"]](value)


SHOW = table(customer=CUSTOMER, entries=each(entry))
SEARCH = each(
    table(
        customer_id=some,
        name=some,
        entry_id=maybe(some),
        type=one_of("message", "note", "activity", "customer"),
        at=time,
        medium=maybe(MEDIUM),
        snippet=text,
    )
)
EARLIER = each(
    table(
        words=some,
        times=count,
        customer_id=some,
        name=some,
        question=text,
        question_id=some,
        asked_at=time,
        answer=text,
        answered_at=time,
        by=some,
        channel=some,
        medium=MEDIUM,
        entry_id=some,
    )
)
REPLY = table(id=some, customer_id=some, channel=some, to=each(address), delivery=DELIVERY, send_at=time)
SUMMARY = table(
    received=count,
    duplicates=count,
    unreadable=count,
    sent=count,
    failed=count,
    unsure=count,
    error=maybe(some),
)
IMPORT = table(
    new=count,
    updated=count,
    duplicates=count,
    possible_duplicates=count,
    rejected=each(table(path=some, row=maybe(count), reason=some)),
)
CHECK = each(table(name=some, kind=some, ok=flag, problem=maybe(some), remedy=maybe(some)))


def sync(value: Any) -> bool:
    return set(value) == {"channels"} and all(map(SUMMARY, value["channels"].values()))


_SPREAD = table(count=count, median_s=maybe(count), p90_s=maybe(count), longest_s=maybe(count))
TODAY = table(
    since=time,
    until=time,
    compared_with=each(time),
    messages=table(**{"in": count, "out": count, "in_before": count, "out_before": count}),
    wrote=count,
    wrote_before=count,
    channels=each(table(channel=some, **{"in": count, "out": count})),
    hours=each(table(hour=count, **{"in": count, "out": count})),
    first_response=_SPREAD,
    first_response_before=_SPREAD,
    answered_within=each(table(within=some, count=count)),
    waiting=_SPREAD,
    promises=table(made=count, kept=count, broken=count),
    tags=each(table(tag=some, now=count, before=count)),
    rising_since=time,
    rising=each(table(words=some, now=count, before=count)),
)
