"""The tables. No column of them can tell who sent a report."""

from typing import Any
from uuid import UUID, uuid4

from tortoise import fields
from tortoise.indexes import Index
from tortoise.models import Model

from core.cap import CapCategory, CapStatus, Certainty, Severity
from core.city import MAX_PLATE, EscalationSubject, Urgency
from core.disclosure import Part
from core.lifecycle import ActionKind, Actor, AdvisoryState, AlertState, ReportState, Visibility
from core.media.kinds import MediaKind
from core.people import Role
from core.places import MAX_PATH_LENGTH


class CityLog(Model):
    """The number of the last event of a city: one row to lock when its log grows."""

    city = fields.CharField(max_length=MAX_PATH_LENGTH, primary_key=True)
    last_number: fields.Field[int] = fields.BigIntField()

    class Meta(Model.Meta):
        table = "city_log"


class Officer(Model):
    """A person, or a desk, that works for police."""

    id = fields.UUIDField(primary_key=True, default=uuid4)
    name = fields.CharField(max_length=120)
    role = fields.CharEnumField(Role, max_length=20)
    place = fields.CharField(max_length=MAX_PATH_LENGTH)
    created_at = fields.DatetimeField()

    class Meta(Model.Meta):
        table = "officer"


class OfficerToken(Model):
    """A token with which an officer signs in: only its hash."""

    id = fields.UUIDField(primary_key=True, default=uuid4)
    officer: fields.ForeignKeyRelation["Officer"] = fields.ForeignKeyField(
        "core.Officer", related_name="tokens"
    )
    selector = fields.CharField(max_length=24, unique=True)
    verifier = fields.CharField(max_length=64)
    created_at = fields.DatetimeField()
    expires_at = fields.DatetimeField()
    revoked_at = fields.DatetimeField(null=True)
    revocation: fields.Field[int | None] = fields.BigIntField(null=True)
    """The number of its revocation: processes ask for those after the last one they know."""

    class Meta(Model.Meta):
        table = "officer_token"
        indexes = (Index(fields=("revocation",)),)


class RevocationLog(Model):
    """The number of the last revocation: one row to lock when a token is revoked."""

    id = fields.SmallIntField(primary_key=True, generated=False)
    last_number: fields.Field[int] = fields.BigIntField()

    class Meta(Model.Meta):
        table = "revocation_log"


class Report(Model):
    """An incident that somebody reported, and nothing of who that was."""

    id = fields.UUIDField(primary_key=True, default=uuid4)
    city = fields.CharField(max_length=MAX_PATH_LENGTH)
    place = fields.CharField(max_length=MAX_PATH_LENGTH)
    reference = fields.CharField(max_length=24, unique=True)
    category = fields.CharField(max_length=64)
    urgency = fields.CharEnumField(Urgency, max_length=20)
    description = fields.TextField()
    answers = fields.JSONField[dict[str, list[str]]]()
    latitude = fields.FloatField()
    longitude = fields.FloatField()
    accuracy = fields.FloatField(null=True)
    state = fields.CharEnumField(ReportState, max_length=20)
    assignee = fields.CharField(max_length=120, null=True)
    disposition = fields.CharField(max_length=64, null=True)
    referred_to = fields.CharField(max_length=MAX_PATH_LENGTH, null=True)
    route_reason = fields.CharField(max_length=200)
    escalated_to = fields.CharField(max_length=MAX_PATH_LENGTH, null=True)
    awaits_answer = fields.BooleanField(default=False)
    received_at = fields.DatetimeField()
    received_on = fields.DateField()
    updated_at = fields.DatetimeField()
    acted_at = fields.DatetimeField(null=True)
    erased_at = fields.DatetimeField(null=True)
    receipt_selector = fields.CharField(max_length=24, unique=True)
    receipt_verifier = fields.CharField(max_length=64)
    actions: fields.ReverseRelation["Action"]
    media: fields.ReverseRelation["Media"]

    class Meta(Model.Meta):
        table = "report"
        indexes = (
            Index(fields=("city", "received_at", "id")),
            Index(fields=("place", "received_at", "id")),
            Index(fields=("city", "received_on")),
        )


