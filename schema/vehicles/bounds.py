"""Limits of the arguments about vehicles."""

from typing import Final

from core.vehicles.plates import MAX_TYPED
from schema.base.bounds import Limit

PLATE: Final = Limit(MAX_TYPED)
