"""Generate the rows of the benchmarks with SQL: reports of many cities."""

import hashlib
from collections.abc import Sequence
from typing import Any, Final
from uuid import UUID

import asyncpg

STATIONS_TABLE: Final = """
CREATE TABLE IF NOT EXISTS bench_station (
  path varchar(255) COLLATE "C" PRIMARY KEY, code varchar(64) NOT NULL, name varchar(120) NOT NULL
)"""
REPORTS: Final = """
INSERT INTO report (id, city, place, reference, category, urgency, description, answers, latitude,
  longitude, accuracy, state, assignee, route_reason, awaits_answer, received_at, received_on,
  updated_at, receipt_selector, receipt_verifier)
SELECT md5('report' || n)::uuid, city, place, 'R-' || n,
  (ARRAY['traffic.signal-jumping', 'tobacco.sale-to-minors', 'harassment', 'municipal'])[n % 4 + 1],
  'EXPECTED', 'A white car jumped the red light at the crossing and nearly hit a child. ' || n,
  '{}', 21.2 + (n % 1000) / 5000.0, 81.6 + (n % 997) / 5000.0, 12.5,
  (ARRAY['RECEIVED', 'ACKNOWLEDGED', 'IN_PROGRESS'])[n % 3 + 1],
  CASE n % 3 WHEN 2 THEN 'Beat 4' END, 'the nearest station', false, at, at::date, at,
  's' || n, 'v'
FROM (
  SELECT n, ($1::text[])[n % $2 + 1] AS city,
    timestamptz '2026-01-01' + n * interval '3 seconds' AS at
  FROM generate_series($3::bigint, $4::bigint) AS n
) AS numbered
CROSS JOIN LATERAL (
  SELECT path AS place FROM bench_station
  WHERE path > city || '/' AND path < city || '0' ORDER BY path OFFSET n / $2 % (
    SELECT count(*) FROM bench_station WHERE path > city || '/' AND path < city || '0'
  ) LIMIT 1
) AS station"""
ACTIONS: Final = """
INSERT INTO action (id, subject_type, subject_id, kind, actor, visibility, number, at, state, text)
SELECT md5(kind || n)::uuid, 'Report', md5('report' || n)::uuid, kind, actor, 'PUBLIC',
  2 * n + step,
  timestamptz '2026-01-01' + n * interval '3 seconds' + step * interval '1 minute', state, ''
FROM generate_series($1::bigint, $2::bigint) AS n
CROSS JOIN (VALUES (0, 'SUBMIT', 'REPORTER', 'RECEIVED'),
  (1, 'ACKNOWLEDGE', 'POLICE', 'ACKNOWLEDGED')) AS steps (step, kind, actor, state)"""
COLUMNS: Final = """
SELECT column_name FROM information_schema.columns WHERE table_name = 'action'"""
LOGS: Final = """
INSERT INTO city_log (city, last_number) SELECT unnest($1::text[]), 2 * $2
ON CONFLICT (city) DO UPDATE SET last_number = excluded.last_number"""
STEP: Final = 100_000


def own_report_id(number: int) -> UUID:
    """Return the UUID of the report with a number."""
    return UUID(hashlib.md5(f"report{number}".encode()).hexdigest())  # noqa: S324 - no secret


class Dataset:
    """Adds reports to a migrated PostgreSQL database."""

    def __init__(self, url: str, cities: Sequence[str], stations: Sequence[Sequence[str]]) -> None:
        self._url = url
        self._cities = list(cities)
        self._stations = stations
        self.reports = 0

    async def grow(self, reports: int, progress: Any = None) -> None:
        """Add reports, each with two actions, until there are `reports`."""
        connection: Any = await asyncpg.connect(self._url)
        try:
            await connection.execute("SET synchronous_commit = off")
            await connection.execute(STATIONS_TABLE)
            await connection.executemany(
                "INSERT INTO bench_station VALUES ($1, $2, $3) ON CONFLICT DO NOTHING",
                self._stations,
            )
            while self.reports < reports:
                await self._step(connection, min(STEP, reports - self.reports))
                if progress is not None:
                    progress(self.reports)
            await connection.execute(LOGS, self._cities, self.reports // len(self._cities) + 1)
            await connection.execute("VACUUM ANALYZE")
        finally:
            await connection.close()

    async def _step(self, connection: Any, count: int) -> None:
        first, last = self.reports, self.reports + count - 1
        await connection.execute(REPORTS, self._cities, len(self._cities), first, last)
        await connection.execute(await fitting(connection, ACTIONS), first, last)
        self.reports += count


EVENTS: Final = """
WITH grown AS (
  INSERT INTO city_log (city, last_number) VALUES ($1, $3)
  ON CONFLICT (city) DO UPDATE SET last_number = city_log.last_number + $3
  RETURNING last_number - $3 AS before
), made AS (
  INSERT INTO action (id, subject_type, subject_id, kind, actor, visibility, at, state, text)
  SELECT gen_random_uuid(), 'Report', r.id, 'SUBMIT', 'REPORTER', 'PUBLIC', clock_timestamp(),
    'RECEIVED', ''
  FROM (SELECT id FROM report WHERE city = $1 LIMIT 1) AS r, generate_series(1, $3)
  RETURNING id, subject_id
)
INSERT INTO event (city, number, place, action_id, subject_type, subject_id)
SELECT $1, grown.before + row_number() OVER (), $2, made.id, 'Report', made.subject_id
FROM made, grown"""


async def fitting(connection: Any, statement: str) -> str:
    """Return a statement adapted to the tables of this or an earlier checkout."""
    columns = {row[0] for row in await connection.fetch(COLUMNS)}
    if "number" not in columns:
        statement = statement.replace(" number,", "").replace("\n  2 * n + step,", "")
    if "subject_id" not in columns:
        statement = statement.replace("subject_type, subject_id", "report_id")
        statement = statement.replace("'Report', ", "").replace("subject_id", "report_id")
    return statement


async def append_events(connection: Any, city: str, place: str, count: int) -> None:
    """Append events to a city's log in one transaction, like another server process."""
    await connection.execute(await fitting(connection, EVENTS), city, place, count)
    await connection.execute("SELECT pg_notify('citizencop_log', $1)", f"bench {city}")
