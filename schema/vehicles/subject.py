"""The declaration of vehicles."""

from typing import Final

from schema.subject import SubjectSchema
from schema.vehicles.mutations import VehicleMutation
from schema.vehicles.queries import VehicleQuery

VEHICLES: Final = SubjectSchema(name="vehicles", query=VehicleQuery, mutation=VehicleMutation)
