import time
import pytest
from services.audit.replay.order import ReplayOrder
from services.audit.tests.company import YEAR, a_year
from tests.audit.house import House
pytestmark = pytest.mark.stack
@pytest.mark.timeout(500)
async def test_bench(house: House) -> None:
    events = a_year(people=6000)
    t=time.time(); await house.tell(events); print("told", len(events), time.time()-t)
    t=time.time(); await house.settled(within=300); print("settled after", time.time()-t)
    _, r = await house.replayed(ReplayOrder(*YEAR)); print({k:v for k,v in r.items() if k not in ("answers","positions")})
    _, r = await house.replayed(ReplayOrder(*YEAR, source="kafka")); print({k:v for k,v in r.items() if k not in ("answers","positions")})
    t=time.time(); a = await house.get("P-AUDITOR","/v1/compliance",as_of="2016-06-01"); print("asof",time.time()-t, a.json()["items"][0])
    t=time.time(); a = await house.get("P-AUDITOR","/v1/compliance",as_of="2016-06-01",unit="C1-D1"); print("asof unit",time.time()-t)
    t=time.time(); a = await house.get("P-AUDITOR","/v1/compliance/digest",**{"from":"2016-04-01","to":"2017-03-31"}); print("digest",time.time()-t, a.json())
