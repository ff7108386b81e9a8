"""The upper limit of a hand-written endpoint: PostgreSQL builds the JSON."""

import os
from typing import Any

import asyncpg
import orjson
import uvicorn

FIELDS = """json_build_object('id', r.id, 'reference', r.reference, 'categoryCode', r.category,
  'urgency', r.urgency, 'state', r.state, 'description', r.description, 'assignee', r.assignee,
  'routeReason', r.route_reason, 'receivedAt', r.received_at, 'updatedAt', r.updated_at,
  'station', (SELECT json_build_object('path', s.path, 'code', s.code, 'name', s.name)
    FROM bench_station s WHERE s.path = r.place),
  'actions', (SELECT coalesce(json_agg(json_build_object('id', a.id, 'kind', a.kind,
    'actor', a.actor, 'state', a.state, 'at', a.at) ORDER BY a.at, a.id), '[]')
    FROM action a WHERE a.subject_id = r.id))"""
Q1 = f"""SELECT coalesce(json_agg({FIELDS} ORDER BY r.received_at DESC, r.id DESC), '[]')::text
FROM (SELECT * FROM report WHERE city = $1 ORDER BY received_at DESC, id DESC LIMIT 50) AS r"""
Q2 = f"SELECT {FIELDS}::text FROM report r WHERE r.id = $1"
POOL: Any = None


async def application(scope: Any, receive: Any, send: Any) -> None:
    global POOL
    if scope["type"] == "lifespan":
        await receive()
        POOL = await asyncpg.create_pool(os.environ["DATABASE_URL"], min_size=8, max_size=8)
        await send({"type": "lifespan.startup.complete"})
        await receive()
        await send({"type": "lifespan.shutdown.complete"})
        return
    asked = orjson.loads((await receive())["body"])
    variables = asked.get("variables") or {}
    if "reports" in asked["query"]:
        answer = b'{"data":{"reports":%s}}' % await _asked(Q1, variables["city"])
    elif "report" in asked["query"]:
        answer = b'{"data":{"report":%s}}' % await _asked(Q2, variables["id"])
    else:
        answer = b'{"data":{"__typename":"Query"}}'
    headers = [(b"content-type", b"application/json")]
    await send({"type": "http.response.start", "status": 200, "headers": headers})
    await send({"type": "http.response.body", "body": answer})


async def _asked(statement: str, value: str) -> bytes:
    return (await POOL.fetchval(statement, value)).encode()


if __name__ == "__main__":
    uvicorn.run(
        application, host="127.0.0.1", port=int(os.environ["PORT"]), log_level="warning",
        access_log=False,
    )  # fmt: skip
