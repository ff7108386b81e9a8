from tortoise import migrations
from tortoise.migrations import operations as ops
from core.cap import Urgency
from core.alerts.states import AlertState
from core.log.transitions import ActionKind, Actor, Visibility
from core.reports.states import ReportState
from core.media.kinds import MediaKind
from core.identity.people import Role
from orjson import loads
from tortoise.fields.base import OnDelete
from tortoise.fields.data import JSON_DUMPS
from uuid import uuid4
from tortoise import fields
from tortoise.indexes import Index

class Migration(migrations.Migration):
    initial = True

    operations = [
        ops.CreateModel(
            name='Alert',
            fields=[
                ('id', fields.UUIDField(primary_key=True, default=uuid4, unique=True, db_index=True)),
                ('city', fields.CharField(max_length=160)),
                ('place', fields.CharField(max_length=160)),
                ('state', fields.CharEnumField(description='RAISED: RAISED\nACKNOWLEDGED: ACKNOWLEDGED\nRESPONDING: RESPONDING\nRESOLVED: RESOLVED\nCANCELLED: CANCELLED\nFALSE_ALARM: FALSE_ALARM', enum_type=AlertState, max_length=20)),
                ('note', fields.TextField(unique=False)),
                ('latitude', fields.FloatField(null=True)),
                ('longitude', fields.FloatField(null=True)),
                ('accuracy', fields.FloatField(null=True)),
                ('battery', fields.SmallIntField(null=True)),
                ('located_at', fields.DatetimeField(null=True, auto_now=False, auto_now_add=False)),
                ('assignee', fields.CharField(null=True, max_length=120)),
                ('disposition', fields.CharField(null=True, max_length=64)),
                ('route_reason', fields.CharField(max_length=200)),
                ('raised_at', fields.DatetimeField(auto_now=False, auto_now_add=False)),
                ('updated_at', fields.DatetimeField(auto_now=False, auto_now_add=False)),
                ('ended_at', fields.DatetimeField(null=True, auto_now=False, auto_now_add=False)),
                ('secret_selector', fields.CharField(unique=True, max_length=24)),
                ('secret_verifier', fields.CharField(max_length=64)),
                ('watch_selector', fields.CharField(unique=True, max_length=24)),
                ('watch_verifier', fields.CharField(max_length=64)),
            ],
            options={'table': 'alert', 'app': 'core', 'indexes': [Index(fields=['city', 'raised_at', 'id']), Index(fields=['place', 'raised_at', 'id'])], 'pk_attr': 'id', 'table_description': "A person's call for help."},
            bases=['Model'],
        ),
        ops.CreateModel(
            name='CityLog',
            fields=[
                ('city', fields.CharField(primary_key=True, unique=True, db_index=True, max_length=160)),
                ('last_number', fields.BigIntField()),
            ],
            options={'table': 'city_log', 'app': 'core', 'pk_attr': 'city', 'table_description': 'The number of the last event of a city: one row to lock when its log grows.'},
            bases=['Model'],
        ),
        ops.CreateModel(
            name='IdempotencyRecord',
            fields=[
                ('key_hash', fields.CharField(primary_key=True, unique=True, db_index=True, max_length=64)),
                ('fingerprint', fields.CharField(max_length=64)),
                ('subject_id', fields.UUIDField()),
                ('expires_at', fields.DatetimeField(db_index=True, auto_now=False, auto_now_add=False)),
            ],
            options={'table': 'idempotency_record', 'app': 'core', 'pk_attr': 'key_hash', 'table_description': 'That a key was used, for what and with which outcome, until its time is over.'},
            bases=['Model'],
        ),
        ops.CreateModel(
            name='Officer',
            fields=[
                ('id', fields.UUIDField(primary_key=True, default=uuid4, unique=True, db_index=True)),
                ('name', fields.CharField(max_length=120)),
                ('role', fields.CharEnumField(description='OFFICER: OFFICER\nOBSERVER: OBSERVER', enum_type=Role, max_length=20)),
                ('place', fields.CharField(max_length=160)),
                ('created_at', fields.DatetimeField(auto_now=False, auto_now_add=False)),
            ],
            options={'table': 'officer', 'app': 'core', 'pk_attr': 'id', 'table_description': 'A person, or a desk, that works for police.'},
            bases=['Model'],
        ),
        ops.CreateModel(
            name='OfficerToken',
            fields=[
                ('id', fields.UUIDField(primary_key=True, default=uuid4, unique=True, db_index=True)),
                ('officer', fields.ForeignKeyField('core.Officer', source_field='officer_id', db_constraint=True, to_field='id', related_name='tokens', on_delete=OnDelete.CASCADE)),
                ('selector', fields.CharField(unique=True, max_length=24)),
                ('verifier', fields.CharField(max_length=64)),
                ('created_at', fields.DatetimeField(auto_now=False, auto_now_add=False)),
                ('expires_at', fields.DatetimeField(auto_now=False, auto_now_add=False)),
                ('revoked_at', fields.DatetimeField(null=True, auto_now=False, auto_now_add=False)),
            ],
            options={'table': 'officer_token', 'app': 'core', 'pk_attr': 'id', 'table_description': 'A token with which an officer signs in: only its hash.'},
            bases=['Model'],
        ),
        ops.CreateModel(
            name='Report',
            fields=[
                ('id', fields.UUIDField(primary_key=True, default=uuid4, unique=True, db_index=True)),
                ('city', fields.CharField(max_length=160)),
                ('place', fields.CharField(max_length=160)),
                ('reference', fields.CharField(unique=True, max_length=24)),
                ('category', fields.CharField(max_length=64)),
                ('urgency', fields.CharEnumField(description='IMMEDIATE: IMMEDIATE\nEXPECTED: EXPECTED\nFUTURE: FUTURE', enum_type=Urgency, max_length=20)),
                ('description', fields.TextField(unique=False)),
                ('answers', fields.JSONField(encoder=JSON_DUMPS, decoder=loads)),
                ('latitude', fields.FloatField()),
                ('longitude', fields.FloatField()),
                ('accuracy', fields.FloatField(null=True)),
                ('state', fields.CharEnumField(description='RECEIVED: RECEIVED\nACKNOWLEDGED: ACKNOWLEDGED\nIN_PROGRESS: IN_PROGRESS\nRESOLVED: RESOLVED\nREJECTED: REJECTED\nREFERRED: REFERRED\nREOPENED: REOPENED', enum_type=ReportState, max_length=20)),
                ('assignee', fields.CharField(null=True, max_length=120)),
                ('disposition', fields.CharField(null=True, max_length=64)),
                ('referred_to', fields.CharField(null=True, max_length=160)),
                ('route_reason', fields.CharField(max_length=200)),
                ('awaits_answer', fields.BooleanField(default=False)),
                ('received_at', fields.DatetimeField(auto_now=False, auto_now_add=False)),
                ('received_on', fields.DateField()),
                ('updated_at', fields.DatetimeField(auto_now=False, auto_now_add=False)),
                ('acted_at', fields.DatetimeField(null=True, auto_now=False, auto_now_add=False)),
                ('receipt_selector', fields.CharField(unique=True, max_length=24)),
                ('receipt_verifier', fields.CharField(max_length=64)),
            ],
            options={'table': 'report', 'app': 'core', 'indexes': [Index(fields=['city', 'received_at', 'id']), Index(fields=['place', 'received_at', 'id']), Index(fields=['city', 'received_on'])], 'pk_attr': 'id', 'table_description': 'An incident that somebody reported, and nothing of who that was.'},
            bases=['Model'],
        ),
        ops.CreateModel(
            name='Action',
            fields=[
                ('id', fields.UUIDField(primary_key=True, default=uuid4, unique=True, db_index=True)),
                ('report', fields.ForeignKeyField('core.Report', source_field='report_id', null=True, db_constraint=True, to_field='id', related_name='actions', on_delete=OnDelete.CASCADE)),
                ('alert', fields.ForeignKeyField('core.Alert', source_field='alert_id', null=True, db_constraint=True, to_field='id', related_name='actions', on_delete=OnDelete.CASCADE)),
                ('kind', fields.CharEnumField(description='SUBMIT: SUBMIT\nACKNOWLEDGE: ACKNOWLEDGE\nASSIGN: ASSIGN\nDISPATCH: DISPATCH\nARRIVE: ARRIVE\nACT: ACT\nREJECT: REJECT\nREFER: REFER\nASK: ASK\nNOTE: NOTE\nANSWER: ANSWER\nADD: ADD\nREOPEN: REOPEN\nRAISE: RAISE\nLOCATE: LOCATE\nCANCEL: CANCEL\nFALSE_ALARM: FALSE_ALARM', enum_type=ActionKind, max_length=20)),
                ('actor', fields.CharEnumField(description='REPORTER: REPORTER\nOWNER: OWNER\nPOLICE: POLICE', enum_type=Actor, max_length=20)),
                ('officer', fields.ForeignKeyField('core.Officer', source_field='officer_id', null=True, db_constraint=True, to_field='id', related_name='actions', on_delete=OnDelete.CASCADE)),
                ('visibility', fields.CharEnumField(description='PUBLIC: PUBLIC\nINTERNAL: INTERNAL', enum_type=Visibility, max_length=20)),
                ('at', fields.DatetimeField(auto_now=False, auto_now_add=False)),
                ('state', fields.CharField(max_length=20)),
                ('text', fields.TextField(unique=False)),
                ('assignee', fields.CharField(null=True, max_length=120)),
                ('disposition', fields.CharField(null=True, max_length=64)),
                ('place', fields.CharField(null=True, max_length=160)),
                ('latitude', fields.FloatField(null=True)),
                ('longitude', fields.FloatField(null=True)),
                ('accuracy', fields.FloatField(null=True)),
                ('battery', fields.SmallIntField(null=True)),
            ],
            options={'table': 'action', 'app': 'core', 'indexes': [Index(fields=['report_id', 'at']), Index(fields=['alert_id', 'at'])], 'pk_attr': 'id', 'table_description': 'One thing that somebody did about a report or an alert: the only way that states change.'},
            bases=['Model'],
        ),
        ops.CreateModel(
            name='Event',
            fields=[
                ('id', fields.BigIntField(generated=True, primary_key=True, unique=True, db_index=True)),
                ('city', fields.CharField(max_length=160)),
                ('number', fields.BigIntField()),
                ('place', fields.CharField(max_length=160)),
                ('previous_place', fields.CharField(null=True, max_length=160)),
                ('action', fields.ForeignKeyField('core.Action', source_field='action_id', db_constraint=True, to_field='id', related_name='events', on_delete=OnDelete.CASCADE)),
                ('report', fields.ForeignKeyField('core.Report', source_field='report_id', null=True, db_constraint=True, to_field='id', related_name='events', on_delete=OnDelete.CASCADE)),
                ('alert', fields.ForeignKeyField('core.Alert', source_field='alert_id', null=True, db_constraint=True, to_field='id', related_name='events', on_delete=OnDelete.CASCADE)),
            ],
            options={'table': 'event', 'app': 'core', 'unique_together': (('city', 'number'),), 'indexes': [Index(fields=['report_id', 'number']), Index(fields=['alert_id', 'number'])], 'pk_attr': 'id', 'table_description': "One line of a city's log, numbered per city without gaps."},
            bases=['Model'],
        ),
        ops.CreateModel(
            name='Media',
            fields=[
                ('id', fields.UUIDField(primary_key=True, default=uuid4, unique=True, db_index=True)),
                ('report', fields.ForeignKeyField('core.Report', source_field='report_id', db_constraint=True, to_field='id', related_name='media', on_delete=OnDelete.CASCADE)),
                ('action', fields.ForeignKeyField('core.Action', source_field='action_id', db_constraint=True, to_field='id', related_name='media', on_delete=OnDelete.CASCADE)),
                ('position', fields.SmallIntField()),
                ('kind', fields.CharEnumField(description='IMAGE: IMAGE\nVIDEO: VIDEO\nAUDIO: AUDIO', enum_type=MediaKind, max_length=10)),
                ('media_type', fields.CharField(max_length=40)),
                ('sha256', fields.CharField(db_index=True, max_length=64)),
                ('byte_length', fields.BigIntField()),
                ('width', fields.IntField(null=True)),
                ('height', fields.IntField(null=True)),
                ('seconds', fields.FloatField(null=True)),
            ],
            options={'table': 'media', 'app': 'core', 'indexes': [Index(fields=['report_id']), Index(fields=['action_id'])], 'pk_attr': 'id', 'table_description': 'A cleaned photo, video or voice note that belongs to a report.'},
            bases=['Model'],
        ),
        ops.CreateModel(
            name='Upload',
            fields=[
                ('id', fields.UUIDField(primary_key=True, default=uuid4, unique=True, db_index=True)),
                ('selector', fields.CharField(unique=True, max_length=24)),
                ('verifier', fields.CharField(max_length=64)),
                ('kind', fields.CharEnumField(description='IMAGE: IMAGE\nVIDEO: VIDEO\nAUDIO: AUDIO', enum_type=MediaKind, max_length=10)),
                ('media_type', fields.CharField(max_length=40)),
                ('sha256', fields.CharField(db_index=True, max_length=64)),
                ('byte_length', fields.BigIntField()),
                ('width', fields.IntField(null=True)),
                ('height', fields.IntField(null=True)),
                ('seconds', fields.FloatField(null=True)),
                ('expires_at', fields.DatetimeField(db_index=True, auto_now=False, auto_now_add=False)),
            ],
            options={'table': 'upload', 'app': 'core', 'pk_attr': 'id', 'table_description': 'A cleaned file that waits for the report it belongs to.'},
            bases=['Model'],
        ),
    ]
