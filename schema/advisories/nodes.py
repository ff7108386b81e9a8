"""Advisories by their global IDs."""

from core.advisories.models import Advisory as AdvisoryRow
from core.advisories.read import for_viewer
from schema.base.context import Info
from schema.base.node import parse_uuid
from schema.base.selection import wanted


async def advisory_node(info: Info, own_id: str) -> object:
    """Return an advisory by its own ID."""
    context = info.context
    return await for_viewer(
        context.domain,
        context.viewer,
        parse_uuid(own_id, ("id",)),
        wanted(info, AdvisoryRow),
        ("id",),
    )
