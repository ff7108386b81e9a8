"""Keep what police tell citizens, and find its lines in a city's log."""

from tortoise import migrations
from tortoise.migrations import operations as ops
from core.storage.migration_operations import EnumGains
from core.cap import CapCategory, CapStatus, Certainty, Severity
from core.cap import Urgency
from core.advisories.states import AdvisoryState
from core.log.transitions import ActionKind
from orjson import loads
from tortoise.fields.base import OnDelete
from tortoise.fields.data import JSON_DUMPS
from uuid import uuid4
from tortoise import fields
from tortoise.indexes import Index

_FIND_LINES = (
    "CREATE INDEX idx_event_of_advisories ON event (city, number) WHERE advisory_id IS NOT NULL"
)


async def _find(_apps, schema_editor):
    """Give paths the order of bytes on PostgreSQL (see 0002), and the lines an index of their own."""
    if schema_editor.client.capabilities.dialect == "postgres":
        changes = ", ".join(
            f'ALTER COLUMN "{column}" TYPE varchar(160) COLLATE "C"' for column in ("city", "place")
        )
        await schema_editor.client.execute_script(f'ALTER TABLE "advisory" {changes}')
    await schema_editor.client.execute_script(_FIND_LINES)


class Migration(migrations.Migration):
    dependencies = [('core', '0005_escalation')]

    initial = False

    operations = [
        ops.CreateModel(
            name='Advisory',
            fields=[
                ('id', fields.UUIDField(primary_key=True, default=uuid4, unique=True, db_index=True)),
                ('city', fields.CharField(max_length=160)),
                ('place', fields.CharField(max_length=160)),
                ('kind', fields.CharField(max_length=64)),
                ('category', fields.CharEnumField(description='GEO: GEO\nMET: MET\nSAFETY: SAFETY\nSECURITY: SECURITY\nRESCUE: RESCUE\nFIRE: FIRE\nHEALTH: HEALTH\nENV: ENV\nTRANSPORT: TRANSPORT\nINFRA: INFRA\nCBRNE: CBRNE\nOTHER: OTHER', enum_type=CapCategory, max_length=20)),
                ('urgency', fields.CharEnumField(description='IMMEDIATE: IMMEDIATE\nEXPECTED: EXPECTED\nFUTURE: FUTURE', enum_type=Urgency, max_length=20)),
                ('severity', fields.CharEnumField(description='EXTREME: EXTREME\nSEVERE: SEVERE\nMODERATE: MODERATE\nMINOR: MINOR\nUNKNOWN: UNKNOWN', enum_type=Severity, max_length=20)),
                ('certainty', fields.CharEnumField(description='OBSERVED: OBSERVED\nLIKELY: LIKELY\nPOSSIBLE: POSSIBLE\nUNLIKELY: UNLIKELY\nUNKNOWN: UNKNOWN', enum_type=Certainty, max_length=20)),
                ('status', fields.CharEnumField(description='ACTUAL: ACTUAL\nEXERCISE: EXERCISE\nTEST: TEST', enum_type=CapStatus, max_length=20)),
                ('state', fields.CharEnumField(description='ISSUED: ISSUED\nWITHDRAWN: WITHDRAWN', enum_type=AdvisoryState, max_length=20)),
                ('texts', fields.JSONField(encoder=JSON_DUMPS, decoder=loads)),
                ('latitude', fields.FloatField(null=True)),
                ('longitude', fields.FloatField(null=True)),
                ('radius', fields.FloatField(null=True)),
                ('web', fields.CharField(null=True, max_length=300)),
                ('contact', fields.CharField(null=True, max_length=200)),
                ('issued_at', fields.DatetimeField(auto_now=False, auto_now_add=False)),
                ('onset_at', fields.DatetimeField(null=True, auto_now=False, auto_now_add=False)),
                ('expires_at', fields.DatetimeField(auto_now=False, auto_now_add=False)),
                ('updated_at', fields.DatetimeField(auto_now=False, auto_now_add=False)),
            ],
            options={'table': 'advisory', 'app': 'core', 'indexes': [Index(fields=['place', 'issued_at', 'id']), Index(fields=['place', 'expires_at'])], 'pk_attr': 'id', 'table_description': 'What police tell the citizens of a place, in terms of CAP 1.2, with `texts` by language.'},
            bases=['Model'],
        ),
        ops.AlterModelOptions(
            name='Action',
            options={'table': 'action', 'app': 'core', 'indexes': [Index(fields=['report_id', 'at']), Index(fields=['alert_id', 'at']), Index(fields=['advisory_id', 'at'])], 'pk_attr': 'id', 'table_description': 'What somebody did about a report, alert or advisory: the only way that states change.'},
        ),
        EnumGains(
            model_name='Action',
            name='kind',
            field=fields.CharEnumField(description='SUBMIT: SUBMIT\nACKNOWLEDGE: ACKNOWLEDGE\nASSIGN: ASSIGN\nDISPATCH: DISPATCH\nARRIVE: ARRIVE\nACT: ACT\nREJECT: REJECT\nREFER: REFER\nASK: ASK\nNOTE: NOTE\nANSWER: ANSWER\nADD: ADD\nREOPEN: REOPEN\nRAISE: RAISE\nLOCATE: LOCATE\nCANCEL: CANCEL\nFALSE_ALARM: FALSE_ALARM\nESCALATE: ESCALATE\nISSUE: ISSUE\nAMEND: AMEND\nWITHDRAW: WITHDRAW', enum_type=ActionKind, max_length=20),
        ),
        ops.AddField(
            model_name='Action',
            name='advisory',
            field=fields.ForeignKeyField('core.Advisory', source_field='advisory_id', null=True, db_constraint=True, to_field='id', related_name='actions', on_delete=OnDelete.CASCADE),
        ),
        ops.AddIndex(
            model_name='Action',
            index=Index(fields=['advisory_id', 'at']),
        ),
        ops.AddField(
            model_name='Event',
            name='advisory',
            field=fields.ForeignKeyField('core.Advisory', source_field='advisory_id', null=True, db_constraint=True, to_field='id', related_name='events', on_delete=OnDelete.CASCADE),
        ),
        ops.RunPython(_find, ops.RunPython.noop),
    ]
