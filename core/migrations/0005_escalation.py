"""Remember whom to tell next of what nobody has acknowledged."""

from tortoise import migrations
from tortoise.migrations import operations as ops
from core.storage.migration_operations import EnumGains
from core.escalation.steps import EscalationSubject
from core.log.transitions import ActionKind, Actor
from uuid import uuid4
from tortoise import fields

class Migration(migrations.Migration):
    dependencies = [('core', '0004_vehicles')]

    initial = False

    operations = [
        ops.CreateModel(
            name='Timer',
            fields=[
                ('id', fields.UUIDField(primary_key=True, default=uuid4, unique=True, db_index=True)),
                ('city', fields.CharField(max_length=160)),
                ('subject', fields.CharEnumField(description='ALERT: ALERT\nREPORT: REPORT', enum_type=EscalationSubject, max_length=10)),
                ('subject_id', fields.UUIDField(unique=True)),
                ('since', fields.DatetimeField(auto_now=False, auto_now_add=False)),
                ('done', fields.IntField()),
                ('due_at', fields.DatetimeField(db_index=True, auto_now=False, auto_now_add=False)),
            ],
            options={'table': 'timer', 'app': 'core', 'pk_attr': 'id', 'table_description': 'When somebody must be told that a report or an alert still waits: it survives a restart.'},
            bases=['Model'],
        ),
        EnumGains(
            model_name='Action',
            name='actor',
            field=fields.CharEnumField(description='REPORTER: REPORTER\nOWNER: OWNER\nPOLICE: POLICE\nSYSTEM: SYSTEM', enum_type=Actor, max_length=20),
        ),
        EnumGains(
            model_name='Action',
            name='kind',
            field=fields.CharEnumField(description='SUBMIT: SUBMIT\nACKNOWLEDGE: ACKNOWLEDGE\nASSIGN: ASSIGN\nDISPATCH: DISPATCH\nARRIVE: ARRIVE\nACT: ACT\nREJECT: REJECT\nREFER: REFER\nASK: ASK\nNOTE: NOTE\nANSWER: ANSWER\nADD: ADD\nREOPEN: REOPEN\nRAISE: RAISE\nLOCATE: LOCATE\nCANCEL: CANCEL\nFALSE_ALARM: FALSE_ALARM\nESCALATE: ESCALATE', enum_type=ActionKind, max_length=20),
        ),
        ops.AddField(
            model_name='Alert',
            name='escalated_to',
            field=fields.CharField(null=True, max_length=160),
        ),
        ops.AddField(
            model_name='Report',
            name='escalated_to',
            field=fields.CharField(null=True, max_length=160),
        ),
    ]
