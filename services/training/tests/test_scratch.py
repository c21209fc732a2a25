import time
import pytest
from datetime import date
from shared.events.hr import *
pytestmark = pytest.mark.stack
async def test_it(house):
    t=time.time()
    house.hr.tell("company/C01", CompanyJoinedGroup(company_id="C01", name="C01", country="JP", domestic=True, effective_date=date(2016,4,1)))
    house.hr.tell("person/P1", EmployeeHired(person_id="P1", person_kind=PersonKind.EMPLOYEE, employer_company_id="C01", org_unit_id="C01-D07", effective_date=date(2016,4,1)))
    await house.settled()
    print("settled", time.time()-t)
    print((await house.get("P1", "/v1/pledges")).text, await house.written())
    r = await house.get("P1", "/readyz"); print(r.text)
