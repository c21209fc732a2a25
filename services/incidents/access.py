"""Who may do what in incidents, and where."""

from typing import Final

from shared.organisation.operations import OPERATORS

ACCESS: Final = (*OPERATORS,)
