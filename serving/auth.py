"""Who may write: the bearer token that guards what changes the service or its data."""

import secrets
from typing import Annotated, Final

from fastapi import Request, Security
from fastapi.security import HTTPAuthorizationCredentials, HTTPBearer
from starlette.exceptions import HTTPException

from serving import problems
from serving.options import ServiceOptions

VARIABLE: Final = "AWAYDAY_TOKEN"

_bearer = HTTPBearer(
    scheme_name="token",
    description=f"The service's {VARIABLE}. Where its operator has set none, writes and administration are off.",
    auto_error=False,
)


async def require_token(
    request: Request, given: Annotated[HTTPAuthorizationCredentials | None, Security(_bearer)]
) -> None:
    """Dependency of routes that write or administer.

    Raises:
        HTTPException: 403 if the service has no token set, 401 if the request's is missing or wrong.
    """
    options: ServiceOptions = request.app.state.options
    if options.token is None:
        raise HTTPException(403, f"Writes and administration are off: set {VARIABLE} where the service runs")
    if given is None:
        detail = "This needs a token: send the header `Authorization: Bearer …`"
        raise HTTPException(401, detail, {"WWW-Authenticate": 'Bearer realm="awayday"'})
    # Bytes: a comparison of strings refuses all but ASCII.
    if not secrets.compare_digest(given.credentials.encode(), options.token.encode()):
        challenge = 'Bearer realm="awayday", error="invalid_token"'
        raise HTTPException(401, "The token is not the service's", {"WWW-Authenticate": challenge})


TOKEN_PROBLEMS: Final[dict[int | str, dict[str, object]]] = {
    401: {"model": problems.Problem, "description": "The token is missing or wrong"},
    403: {"model": problems.Problem, "description": f"Writes and administration are off: {VARIABLE} is not set"},
}
"""What `require_token` answers, for the `responses` of a route."""
