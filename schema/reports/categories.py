"""Categories of reports."""

import strawberry

from core.reports.categories import Category
from core.reports.categories import Option as OptionOfDomain
from core.reports.categories import Question as QuestionOfDomain
from core.reports.categories import Referral as ReferralOfDomain
from schema.base.enums import Urgency
from schema.base.value import OfValue
from schema.base.words import name_field
from schema.reports.enums import Datatype


@strawberry.type(description="A value that a question offers.")
class Option(OfValue):
    """Read from `core.reports.categories.Option`."""

    domain_class = OptionOfDomain

    code: str = strawberry.field(description="The value to answer with.")
    name: str = name_field("Its name.")


@strawberry.type(description="A question that a category asks (an Open311 attribute).")
class Question(OfValue):
    """Read from `core.reports.categories.Question`."""

    domain_class = QuestionOfDomain

    code: str = strawberry.field(description="Its code within the category.")
    name: str = name_field("The text of the question.")
    datatype: Datatype = strawberry.field(description="The type of the answer.")
    required: bool = strawberry.field(description="Whether a report without an answer is refused.")
    options: list[Option] = strawberry.field(
        description="The values to choose from; empty if any value is allowed."
    )


@strawberry.type(description="Whom to contact about a category that the city does not accept.")
class Referral(OfValue):
    """Read from `core.reports.categories.Referral`."""

    domain_class = ReferralOfDomain

    name: str = name_field("The name of the authority or service.")
    numbers: list[str] = strawberry.field(description="Numbers to call.")
    url: str | None = strawberry.field(description="Its web page.")


@strawberry.type(description="A category of reports (an Open311 service).")
class ReportCategory(OfValue):
    """Read from `core.reports.categories.Category`."""

    domain_class = Category

    code: str = strawberry.field(
        description="Its code; the part before the last dot is the code of its parent."
    )
    name: str = name_field("Its name.")
    description: str = name_field("What belongs to it.", "descriptions")
    urgency: Urgency = strawberry.field(description="How soon action is needed.")
    law: str | None = strawberry.field(description="The law that is broken, if any.")
    questions: list[Question] = strawberry.field(description="The questions that it asks.")
    instead: Referral | None = strawberry.field(
        description="Whom to contact instead. If set, the city refuses reports of this category."
    )

    @strawberry.field(description="The code of its parent category, if any.")
    @staticmethod
    def parent(root: strawberry.Parent[Category]) -> str | None:
        """Return the part before the last dot."""
        return root.code.rpartition(".")[0] or None
