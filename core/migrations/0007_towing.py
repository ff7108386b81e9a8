"""Keep where vehicles were towed to; each stands in one yard of a city at a time."""

from tortoise import migrations
from tortoise.migrations import operations as ops
from tortoise.fields.base import OnDelete
from uuid import uuid4
from tortoise import fields
from tortoise.indexes import Index

_ONE_AT_A_TIME = (
    "CREATE UNIQUE INDEX idx_towing_of_standing ON towing (city, plate) WHERE released_at IS NULL"
)


async def _complete(_apps, schema_editor):
    """Give paths and plates the order of bytes on PostgreSQL (see 0002), and the rule its index."""
    if schema_editor.client.capabilities.dialect == "postgres":
        changes = ", ".join(
            f'ALTER COLUMN "{column}" TYPE varchar({length}) COLLATE "C"'
            for column, length in (("city", 160), ("place", 160), ("plate", 16))
        )
        await schema_editor.client.execute_script(f'ALTER TABLE "towing" {changes}')
    await schema_editor.client.execute_script(_ONE_AT_A_TIME)


class Migration(migrations.Migration):
    dependencies = [('core', '0006_advisories')]

    initial = False

    operations = [
        ops.CreateModel(
            name='Towing',
            fields=[
                ('id', fields.UUIDField(primary_key=True, default=uuid4, unique=True, db_index=True)),
                ('city', fields.CharField(max_length=160)),
                ('place', fields.CharField(max_length=160)),
                ('plate', fields.CharField(max_length=16)),
                ('yard', fields.CharField(max_length=120)),
                ('note', fields.TextField(unique=False)),
                ('towed_at', fields.DatetimeField(auto_now=False, auto_now_add=False)),
                ('officer', fields.ForeignKeyField('core.Officer', source_field='officer_id', db_constraint=True, to_field='id', related_name='towings', on_delete=OnDelete.RESTRICT)),
                ('released_at', fields.DatetimeField(null=True, auto_now=False, auto_now_add=False)),
                ('released_by', fields.ForeignKeyField('core.Officer', source_field='released_by_id', null=True, db_constraint=True, to_field='id', related_name='releases', on_delete=OnDelete.RESTRICT)),
            ],
            options={'table': 'towing', 'app': 'core', 'indexes': [Index(fields=['plate', 'towed_at']), Index(fields=['city', 'towed_at', 'id'])], 'pk_attr': 'id', 'table_description': 'That a vehicle was taken to a yard, and handed back.'},
            bases=['Model'],
        ),
        ops.RunPython(_complete, ops.RunPython.noop),
    ]
