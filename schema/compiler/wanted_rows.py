"""Collecting the columns and relations that a selection reads."""

from tortoise.models import Model

from core.storage.rows import Wanted


class WantedRows:
    """The wanted columns and relations of a model's rows, collected field by field."""

    def __init__(self, model: type[Model]) -> None:
        self.model = model
        self.columns: set[str] = set()
        self.relations: dict[str, WantedRows] = {}

    def relation(self, name: str, model: type[Model]) -> "WantedRows":
        """Return the collector for the rows of a relation."""
        return self.relations.setdefault(name, WantedRows(model))

    def built(self) -> Wanted:
        """Return the collected columns and relations, in a fixed order."""
        relations = tuple((name, rows.built()) for name, rows in sorted(self.relations.items()))
        return Wanted(self.model, tuple(sorted(self.columns)), relations)
