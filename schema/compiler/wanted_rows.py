"""What a selection reads of rows, gathered field by field."""

from tortoise.models import Model

from core.storage.rows import Wanted


class WantedRows:
    """What is wanted of a model's rows, while the selection is being read."""

    def __init__(self, model: type[Model]) -> None:
        self.model = model
        self.columns: set[str] = set()
        self.relations: dict[str, WantedRows] = {}

    def relation(self, name: str, model: type[Model]) -> "WantedRows":
        """Return what is wanted of the rows of a relation."""
        return self.relations.setdefault(name, WantedRows(model))

    def built(self) -> Wanted:
        """Return it for the loader, in a fixed order."""
        relations = tuple((name, rows.built()) for name, rows in sorted(self.relations.items()))
        return Wanted(self.model, tuple(sorted(self.columns)), relations)
