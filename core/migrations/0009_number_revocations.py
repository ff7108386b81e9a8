"""Number the revocations of tokens, for clocks of hosts differ."""

from tortoise import fields, migrations
from tortoise.indexes import Index
from tortoise.migrations import operations as ops

_NUMBER = (
    "UPDATE officer_token SET revocation = numbered.number FROM ("
    "SELECT id, row_number() OVER (ORDER BY revoked_at, id) AS number FROM officer_token "
    "WHERE revoked_at IS NOT NULL) AS numbered WHERE officer_token.id = numbered.id",
    "INSERT INTO revocation_log (id, last_number) "
    "SELECT 1, count(*) FROM officer_token WHERE revoked_at IS NOT NULL",
)


async def _number(_apps, schema_editor):
    for statement in _NUMBER:
        await schema_editor.client.execute_script(statement)


class Migration(migrations.Migration):
    dependencies = [('core', '0008_retention')]

    initial = False

    operations = [
        ops.CreateModel(
            name='RevocationLog',
            fields=[
                ('id', fields.SmallIntField(generated=False, primary_key=True, unique=True, db_index=True)),
                ('last_number', fields.BigIntField()),
            ],
            options={'table': 'revocation_log', 'app': 'core', 'pk_attr': 'id', 'table_description': 'The number of the last revocation: one row to lock when a token is revoked.'},
            bases=['Model'],
        ),
        ops.AddField(
            model_name='OfficerToken',
            name='revocation',
            field=fields.BigIntField(null=True),
        ),
        ops.AddIndex(
            model_name='OfficerToken',
            index=Index(fields=['revocation']),
        ),
        ops.RemoveIndex(
            model_name='OfficerToken',
            fields=['revoked_at'],
        ),
        ops.RunPython(_number, ops.RunPython.noop),
    ]
