"""Give paths the order of bytes on PostgreSQL, on which the prefix test as a range rests."""

from tortoise import migrations
from tortoise.migrations import operations as ops

_PATHS = {
    "city_log": ("city",),
    "officer": ("place",),
    "report": ("city", "place"),
    "alert": ("city", "place"),
    "event": ("city", "place", "previous_place"),
}


async def _sort_as_bytes(_apps, schema_editor):
    if schema_editor.client.capabilities.dialect != "postgres":
        return
    for table, columns in _PATHS.items():
        changes = ", ".join(
            f'ALTER COLUMN "{column}" TYPE varchar(160) COLLATE "C"' for column in columns
        )
        await schema_editor.client.execute_script(f'ALTER TABLE "{table}" {changes}')


class Migration(migrations.Migration):
    dependencies = [("core", "0001_initial")]
    operations = [ops.RunPython(_sort_as_bytes, ops.RunPython.noop)]