class Alert(Model):
    """A person's call for help."""

    id = fields.UUIDField(primary_key=True, default=uuid4)
    city = fields.CharField(max_length=MAX_PATH_LENGTH)
    place = fields.CharField(max_length=MAX_PATH_LENGTH)
    state = fields.CharEnumField(AlertState, max_length=20)
    note = fields.TextField()
    latitude = fields.FloatField(null=True)
    longitude = fields.FloatField(null=True)
    accuracy = fields.FloatField(null=True)
    battery: fields.Field[int | None] = fields.SmallIntField(null=True)
    located_at = fields.DatetimeField(null=True)
    assignee = fields.CharField(max_length=120, null=True)
    disposition = fields.CharField(max_length=64, null=True)
    route_reason = fields.CharField(max_length=200)
    escalated_to = fields.CharField(max_length=MAX_PATH_LENGTH, null=True)
    raised_at = fields.DatetimeField()
    updated_at = fields.DatetimeField()
    ended_at = fields.DatetimeField(null=True)
    erased_at = fields.DatetimeField(null=True)
    secret_selector = fields.CharField(max_length=24, unique=True)
    secret_verifier = fields.CharField(max_length=64)
    watch_selector = fields.CharField(max_length=24, unique=True)
    watch_verifier = fields.CharField(max_length=64)
    actions: fields.ReverseRelation["Action"]

    class Meta(Model.Meta):
        table = "alert"
        indexes = (
            Index(fields=("city", "raised_at", "id")),
            Index(fields=("place", "raised_at", "id")),
        )


class Advisory(Model):
    """What police tell the citizens of a place, in terms of CAP 1.2, with `texts` by language."""

    id = fields.UUIDField(primary_key=True, default=uuid4)
    city = fields.CharField(max_length=MAX_PATH_LENGTH)
    place = fields.CharField(max_length=MAX_PATH_LENGTH)
    kind = fields.CharField(max_length=64)
    category = fields.CharEnumField(CapCategory, max_length=20)
    urgency = fields.CharEnumField(Urgency, max_length=20)
    severity = fields.CharEnumField(Severity, max_length=20)
    certainty = fields.CharEnumField(Certainty, max_length=20)
    status = fields.CharEnumField(CapStatus, max_length=20)
    state = fields.CharEnumField(AdvisoryState, max_length=20)
    texts = fields.JSONField[dict[str, dict[str, str]]]()
    latitude = fields.FloatField(null=True)
    longitude = fields.FloatField(null=True)
    radius = fields.FloatField(null=True)
    web = fields.CharField(max_length=300, null=True)
    contact = fields.CharField(max_length=200, null=True)
    issued_at = fields.DatetimeField()
    onset_at = fields.DatetimeField(null=True)
    expires_at = fields.DatetimeField()
    erased_at = fields.DatetimeField(null=True)
    updated_at = fields.DatetimeField()
    actions: fields.ReverseRelation["Action"]

    class Meta(Model.Meta):
        table = "advisory"
        indexes = (
            Index(fields=("place", "issued_at", "id")),
            Index(fields=("place", "expires_at")),
        )


class Action(Model):
    """What somebody did about a report, alert or advisory: the only way that states change.

    `number` is that of its event in the log of the subject's city: clocks do not order actions.
    """

    id = fields.UUIDField(primary_key=True, default=uuid4)
    report: fields.ForeignKeyNullableRelation["Report"] = fields.ForeignKeyField(
        "core.Report", related_name="actions", null=True
    )
    alert: fields.ForeignKeyNullableRelation["Alert"] = fields.ForeignKeyField(
        "core.Alert", related_name="actions", null=True
    )
    advisory: fields.ForeignKeyNullableRelation["Advisory"] = fields.ForeignKeyField(
        "core.Advisory", related_name="actions", null=True
    )
    kind = fields.CharEnumField(ActionKind, max_length=20)
    actor = fields.CharEnumField(Actor, max_length=20)
    officer: fields.ForeignKeyNullableRelation["Officer"] = fields.ForeignKeyField(
        "core.Officer", related_name="actions", null=True
    )
    visibility = fields.CharEnumField(Visibility, max_length=20)
    number: fields.Field[int] = fields.BigIntField(db_default=0)
    at = fields.DatetimeField()
    state = fields.CharField(max_length=20)
    text = fields.TextField()
    assignee = fields.CharField(max_length=120, null=True)
    disposition = fields.CharField(max_length=64, null=True)
    place = fields.CharField(max_length=MAX_PATH_LENGTH, null=True)
    latitude = fields.FloatField(null=True)
    longitude = fields.FloatField(null=True)
    accuracy = fields.FloatField(null=True)
    battery: fields.Field[int | None] = fields.SmallIntField(null=True)
    media: fields.ReverseRelation["Media"]

    class Meta(Model.Meta):
        table = "action"
        indexes = (
            Index(fields=("report_id", "number")),
            Index(fields=("alert_id", "number")),
            Index(fields=("advisory_id", "number")),
        )


