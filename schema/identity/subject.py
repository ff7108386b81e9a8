"""The declaration of identity."""

from typing import Final

from schema.identity.queries import ViewerQuery
from schema.subject import SubjectSchema

IDENTITY: Final = SubjectSchema(name="identity", query=ViewerQuery)
