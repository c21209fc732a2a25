"""The compliance rules, one file per theme."""

from services.audit.domain.rulebook import RULES
from services.audit.rules import pledges

__all__ = ["RULES", "pledges"]
