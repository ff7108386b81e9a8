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
            name='Media',
            options={'table': 'media', 'app': 'core', 'indexes': [Index(fields=['subject_id']), Index(fields=['action_id'])], 'pk_attr': 'id', 'table_description': 'A cleaned photo, video or voice note that belongs to a subject, such as a report.'},
        ),
        OptionsChanged(
            name='Action',
            options={'table': 'action', 'app': 'core', 'indexes': [Index(fields=['subject_id', 'number'])], 'pk_attr': 'id', 'table_description': 'An action on a subject: the only way to change its state.'},
        ),
        OptionsChanged(
            name='Advisory',
            options={'table': 'advisory', 'app': 'core', 'indexes': [Index(fields=['place', 'issued_at', 'id']), Index(fields=['place', 'expires_at'])], 'pk_attr': 'id', 'table_description': 'An advisory to the citizens of a place, in the terms of CAP 1.2; `texts` are by language.'},
        ),
        OptionsChanged(
            name='ClosedMonths',
            options={'table': 'closed_months', 'app': 'core', 'pk_attr': 'city', 'table_description': 'The last day for which the public statistics of a city are fixed.'},
        ),
        OptionsChanged(
            name='Event',
            options={'table': 'event', 'app': 'core', 'unique_together': (('city', 'number'),), 'indexes': [Index(fields=['subject_id', 'number'])], 'pk_attr': 'id', 'table_description': "An event of a city's log, numbered per city without gaps."},
        ),
        OptionsChanged(
            name='IdempotencyRecord',
            options={'table': 'idempotency_record', 'app': 'core', 'pk_attr': 'key_hash', 'table_description': 'A used idempotency key and what it made, until it expires.'},
        ),
        OptionsChanged(
            name='Officer',
            options={'table': 'officer', 'app': 'core', 'pk_attr': 'id', 'table_description': 'A person or desk of the police.'},
        ),
        OptionsChanged(
            name='OfficerToken',
            options={'table': 'officer_token', 'app': 'core', 'indexes': [Index(fields=['revocation'])], 'pk_attr': 'id', 'table_description': 'The hash of a token with which an officer signs in.'},
        ),
        OptionsChanged(
            name='PublicCount',
            options={'table': 'public_count', 'app': 'core', 'unique_together': (('city', 'month', 'part', 'key'),), 'pk_attr': 'id', 'table_description': 'The public count of a closed month, or of a station or category in it.'},
        ),
        OptionsChanged(
            name='Report',
            options={'table': 'report', 'app': 'core', 'indexes': [Index(fields=['city', 'received_at', 'id']), Index(fields=['place', 'received_at', 'id']), Index(fields=['city', 'received_on'])], 'pk_attr': 'id', 'table_description': 'A report of an incident, without its sender.'},
        ),
        OptionsChanged(
            name='RetentionRun',
            options={'table': 'retention_run', 'app': 'core', 'pk_attr': 'name', 'table_description': 'The time of the last retention run, and what it did not erase: one row.'},
        ),
        OptionsChanged(
            name='RevocationLog',
            options={'table': 'revocation_log', 'app': 'core', 'pk_attr': 'id', 'table_description': 'The number of the last revocation: one row, which a revocation locks.'},
        ),
        OptionsChanged(
            name='Timer',
            options={'table': 'timer', 'app': 'core', 'pk_attr': 'id', 'table_description': 'The time of the next escalation step of a report or an alert; it survives a restart.'},
        ),
        OptionsChanged(
            name='Towing',
            options={'table': 'towing', 'app': 'core', 'indexes': [Index(fields=['plate', 'towed_at']), Index(fields=['city', 'towed_at', 'id'])], 'pk_attr': 'id', 'table_description': 'A vehicle towed to a yard, and its release.'},
        ),
        OptionsChanged(
            name='Upload',
            options={'table': 'upload', 'app': 'core', 'pk_attr': 'id', 'table_description': 'A cleaned file that was uploaded and is not claimed by a report yet.'},
        ),
        OptionsChanged(
            name='Vehicle',
            options={'table': 'vehicle', 'app': 'core', 'unique_together': (('plate', 'place'),), 'pk_attr': 'id', 'table_description': 'A vehicle in the imported register of a place, usually a state.'},
        ),
        OptionsChanged(
            name='VehicleImport',
            options={'table': 'vehicle_import', 'app': 'core', 'unique_together': (('fingerprint', 'place'),), 'pk_attr': 'id', 'table_description': 'The state of the import of a file into the register of a place.'},
        ),
        OptionsChanged(
            name='VehicleLookUp',
            options={'table': 'vehicle_look_up', 'app': 'core', 'indexes': [Index(fields=['place', 'at'])], 'pk_attr': 'id', 'table_description': "An entry of the audit log: an officer's look-up and its reason."},
        ),
    ]
