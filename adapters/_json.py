"""Reading JSON that strangers wrote: what is not there, or is of another kind, is empty, and nothing is raised."""

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

NEVER = datetime(9999, 1, 1, tzinfo=UTC)  # the time of what bears none: filing makes it now


def value(told: object, *path: str) -> Any:
    """What stands at the end of a path of keys; None for nothing."""
    for key in path:
        told = told.get(key) if isinstance(told, Mapping) else None
    return told


def text(told: object, *path: str) -> str:
    """The text at the end of a path; else the empty one."""
    found = value(told, *path)
    return found if isinstance(found, str) else ""


def table(told: object, *path: str) -> Mapping[str, Any]:
    """The object at the end of a path; else an empty one."""
    found = value(told, *path)
    return found if isinstance(found, Mapping) else {}


def rows(told: object, *path: str) -> list[Mapping[str, Any]]:
    """The objects in the list at the end of a path; what else is in it is left out."""
    found = value(told, *path)
    return [item for item in found if isinstance(item, Mapping)] if isinstance(found, list) else []


def number(told: object, *path: str) -> float | None:
    """The number at the end of a path, if it is one that counts something."""
    found = value(told, *path)
    if isinstance(found, bool) or not isinstance(found, int | float) or not 0 <= found < 1e15:
        return None
    return float(found)


def moment(told: object, *path: str) -> datetime:
    """The milliseconds since 1970 at the end of a path, as a time; `NEVER` for none."""
    found = number(told, *path)
    try:
        return NEVER if found is None else datetime.fromtimestamp(found / 1000, UTC)
    except (ValueError, OverflowError, OSError):
        return NEVER
