"""An invitation (text/calendar, RFC 5545) as a few lines a person can read. Nothing is accepted or answered here."""

import re

from agent_tui.core.text import clean_line

_MAX_LENGTH = 200_000
_MAX_EVENTS = 20
_FOLD = re.compile(r"\r?\n[ \t]")
_LINE = re.compile(r"([A-Za-z-]+)((?:;[^:\r\n\"]*(?:\"[^\"\r\n]*\")?)*):(.*)")
_STAMP = re.compile(r"(\d{4})(\d\d)(\d\d)(?:T(\d\d)(\d\d)(?:\d\d)?(Z)?)?")
_Event = dict[str, tuple[str, str]]
"""Parameters and value of each property, by name."""

_TITLES = {"REQUEST": "Invitation", "CANCEL": "Cancelled", "REPLY": "Answer to an invitation"}


def summary(text: str) -> str:
    """What, when, where and who of each event; empty when there is none."""
    lines = [_LINE.match(line) for line in _FOLD.sub("", text[:_MAX_LENGTH]).splitlines()]
    method, events = "", list[_Event]()
    current: _Event | None = None
    for line in filter(None, lines):
        name, parameters, value = line[1].upper(), line[2], line[3].strip()
        if (name, value.upper()) == ("BEGIN", "VEVENT") and len(events) < _MAX_EVENTS:
            current = {}
            events.append(current)
        elif (name, value.upper()) == ("END", "VEVENT"):
            current = None
        elif current is not None:
            current.setdefault(name, (parameters, value))
        elif name == "METHOD":
            method = value.upper()
    return "\n\n".join(_event(method, event) for event in events)


def _event(method: str, event: _Event) -> str:
    title = _TITLES.get(method, "Event")
    return "\n".join(
        f"{label}: {value}"
        for label, value in (
            (title, _text(event, "SUMMARY") or "(no title)"),
            ("When", _when(event)),
            ("Where", _text(event, "LOCATION")),
            ("From", _text(event, "ORGANIZER").removeprefix("mailto:").removeprefix("MAILTO:")),
            ("Answer", _answer(event) if method == "REPLY" else ""),
        )
        if value
    )


def _text(event: _Event, name: str) -> str:
    value = event.get(name, ("", ""))[1]
    return clean_line(re.sub(r"\\(.)", lambda m: " " if m[1] in "nN" else m[1], value))[:300]


def _when(event: _Event) -> str:
    start, end = _stamp(event, "DTSTART"), _stamp(event, "DTEND")
    if start and end and start[:10] == end[:10]:
        end = end[11:]
    zone = re.search(r"TZID=\"?([^;:\"]+)", event.get("DTSTART", ("", ""))[0], re.IGNORECASE)
    span = f"{start} to {end}" if end and end != start else start
    return f"{span} ({clean_line(zone[1])[:60]})" if zone and span else span


def _stamp(event: _Event, name: str) -> str:
    found = _STAMP.match(event.get(name, ("", ""))[1])
    if not found:
        return ""
    year, month, day, hour, minute, utc = found.groups()
    time = f" {hour}:{minute}{' UTC' if utc else ''}" if hour else ""
    return f"{year}-{month}-{day}{time}"


def _answer(event: _Event) -> str:
    parameters, who = event.get("ATTENDEE", ("", ""))
    said = re.search(r"PARTSTAT=([A-Za-z-]+)", parameters, re.IGNORECASE)
    return clean_line(f"{who.partition(':')[2] or who} {said[1].lower() if said else ''}")[:200]
