"""The stream of a report."""

from typing import Annotated

from core.log.feed import Interest
from core.reports.models import Report
from core.reports.read import by_receipt
from core.storage.rows import Wanted
from schema.base.bounds import CREDENTIAL, argument
from schema.base.context import Context
from schema.live.streams import Stream


async def report_stream(
    context: Context, receipt: Annotated[str, argument("The receipt.", CREDENTIAL)]
) -> Stream:
    """Open the stream of the report of a receipt."""
    report = await by_receipt(receipt, Wanted(Report, ("id", "city")))
    interest = Interest(report.city, report.id)
    return Stream("report", str(report.id), interest)
