"""Index when tokens were revoked, for a process asks every second which ones newly were."""

from tortoise import migrations
from tortoise.migrations import operations as ops
from tortoise.indexes import Index

class Migration(migrations.Migration):
    dependencies = [('core', '0002_paths_sort_as_bytes')]

    initial = False

    operations = [
        ops.AddIndex(
            model_name='OfficerToken',
            index=Index(fields=['revoked_at']),
        ),
    ]
