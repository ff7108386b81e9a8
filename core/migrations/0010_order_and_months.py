"""Order actions by the log's number; keep closed months and the runs of retention."""

from tortoise import migrations
from tortoise.migrations import operations as ops
from core.statistics.disclosure import Part
from orjson import loads
from tortoise.fields.data import JSON_DUMPS
from tortoise import fields
from tortoise.indexes import Index

_FILL = (
    "UPDATE action SET number = event.number FROM event "
    "WHERE event.action_id = action.id AND event.advisory_id IS NULL",
    # An advisory has a line in several logs: that of its own city counts.
    "UPDATE action SET number = event.number FROM event "
    "JOIN advisory ON advisory.id = event.advisory_id AND advisory.city = event.city "
    "WHERE event.action_id = action.id",
)
_PATHS = {"closed_months": ("city",), "public_count": ("city", "key")}


async def _number(_apps, schema_editor):
    for statement in _FILL:
        await schema_editor.client.execute_script(statement)


async def _sort_as_bytes(_apps, schema_editor):
    """Give paths the order of bytes on PostgreSQL (see 0002)."""
    if schema_editor.client.capabilities.dialect != "postgres":
        return
    for table, columns in _PATHS.items():
        changes = ", ".join(
            f'ALTER COLUMN "{column}" TYPE varchar(160) COLLATE "C"' for column in columns
        )
        await schema_editor.client.execute_script(f'ALTER TABLE "{table}" {changes}')


class Migration(migrations.Migration):
    dependencies = [('core', '0009_number_revocations')]

    initial = False

    operations = [
        ops.CreateModel(
            name='ClosedMonths',
            fields=[
                ('city', fields.CharField(primary_key=True, unique=True, db_index=True, max_length=160)),
                ('through', fields.DateField()),
            ],
            options={'table': 'closed_months', 'app': 'core', 'pk_attr': 'city', 'table_description': 'The last day up to which the public statistics of a city are fixed.'},
            bases=['Model'],
        ),
        ops.CreateModel(
            name='PublicCount',
            fields=[
                ('id', fields.BigIntField(generated=True, primary_key=True, unique=True, db_index=True)),
                ('city', fields.CharField(max_length=160)),
                ('month', fields.DateField()),
                ('part', fields.CharEnumField(description='WHOLE: WHOLE\nSTATION: STATION\nCATEGORY: CATEGORY', enum_type=Part, max_length=10)),
                ('key', fields.CharField(max_length=160)),
                ('partial', fields.SmallIntField()),
                ('registered', fields.IntField(null=True)),
                ('acted_upon', fields.IntField(null=True)),
            ],
            options={'table': 'public_count', 'app': 'core', 'unique_together': (('city', 'month', 'part', 'key'),), 'pk_attr': 'id', 'table_description': 'What anybody may know of a closed month, or of a station or category in it.'},
            bases=['Model'],
        ),
        ops.CreateModel(
            name='RetentionRun',
            fields=[
                ('name', fields.CharField(primary_key=True, unique=True, db_index=True, max_length=20)),
                ('at', fields.DatetimeField(auto_now=False, auto_now_add=False)),
                ('held', fields.JSONField(encoder=JSON_DUMPS, decoder=loads)),
            ],
            options={'table': 'retention_run', 'app': 'core', 'pk_attr': 'name', 'table_description': 'When retention last ran, by its own clock, and what it held back: one row.'},
            bases=['Model'],
        ),
        ops.RemoveIndex(
            model_name='Action',
            name=None,
            fields=['report_id', 'at'],
        ),
        ops.RemoveIndex(
            model_name='Action',
            name=None,
            fields=['alert_id', 'at'],
        ),
        ops.RemoveIndex(
            model_name='Action',
            name=None,
            fields=['advisory_id', 'at'],
        ),
        ops.AddField(
            model_name='Action',
            name='number',
            field=fields.BigIntField(db_default=0),
        ),
        ops.RunPython(_number, ops.RunPython.noop),
        ops.AddIndex(
            model_name='Action',
            index=Index(fields=['report_id', 'number']),
        ),
        ops.AddIndex(
            model_name='Action',
            index=Index(fields=['alert_id', 'number']),
        ),
        ops.AddIndex(
            model_name='Action',
            index=Index(fields=['advisory_id', 'number']),
        ),
        # 0006 wrote down the index of advisories twice, and made it once.
        ops.AlterModelOptions(
            name='Action',
            options={'table': 'action', 'app': 'core', 'indexes': [Index(fields=['report_id', 'number']), Index(fields=['alert_id', 'number']), Index(fields=['advisory_id', 'number'])], 'pk_attr': 'id', 'table_description': 'What somebody did about a report, alert or advisory: the only way that states change.'},
        ),
        ops.RunPython(_sort_as_bytes, ops.RunPython.noop),
    ]
