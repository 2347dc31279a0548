"""What will become of the records of a write, before anything is written. Raises Conflict; changes nothing."""

from collections.abc import Sequence

from agent_tui.core.errors import Conflict
from agent_tui.core.model import (
    Delivery,
    Document,
    Fact,
    Message,
    Record,
)
from agent_tui.core.store import Written
from storage import codec
from storage.catalog import Catalog
from storage.catalog_read import external


class Plan:
    """Holds records against the catalog, and against those before them in the same write."""

    def __init__(self, catalog: Catalog) -> None:
        self._catalog = catalog
        self._facts: set[str] = set()
        self._names: dict[tuple[str, str], str] = {}
        self._revisions: dict[tuple[str, str], int] = {}

    def of(self, records: Sequence[Record]) -> list[Written]:
        """The outcome of each, in order."""
        return [self._fact(r) if isinstance(r, codec.FACTS) else self._document(r) for r in records]

    def _fact(self, fact: Fact) -> Written:
        twin = self._twin(fact)
        if twin is None:
            self._facts.add(fact.id)
            self._note_name(fact)
        return Written(id=fact.id, duplicate_of=twin)

    def _twin(self, fact: Fact) -> str | None:
        known = self._catalog.value("SELECT 1 FROM entry WHERE id = ?", fact.id)
        if known or fact.id in self._facts:
            return fact.id
        if not isinstance(fact, Message) or not fact.external_id:
            return None
        name = (fact.channel, fact.external_id)
        return self._names.get(name) or external(self._catalog, *name)

    def _document(self, document: Document) -> Written:
        key = (codec.table(type(document)), document.id)
        if key not in self._revisions:
            sql = "SELECT rev FROM document WHERE kind = ? AND id = ?"
            self._revisions[key] = self._catalog.value(sql, *key) or 0
        kept = self._revisions[key]
        if document.rev != kept + 1:
            raise Conflict(f"the {key[0]} {document.id} is at {kept}, not {document.rev - 1}")
        self._revisions[key] = document.rev
        self._note_name(document)
        return Written(id=document.id)

    def _note_name(self, record: Record) -> None:
        if isinstance(record, Message | Delivery) and record.external_id:
            self._names.setdefault((record.channel, record.external_id), record.id)