class Media(Model):
    """A cleaned photo, video or voice note that belongs to a report."""

    id = fields.UUIDField(primary_key=True, default=uuid4)
    report: fields.ForeignKeyRelation["Report"] = fields.ForeignKeyField(
        "core.Report", related_name="media"
    )
    action: fields.ForeignKeyRelation["Action"] = fields.ForeignKeyField(
        "core.Action", related_name="media"
    )
    position: fields.Field[int] = fields.SmallIntField()
    kind = fields.CharEnumField(MediaKind, max_length=10)
    media_type = fields.CharField(max_length=40)
    sha256 = fields.CharField(max_length=64, db_index=True)
    byte_length: fields.Field[int] = fields.BigIntField()
    width: fields.Field[int | None] = fields.IntField(null=True)
    height: fields.Field[int | None] = fields.IntField(null=True)
    seconds = fields.FloatField(null=True)

    class Meta(Model.Meta):
        table = "media"
        indexes = (Index(fields=("report_id",)), Index(fields=("action_id",)))


class Upload(Model):
    """A cleaned file that waits for the report it belongs to."""

    id = fields.UUIDField(primary_key=True, default=uuid4)
    selector = fields.CharField(max_length=24, unique=True)
    verifier = fields.CharField(max_length=64)
    kind = fields.CharEnumField(MediaKind, max_length=10)
    media_type = fields.CharField(max_length=40)
    sha256 = fields.CharField(max_length=64, db_index=True)
    byte_length: fields.Field[int] = fields.BigIntField()
    width: fields.Field[int | None] = fields.IntField(null=True)
    height: fields.Field[int | None] = fields.IntField(null=True)
    seconds = fields.FloatField(null=True)
    expires_at = fields.DatetimeField(db_index=True)

    class Meta(Model.Meta):
        table = "upload"


class Event(Model):
    """One line of a city's log, numbered per city without gaps."""

    id = fields.BigIntField(primary_key=True)
    city = fields.CharField(max_length=MAX_PATH_LENGTH)
    number: fields.Field[int] = fields.BigIntField()
    place = fields.CharField(max_length=MAX_PATH_LENGTH)
    previous_place = fields.CharField(max_length=MAX_PATH_LENGTH, null=True)
    action: fields.ForeignKeyRelation["Action"] = fields.ForeignKeyField(
        "core.Action", related_name="events"
    )
    report: fields.ForeignKeyNullableRelation["Report"] = fields.ForeignKeyField(
        "core.Report", related_name="events", null=True
    )
    alert: fields.ForeignKeyNullableRelation["Alert"] = fields.ForeignKeyField(
        "core.Alert", related_name="events", null=True
    )
    advisory: fields.ForeignKeyNullableRelation["Advisory"] = fields.ForeignKeyField(
        "core.Advisory", related_name="events", null=True
    )

    report_id: UUID | None
    alert_id: UUID | None
    advisory_id: UUID | None

    class Meta(Model.Meta):
        table = "event"
        unique_together = (("city", "number"),)
        indexes = (Index(fields=("report_id", "number")), Index(fields=("alert_id", "number")))


class Timer(Model):
    """When somebody must be told that a report or an alert still waits: it survives a restart."""

    id = fields.UUIDField(primary_key=True, default=uuid4)
    city = fields.CharField(max_length=MAX_PATH_LENGTH)
    subject = fields.CharEnumField(EscalationSubject, max_length=10)
    subject_id = fields.UUIDField(unique=True)
    since = fields.DatetimeField()
    done: fields.Field[int] = fields.IntField()
    due_at = fields.DatetimeField(db_index=True)

    class Meta(Model.Meta):
        table = "timer"


class RetentionRun(Model):
    """When retention last ran, by its own clock, and what it held back: one row."""

    name = fields.CharField(max_length=20, primary_key=True)
    at = fields.DatetimeField()
    held = fields.JSONField[list[dict[str, Any]]]()

    class Meta(Model.Meta):
        table = "retention_run"


class ClosedMonths(Model):
    """The last day up to which the public statistics of a city are fixed."""

    city = fields.CharField(max_length=MAX_PATH_LENGTH, primary_key=True)
    through = fields.DateField()

    class Meta(Model.Meta):
        table = "closed_months"


