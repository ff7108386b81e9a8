"""Actions by their global ids."""

from core.actions.models import Action as ActionRow
from core.identity.people import Right
from core.storage.rows import read_by_id
from schema.base.context import Info
from schema.base.node import parse_uuid
from schema.base.selection import wanted


async def action_node(info: Info, own_id: str) -> object:
    """Return an action by its own id."""
    action_id = parse_uuid(own_id, ("id",))
    action = await read_by_id(
        wanted(info, ActionRow).plus("report.place", "alert.place", "advisory.place"), action_id
    )
    if action is None:
        return None
    places = (action.report_place, action.alert_place, action.advisory_place)
    return action if info.context.viewer.may(Right.VIEW, *places) else None
