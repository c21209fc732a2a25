import pytest

from daicho.contracts.files import CHECKOUT


@pytest.fixture(scope="session")
def operations() -> str:
    """What whoever runs Daicho is told."""
    return (CHECKOUT / "docs" / "operations.md").read_text()
