"""What advisories add to `City`."""

from collections.abc import Sequence

import strawberry

from core.advisories.kinds import ADVISORY_KINDS
from core.advisories.kinds import AdvisoryKind as AdvisoryKindOfDomain
from core.places.city import City
from schema.base.enums import CapCategory, Certainty, Severity, Urgency
from schema.base.value import OfValue
from schema.base.words import name_field


@strawberry.type(description="A kind of advisory that police can issue.")
class AdvisoryKind(OfValue):
    """Read from `core.advisories.kinds.AdvisoryKind`."""

    domain_class = AdvisoryKindOfDomain

    code: str = strawberry.field(description="The value for `issueAdvisory`.")
    name: str = name_field("Its name.")
    category: CapCategory = strawberry.field(description="The category of the hazard.")
    urgency: Urgency = strawberry.field(description="The default urgency.")
    severity: Severity = strawberry.field(description="The default severity.")
    certainty: Certainty = strawberry.field(description="The default certainty.")
    hours: float = strawberry.field(description="How long it is in force by default, in hours.")
    instruction: str = name_field("The default instruction to the public.", "instructions")


@strawberry.type
class CityAdvisories:
    """The kinds of advisory of a city."""

    @strawberry.field(
        description="The kinds of advisory that its police can issue.",
        graphql_type=list[AdvisoryKind],
    )
    @staticmethod
    def advisory_kinds(root: strawberry.Parent[City]) -> Sequence[AdvisoryKindOfDomain]:
        """Return the kinds in the order of their codes."""
        return [root[ADVISORY_KINDS][code] for code in sorted(root[ADVISORY_KINDS])]
