"""The bearer token of writes and administration."""

import httpx
import pytest
from fastapi import APIRouter, Depends

from serving.app import create_app
from serving.auth import TOKEN_PROBLEMS, require_token
from serving.options import ServiceOptions
from tests.serving.client import Client
from tests.serving.world import predictor

TOKEN = "correct-horse-battery"


def guarded(token: str | None) -> Client:
    """A service with one guarded route."""
    router = APIRouter()

    @router.put("/guarded", dependencies=[Depends(require_token)], responses=TOKEN_PROBLEMS)
    async def change() -> dict[str, bool]:
        return {"changed": True}

    app = create_app(predictor, options=ServiceOptions(token=token))
    app.include_router(router)
    return Client(app)


def put(token: str | None, authorization: str | None) -> httpx.Response:
    with guarded(token) as client:
        return client.send("PUT", "/guarded", headers={"Authorization": authorization} if authorization else None)


def test_the_right_token_is_let_through() -> None:
    assert put(TOKEN, f"Bearer {TOKEN}").json() == {"changed": True}
    assert put(TOKEN, f"bearer {TOKEN}").json() == {"changed": True}, "the scheme's name is in any case (RFC 7235)"


@pytest.mark.parametrize("authorization", [None, f"Basic {TOKEN}", "Bearer", TOKEN])
def test_without_a_token_the_answer_is_401_and_says_what_is_wanted(authorization: str | None) -> None:
    response = put(TOKEN, authorization)
    assert response.status_code == 401
    assert response.headers["content-type"] == "application/problem+json"
    assert response.headers["www-authenticate"] == 'Bearer realm="awayday"'
    assert "Authorization: Bearer" in response.json()["detail"]


@pytest.mark.parametrize("token", [TOKEN[:-1], TOKEN + "x", TOKEN.upper(), "é"])
def test_a_wrong_token_is_401_and_is_not_echoed(token: str) -> None:
    with guarded(TOKEN) as client:
        response = client.send("PUT", "/guarded", headers=[("Authorization", f"Bearer {token}".encode())])
    assert response.status_code == 401
    assert response.headers["www-authenticate"].endswith('error="invalid_token"')
    assert token not in response.text


@pytest.mark.parametrize("authorization", [None, f"Bearer {TOKEN}"])
def test_where_no_token_is_set_writes_are_off_and_the_variable_is_named(authorization: str | None) -> None:
    response = put(None, authorization)
    assert response.status_code == 403
    assert response.headers["content-type"] == "application/problem+json"
    assert "AWAYDAY_TOKEN" in response.json()["detail"]
