"""Vehicles, how far files of them were read, and who looked one up; found by bytes, not by words."""

from tortoise import migrations
from tortoise.migrations import operations as ops
from tortoise.fields.base import OnDelete
from uuid import uuid4
from tortoise import fields
from tortoise.indexes import Index

_AS_BYTES = {
    "vehicle": (("plate", 16), ("place", 160)),
    "vehicle_import": (("place", 160),),
    "vehicle_look_up": (("place", 160),),
}


async def _sort_as_bytes(_apps, schema_editor):
    """Give paths and plates the order of bytes on PostgreSQL; see 0002. It is the faster one too."""
    if schema_editor.client.capabilities.dialect != "postgres":
        return
    for table, columns in _AS_BYTES.items():
        changes = ", ".join(
            f'ALTER COLUMN "{column}" TYPE varchar({length}) COLLATE "C"'
            for column, length in columns
        )
        await schema_editor.client.execute_script(f'ALTER TABLE "{table}" {changes}')


class Migration(migrations.Migration):
    dependencies = [('core', '0003_find_revoked_tokens')]

    initial = False

    operations = [
        ops.CreateModel(
            name='Vehicle',
            fields=[
                ('id', fields.BigIntField(generated=True, primary_key=True, unique=True, db_index=True)),
                ('place', fields.CharField(max_length=160)),
                ('plate', fields.CharField(max_length=16)),
                ('make', fields.CharField(max_length=60)),
                ('model', fields.CharField(max_length=80)),
                ('colour', fields.CharField(max_length=40)),
                ('vehicle_class', fields.CharField(max_length=60)),
                ('fuel', fields.CharField(null=True, max_length=40)),
                ('valid_until', fields.DateField(null=True)),
                ('stolen', fields.BooleanField(default=False)),
                ('towed_to', fields.CharField(null=True, max_length=120)),
                ('towed_at', fields.DatetimeField(null=True, auto_now=False, auto_now_add=False)),
                ('owner', fields.CharField(null=True, max_length=200)),
            ],
            options={'table': 'vehicle', 'app': 'core', 'unique_together': (('plate', 'place'),), 'pk_attr': 'id', 'table_description': 'A vehicle as the register of a place, mostly a state, has it.'},
            bases=['Model'],
        ),
        ops.CreateModel(
            name='VehicleImport',
            fields=[
                ('id', fields.UUIDField(primary_key=True, default=uuid4, unique=True, db_index=True)),
                ('place', fields.CharField(max_length=160)),
                ('fingerprint', fields.CharField(max_length=64)),
                ('bytes_done', fields.BigIntField()),
                ('lines_done', fields.BigIntField()),
                ('rows_done', fields.BigIntField()),
                ('rows_refused', fields.BigIntField()),
                ('refused_bytes', fields.BigIntField()),
                ('at', fields.DatetimeField(auto_now=False, auto_now_add=False)),
            ],
            options={'table': 'vehicle_import', 'app': 'core', 'unique_together': (('fingerprint', 'place'),), 'pk_attr': 'id', 'table_description': 'How far a file of vehicles was read into the register of a place.'},
            bases=['Model'],
        ),
        ops.CreateModel(
            name='VehicleLookUp',
            fields=[
                ('id', fields.UUIDField(primary_key=True, default=uuid4, unique=True, db_index=True)),
                ('officer', fields.ForeignKeyField('core.Officer', source_field='officer_id', db_constraint=True, to_field='id', related_name='vehicle_look_ups', on_delete=OnDelete.RESTRICT)),
                ('place', fields.CharField(max_length=160)),
                ('plate', fields.CharField(max_length=16)),
                ('reason', fields.TextField(unique=False)),
                ('at', fields.DatetimeField(auto_now=False, auto_now_add=False)),
            ],
            options={'table': 'vehicle_look_up', 'app': 'core', 'indexes': [Index(fields=['place', 'at'])], 'pk_attr': 'id', 'table_description': 'That an officer looked a vehicle up, and why: a line of the audit log.'},
            bases=['Model'],
        ),
        ops.RunPython(_sort_as_bytes, ops.RunPython.noop),
    ]