class PublicCount(Model):
    """What anybody may know of a closed month, or of a station or category in it.

    `partial` is 1 where other parts of the month are withheld; counts are null where withheld.
    """

    id = fields.BigIntField(primary_key=True)
    city = fields.CharField(max_length=MAX_PATH_LENGTH)
    month = fields.DateField()
    part = fields.CharEnumField(Part, max_length=10)
    key = fields.CharField(max_length=MAX_PATH_LENGTH)
    partial: fields.Field[int] = fields.SmallIntField()
    registered: fields.Field[int | None] = fields.IntField(null=True)
    acted_upon: fields.Field[int | None] = fields.IntField(null=True)

    class Meta(Model.Meta):
        table = "public_count"
        unique_together = (("city", "month", "part", "key"),)


class Vehicle(Model):
    """A vehicle as the register of a place, mostly a state, has it."""

    id = fields.BigIntField(primary_key=True)
    place = fields.CharField(max_length=MAX_PATH_LENGTH)
    plate = fields.CharField(max_length=MAX_PLATE)
    make = fields.CharField(max_length=60)
    model = fields.CharField(max_length=80)
    colour = fields.CharField(max_length=40)
    vehicle_class = fields.CharField(max_length=60)
    fuel = fields.CharField(max_length=40, null=True)
    valid_until = fields.DateField(null=True)
    stolen = fields.BooleanField(default=False)
    towed_to = fields.CharField(max_length=120, null=True)
    towed_at = fields.DatetimeField(null=True)
    owner = fields.CharField(max_length=200, null=True)

    class Meta(Model.Meta):
        table = "vehicle"
        unique_together = (("plate", "place"),)


class VehicleLookUp(Model):
    """That an officer looked a vehicle up, and why: a line of the audit log."""

    id = fields.UUIDField(primary_key=True, default=uuid4)
    officer: fields.ForeignKeyRelation["Officer"] = fields.ForeignKeyField(
        "core.Officer", related_name="vehicle_look_ups", on_delete=fields.RESTRICT
    )
    place = fields.CharField(max_length=MAX_PATH_LENGTH)
    plate = fields.CharField(max_length=MAX_PLATE)
    reason = fields.TextField()
    at = fields.DatetimeField()

    class Meta(Model.Meta):
        table = "vehicle_look_up"
        indexes = (Index(fields=("place", "at")),)


class Towing(Model):
    """That a vehicle was taken to a yard, and handed back."""

    id = fields.UUIDField(primary_key=True, default=uuid4)
    city = fields.CharField(max_length=MAX_PATH_LENGTH)
    place = fields.CharField(max_length=MAX_PATH_LENGTH)
    plate = fields.CharField(max_length=MAX_PLATE)
    yard = fields.CharField(max_length=120)
    note = fields.TextField()
    towed_at = fields.DatetimeField()
    officer: fields.ForeignKeyRelation["Officer"] = fields.ForeignKeyField(
        "core.Officer", related_name="towings", on_delete=fields.RESTRICT
    )
    released_at = fields.DatetimeField(null=True)
    released_by: fields.ForeignKeyNullableRelation["Officer"] = fields.ForeignKeyField(
        "core.Officer", related_name="releases", on_delete=fields.RESTRICT, null=True
    )

    class Meta(Model.Meta):
        table = "towing"
        indexes = (Index(fields=("plate", "towed_at")), Index(fields=("city", "towed_at", "id")))


class VehicleImport(Model):
    """How far a file of vehicles was read into the register of a place."""

    id = fields.UUIDField(primary_key=True, default=uuid4)
    place = fields.CharField(max_length=MAX_PATH_LENGTH)
    fingerprint = fields.CharField(max_length=64)
    bytes_done: fields.Field[int] = fields.BigIntField()
    lines_done: fields.Field[int] = fields.BigIntField()
    rows_done: fields.Field[int] = fields.BigIntField()
    rows_refused: fields.Field[int] = fields.BigIntField()
    refused_bytes: fields.Field[int] = fields.BigIntField()
    at = fields.DatetimeField()

    class Meta(Model.Meta):
        table = "vehicle_import"
        unique_together = (("fingerprint", "place"),)


class IdempotencyRecord(Model):
    """That a key was used, for what and with which outcome, until its time is over.

    A key belongs to one write, so two rows never tell that two reports are of one person.
    """

    key_hash = fields.CharField(max_length=64, primary_key=True)
    fingerprint = fields.CharField(max_length=64)
    subject_id = fields.UUIDField()
    expires_at = fields.DatetimeField(db_index=True)

    class Meta(Model.Meta):
        table = "idempotency_record"
