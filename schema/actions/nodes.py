"""Actions by their global IDs."""

from core.identity.people import Right
from core.log.models import Action as ActionRow
from core.storage.rows import Wanted, read_by_id
from schema.base.context import Info
from schema.base.node import parse_uuid
from schema.base.selection import wanted


async def action_node(info: Info, own_id: str) -> object:
    """Return an action by its own ID."""
    action_id = parse_uuid(own_id, ("id",))
    action = await read_by_id(wanted(info, ActionRow).plus("subject_type", "subject_id"), action_id)
    if action is None:
        return None
    subjects, viewer = info.context.domain.subjects, info.context.viewer
    model = subjects[action.subject_type].model
    subject = await read_by_id(Wanted(model, ("place",)), action.subject_id)
    return action if subject is not None and viewer.may(Right.VIEW, subject.place) else None
