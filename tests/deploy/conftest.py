"""What the tests of the deployment need of the system."""

import os

import pytest

from tests.deploy.proxy import REQUIRED, program


@pytest.fixture(scope="session")
def nginx() -> str:
    """nginx's program; skips where it is not installed, unless `AWAYDAY_TEST_NGINX=required`."""
    found = program()
    if found is None:
        missing = "nginx is not installed (on Debian and Ubuntu: apt install nginx-light)"
        if os.environ.get(REQUIRED) == "required":
            pytest.fail(missing)
        pytest.skip(missing)
    return found
