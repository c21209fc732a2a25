from services.audit.app import SERVICE
from shared.runtime.main import run

run(SERVICE)
