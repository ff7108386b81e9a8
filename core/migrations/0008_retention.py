"""Remember what was erased, and find what is to be."""

from tortoise import migrations
from tortoise.migrations import operations as ops
from core.storage.migration_operations import EnumGains
from core.log.transitions import ActionKind
from tortoise import fields

_FIND_OLD = (
    "CREATE INDEX idx_report_of_kept ON report (city, received_at) WHERE erased_at IS NULL",
    "CREATE INDEX idx_alert_of_kept ON alert (city, raised_at) WHERE erased_at IS NULL",
)


async def _find(_apps, schema_editor):
    for statement in _FIND_OLD:
        await schema_editor.client.execute_script(statement)


class Migration(migrations.Migration):
    dependencies = [('core', '0007_towing')]

    initial = False

    operations = [
        EnumGains(
            model_name='Action',
            name='kind',
            field=fields.CharEnumField(description='SUBMIT: SUBMIT\nACKNOWLEDGE: ACKNOWLEDGE\nASSIGN: ASSIGN\nDISPATCH: DISPATCH\nARRIVE: ARRIVE\nACT: ACT\nREJECT: REJECT\nREFER: REFER\nASK: ASK\nNOTE: NOTE\nANSWER: ANSWER\nADD: ADD\nREOPEN: REOPEN\nRAISE: RAISE\nLOCATE: LOCATE\nCANCEL: CANCEL\nFALSE_ALARM: FALSE_ALARM\nESCALATE: ESCALATE\nERASE: ERASE\nISSUE: ISSUE\nAMEND: AMEND\nWITHDRAW: WITHDRAW', enum_type=ActionKind, max_length=20),
        ),
        ops.AddField(
            model_name='Advisory',
            name='erased_at',
            field=fields.DatetimeField(null=True, auto_now=False, auto_now_add=False),
        ),
        ops.AddField(
            model_name='Alert',
            name='erased_at',
            field=fields.DatetimeField(null=True, auto_now=False, auto_now_add=False),
        ),
        ops.AddField(
            model_name='Report',
            name='erased_at',
            field=fields.DatetimeField(null=True, auto_now=False, auto_now_add=False),
        ),
        ops.RunPython(_find, ops.RunPython.noop),
    ]
