"""Who acts in the name of which office or system."""

from typing import Final

from daicho.personas import PERSONAS

OFFICE: Final = PERSONAS["office"].person_id
AUDITOR: Final = PERSONAS["auditor"].person_id
PROMOTION: Final = PERSONAS["promotion"].person_id
ADMINISTRATOR: Final = PERSONAS["admin"].person_id
CONTACT_POINT: Final = PERSONAS["contact_point"].person_id
EMPLOYEE: Final = PERSONAS["employee"].person_id
CRM: Final = "client/crm-system"
LEARNING: Final = "client/learning-platform"
