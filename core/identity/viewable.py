"""Reading a row that only some viewers may see."""

from uuid import UUID

from core.identity.people import Right, Viewer
from core.problems import NotFound
from core.storage import rows
from core.storage.rows import Row, Wanted


async def read_viewable(
    viewer: Viewer, own_id: UUID, wanted: Wanted, field: tuple[str | int, ...] = ("id",)
) -> Row:
    """Return the row with this ID if the viewer may see its place.

    Raises `Unauthenticated` or `NotFound`.
    """
    viewer.require_sign_in(field)
    row = await rows.read_by_id(wanted.plus("place"), own_id)
    if row is None or not viewer.may(Right.VIEW, row.place):
        raise NotFound("Unknown ID, or you have no rights to see it.", field)
    return row
