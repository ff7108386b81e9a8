"""The stream of an alert."""

from typing import Annotated

from core.alerts.models import Alert
from core.alerts.read import by_share_token
from core.log.feed import Interest
from core.storage.rows import Wanted
from schema.base.bounds import CREDENTIAL, argument
from schema.base.context import Context
from schema.live.streams import Stream


async def alert_stream(
    context: Context, token: Annotated[str, argument("The token of the share link.", CREDENTIAL)]
) -> Stream:
    """Open the stream of the alert of a share link."""
    alert = await by_share_token(token, Wanted(Alert, ("id", "city")))
    interest = Interest(alert.city, alert.id)
    return Stream("alert", str(alert.id), interest)
