"""Pieces of the owner's files: what an importer reads, and what becomes history."""

from dataclasses import dataclass
from pathlib import Path

from agent_tui.core.channel import Progress, Received


@dataclass(frozen=True, slots=True, kw_only=True)
class Piece:
    """One piece of a file (`row` counts from 1 where a file holds several), or the reason why there is no event."""

    path: Path
    row: int | None = None
    event: Received | Progress | None = None
    reason: str = ""
