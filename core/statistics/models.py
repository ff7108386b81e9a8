"""Tables of public statistics."""

from tortoise import fields
from tortoise.models import Model

from core.paths import MAX_PATH_LENGTH
from core.statistics.disclosure import Part


class ClosedMonths(Model):
    """The last day for which the public statistics of a city are fixed."""

    city = fields.CharField(max_length=MAX_PATH_LENGTH, primary_key=True)
    through = fields.DateField()

    class Meta(Model.Meta):
        table = "closed_months"


class PublicCount(Model):
    """The public count of a closed month, or of a station or category in it.

    `partial` is 1 if other parts of the month are withheld. Withheld counts are null.
    """

    id = fields.BigIntField(primary_key=True)
    city = fields.CharField(max_length=MAX_PATH_LENGTH)
    month = fields.DateField()
    part = fields.CharEnumField(Part, max_length=10)
    key = fields.CharField(max_length=MAX_PATH_LENGTH)
    partial: fields.Field[int] = fields.SmallIntField()
    registered: fields.Field[int | None] = fields.IntField(null=True)
    acted_upon: fields.Field[int | None] = fields.IntField(null=True)

    class Meta(Model.Meta):
        table = "public_count"
        unique_together = (("city", "month", "part", "key"),)
