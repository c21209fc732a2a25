"""The compliance rules, one file per theme."""

from services.audit.domain.rulebook import JUDGES, RULES
from services.audit.rules import framework, incidents, pledges, slips, slips_fiscal, training

__all__ = ["JUDGES", "RULES", "framework", "incidents", "pledges", "slips", "slips_fiscal", "training"]
