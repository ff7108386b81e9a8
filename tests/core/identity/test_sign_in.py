"""Officers' tokens: shown once, stored as a hash, ended at once."""

import asyncio
from collections.abc import AsyncIterator
from datetime import timedelta
from uuid import uuid4

import pytest

from core.identity.models import OfficerToken
from core.identity.people import ANYONE, Role
from core.identity.sign_in import (
    authenticate,
    create_token,
    list_tokens,
    revoke_token,
    revoked_after,
)
from core.storage import database

PLACE = "india/testland/edgetown"


@pytest.fixture(autouse=True)
async def opened(database_url: str) -> AsyncIterator[None]:
    async with database.opened(database_url):
        yield


async def test_a_token_signs_its_officer_in_however_it_is_typed() -> None:
    made = await create_token("Desk 1", Role.OBSERVER, PLACE)
    for typed in (made.token, made.token.lower().replace("-", " ")):
        viewer = await authenticate(typed)
        assert (viewer.officer_id, viewer.name) == (made.officer.id, "Desk 1")
        assert (viewer.role, viewer.place) == (Role.OBSERVER, PLACE)
        assert viewer.expires_at == made.expires_at


async def test_the_token_itself_is_nowhere() -> None:
    made = await create_token("Desk 1", Role.OFFICER, PLACE)
    (row,) = await OfficerToken.all().values()
    letters = made.token.replace("-", "")
    assert not [name for name, value in row.items() if letters in str(value).replace("-", "")]


@pytest.mark.parametrize("token", [None, "", "x", "0000-0000-0000-0000-0000-0000"])
async def test_what_is_no_token_is_anyones(token: str | None) -> None:
    await create_token("Desk 1", Role.OFFICER, PLACE)
    assert await authenticate(token) is ANYONE


async def test_a_token_ends_with_its_time() -> None:
    lasting = await create_token("Desk 1", Role.OFFICER, PLACE, timedelta(minutes=1))
    ended = await create_token("Desk 2", Role.OFFICER, PLACE, timedelta(0))
    assert (await authenticate(lasting.token)).name == "Desk 1"
    assert await authenticate(ended.token) is ANYONE


async def test_a_token_is_revoked_once_and_only_its_own_officer_is_out() -> None:
    one = await create_token("Desk 1", Role.OFFICER, PLACE)
    other = await create_token("Desk 2", Role.OFFICER, PLACE)
    row = await OfficerToken.get(officer_id=one.officer.id)
    answers = await asyncio.gather(*(revoke_token(str(row.id)) for _ in range(4)))
    assert sorted(answers) == [False, False, False, True]
    assert await authenticate(one.token) is ANYONE
    assert (await authenticate(other.token)).name == "Desk 2"
    assert not await revoke_token(str(uuid4()))


async def test_revocations_are_numbered_in_their_order() -> None:
    rows = []
    for name in ("a", "b", "c"):
        made = await create_token(name, Role.OFFICER, PLACE)
        rows.append(await OfficerToken.get(officer_id=made.officer.id))
    assert await revoked_after(0) == {}
    for row in rows[:2]:
        await revoke_token(str(row.id))
    numbers = await revoked_after(0)
    assert set(numbers) == {rows[0].id, rows[1].id}
    assert numbers[rows[0].id] < numbers[rows[1].id]
    assert await revoked_after(numbers[rows[0].id]) == {rows[1].id: numbers[rows[1].id]}


async def test_the_newest_token_is_listed_first() -> None:
    for name in ("first", "second", "third"):
        await create_token(name, Role.OFFICER, PLACE)
    assert [each.officer.name for each in await list_tokens()] == ["third", "second", "first"]
