"""Refer to what an action, event or file is about by its kind and id; give each a version.

A column for each kind of subject would grow with every one that is added.
"""

from tortoise import fields, migrations
from tortoise.indexes import Index
from tortoise.migrations import operations as ops

from core.storage.migration_operations import FieldAdded, FieldDropped, OptionsChanged

_COLUMNS = {"report_id": "Report", "alert_id": "Alert", "advisory_id": "Advisory"}
_TABLES = {
    "action": ("report_id", "alert_id", "advisory_id"),
    "event": ("report_id", "alert_id", "advisory_id"),
    "media": ("report_id",),
}
_ORDERED = ("action", "event")
_VERSIONED = ("report", "alert", "advisory")
_OF_ADVISORIES = (
    "CREATE INDEX idx_event_of_advisories ON event (city, number) WHERE subject_type = 'Advisory'"
)


async def _refer(_apps, schema_editor):
    client = schema_editor.client
    postgres = client.capabilities.dialect == "postgres"
    for table, columns in _TABLES.items():
        for statement in _filling(table, columns, postgres):
            await client.execute_script(statement)
        for column in columns:
            if not postgres:
                await _drop_indexes(client, table, column)
            await client.execute_script(f'ALTER TABLE "{table}" DROP COLUMN "{column}"')
        indexed = "subject_id, number" if table in _ORDERED else "subject_id"
        await client.execute_script(f"CREATE INDEX idx_{table}_of_subject ON {table} ({indexed})")
    await client.execute_script(_OF_ADVISORIES)
    for table in _VERSIONED:
        # The number that an action has is that of its event in the log of the subject's own city.
        await client.execute_script(
            f"UPDATE {table} SET version = coalesce((SELECT max(number) FROM action "
            f"WHERE action.subject_id = {table}.id), 0)"
        )


def _filling(table, columns, postgres):
    empty = "" if postgres else " NOT NULL DEFAULT ''"
    own = "uuid" if postgres else "CHAR(36)"
    yield f"ALTER TABLE {table} ADD COLUMN subject_type VARCHAR(20){empty}"
    yield f"ALTER TABLE {table} ADD COLUMN subject_id {own}{empty}"
    for column in columns:
        yield (
            f"UPDATE {table} SET subject_type = '{_COLUMNS[column]}', subject_id = {column} "
            f"WHERE {column} IS NOT NULL"
        )
    if postgres:
        yield (
            f"ALTER TABLE {table} ALTER COLUMN subject_type SET NOT NULL, "
            "ALTER COLUMN subject_id SET NOT NULL"
        )


async def _drop_indexes(client, table, column):
    """Drop the indexes that name a column: SQLite drops no column before."""
    found = await client.execute_query_dict(
        "SELECT name FROM sqlite_master WHERE type = 'index' "
        f"AND tbl_name = '{table}' AND sql LIKE '%{column}%'"
    )
    for index in found:
        await client.execute_script(f'DROP INDEX "{index["name"]}"')


class Migration(migrations.Migration):
    dependencies = [('core', '0010_order_and_months')]

    initial = False

    operations = [
        *(
            ops.AddField(
                model_name=name,
                name='version',
                field=fields.BigIntField(db_default=0),
            )
            for name in ('Report', 'Alert', 'Advisory')
        ),
        ops.RunPython(_refer, ops.RunPython.noop),
        *(
            FieldAdded(model_name=name, name='subject_type', field=fields.CharField(max_length=20))
            for name in ('Action', 'Event', 'Media')
        ),
        *(
            FieldAdded(model_name=name, name='subject_id', field=fields.UUIDField())
            for name in ('Action', 'Event', 'Media')
        ),
        *(
            FieldDropped(model_name=name, name=relation)
            for name, relations in (
                ('Action', ('report', 'alert', 'advisory')),
                ('Event', ('report', 'alert', 'advisory')),
                ('Media', ('report',)),
            )
            for relation in relations
        ),
        OptionsChanged(
            name='Action',
            options={'table': 'action', 'app': 'core', 'indexes': [Index(fields=['subject_id', 'number'])], 'pk_attr': 'id', 'table_description': 'What somebody did about a subject: the only way that its state changes.'},
        ),
        OptionsChanged(
            name='Event',
            options={'table': 'event', 'app': 'core', 'unique_together': (('city', 'number'),), 'indexes': [Index(fields=['subject_id', 'number'])], 'pk_attr': 'id', 'table_description': "One line of a city's log, numbered per city without gaps."},
        ),
        OptionsChanged(
            name='Media',
            options={'table': 'media', 'app': 'core', 'indexes': [Index(fields=['subject_id']), Index(fields=['action_id'])], 'pk_attr': 'id', 'table_description': 'A cleaned photo, video or voice note that belongs to a subject, such as a report.'},
        ),
    ]
