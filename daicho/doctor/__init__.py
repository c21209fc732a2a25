from daicho.doctor.diagnose import diagnose
from daicho.doctor.finding import Finding

__all__ = ["Finding", "diagnose"]
