"""The declaration of actions."""

from typing import Final

from schema.actions.city import CityActions
from schema.actions.mutations import ActionMutation
from schema.actions.nodes import action_node
from schema.actions.types import Action
from schema.subject import SubjectSchema

ACTIONS: Final = SubjectSchema(
    name="actions",
    mutation=ActionMutation,
    city=CityActions,
    types=(Action,),
    nodes={"Action": action_node},
)
