"""People of the demo group of companies, one for each thing a person can be to the system.

Fictional. Their appointments are events of the HR system (`hr.RoleAppointed`); a token only says who somebody is.
"""

from dataclasses import dataclass


@dataclass(frozen=True)
class Persona:
    """`role` is the appointment that the demo's HR system gives to the person."""

    person_id: str
    role: str
    client_id: str = "daicho-console"


PERSONAS: dict[str, Persona] = {
    "admin": Persona("P-ADMIN", "PIPA"),
    "promotion": Persona("P-PROMOTION", "PPOM"),
    "security": Persona("P-SECURITY", "CISO_OFFICE"),
    "office": Persona("P-OFFICE", "PIP_OFFICE"),
    "chief_auditor": Persona("P-CHIEF-AUDITOR", "CHIEF_AUDITOR"),
    "auditor": Persona("P-AUDITOR", "AUDITOR"),
    "external_auditor": Persona("P-EXTERNAL-AUDITOR", "EXT_AUDITOR"),
    "manager": Persona("P-MANAGER", "DIV_MANAGER"),
    "pi_manager": Persona("P-PI-MANAGER", "PI_MANAGER"),
    "pi_staff": Persona("P-PI-STAFF", "PI_STAFF"),
    "promoter": Persona("P-PROMOTER", "PROMOTER"),
    "contact_point": Persona("P-CONTACT-POINT", "CONTACT_POINT"),
    "legal": Persona("P-LEGAL", "LEGAL_MANAGER"),
    "project": Persona("P-PROJECT", "PROJECT_MANAGER"),
    "employee": Persona("P-EMPLOYEE", "EMPLOYEE"),
    "supplier": Persona("P-SUPPLIER", "SUPPLIER_EMPLOYEE"),
    "contractor": Persona("P-CONTRACTOR", "CONTRACTOR_REP"),
}
