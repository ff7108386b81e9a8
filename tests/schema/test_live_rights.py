"""Whoever loses the right to a stream gets no more of it, live or from the past."""

import asyncio
from datetime import timedelta

import asyncpg
import pytest

from core import sign_in
from core.clock import now
from core.people import Role
from tests.client import PLACE_EVENTS, Client
from tests.conftest import EDGETOWN, Running


async def token_of(place: str) -> tuple[str, str]:
    """Make a token; return it with its id."""
    made = await sign_in.create_token("Desk", Role.OFFICER, place)
    (newest, *_) = await sign_in.list_tokens()
    return made.token, str(newest.id)


async def test_a_revocation_counts_whatever_the_clock_of_its_host_says(
    running: Running, citizen: Client, database_name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    token, token_id = await token_of(EDGETOWN)
    async with running.client(token) as desk, desk.stream(PLACE_EVENTS, path=EDGETOWN) as portal:
        await portal.caught_up()
        await citizen.submit()
        assert (await portal.next())["__typename"] == "ReportEvent"
        monkeypatch.setattr(sign_in, "now", lambda: now() - timedelta(hours=1))
        assert await sign_in.revoke_token(token_id)
        await citizen.submit()
        assert (await portal.next())["__typename"] == "UnauthenticatedProblem"
        await portal.ended()


@pytest.mark.database("postgresql")
async def test_revocations_become_visible_in_the_order_of_their_numbers(
    running: Running, database_url: str, database_name: str
) -> None:
    """The second waits for the first to commit: nobody sees it without the first."""
    (_, first), (_, second) = await token_of(EDGETOWN), await token_of(EDGETOWN)
    connection = await asyncpg.connect(database_url)
    try:
        transaction = connection.transaction()
        await transaction.start()
        number = await connection.fetchval(sign_in._TAKE_NUMBER)
        statement = "UPDATE officer_token SET revoked_at = now(), revocation = $1 WHERE id = $2"
        await connection.execute(statement, number, first)
        revoking = asyncio.create_task(sign_in.revoke_token(second))
        waiting = "SELECT count(*) FROM pg_locks WHERE NOT granted"
        async with asyncio.timeout(10):
            while not await connection.fetchval(waiting):
                await asyncio.sleep(0.01)
        assert await sign_in.revoked_after(0) == {}
        await transaction.commit()
        assert await revoking
    finally:
        await connection.close()
    found = await sign_in.revoked_after(0)
    assert sorted((number, str(own_id)) for own_id, number in found.items()) == [
        (1, first),
        (2, second),
    ]
    assert [str(own_id) for own_id in await sign_in.revoked_after(1)] == [second]
