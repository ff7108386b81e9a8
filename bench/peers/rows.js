// The rows that every peer serves, read as recommended for each peer.
import pg from 'pg';

pg.types.setTypeParser(1184, (text) => new Date(text).toISOString());

export const pool = new pg.Pool({ connectionString: process.env.DATABASE_URL, max: 8 });

const COLUMNS = `id, reference, category AS "categoryCode", urgency, state, description, assignee,
  route_reason AS "routeReason", received_at AS "receivedAt", updated_at AS "updatedAt", place`;

async function rows(name, text, values) {
  return (await pool.query({ name, text, values })).rows;
}

export const reportsOf = (city, first) =>
  rows('reports', `SELECT ${COLUMNS} FROM report WHERE city = $1
    ORDER BY received_at DESC, id DESC LIMIT $2`, [city, first]);

export const reportOf = async (id) =>
  (await rows('report', `SELECT ${COLUMNS} FROM report WHERE id = $1`, [id]))[0];

export async function actionsOf(ids) {
  const found = await rows('actions', `SELECT id, report_id, kind, actor, state, at FROM action
    WHERE report_id = ANY($1) ORDER BY at, id`, [ids]);
  const byReport = new Map(ids.map((id) => [id, []]));
  for (const row of found) byReport.get(row.report_id).push(row);
  return ids.map((id) => byReport.get(id));
}

export async function stationsOf(paths) {
  const found = await rows('stations', `SELECT path, code, name FROM bench_station
    WHERE path = ANY($1)`, [[...new Set(paths)]]);
  const byPath = new Map(found.map((row) => [row.path, row]));
  return paths.map((path) => byPath.get(path) ?? null);
}

export const typeDefs = `
  type Station { path: String! code: String! name: String! }
  type Action { id: ID! kind: String! actor: String! state: String! at: String! }
  type Report {
    id: ID! reference: String! categoryCode: String! urgency: String! state: String!
    description: String! assignee: String routeReason: String! receivedAt: String!
    updatedAt: String! station: Station actions: [Action!]!
  }
  type Happened { kind: String! actor: String! state: String! }
  type Subject { reference: String! state: String! categoryCode: String! }
  type PlaceEvent {
    cursor: String! at: String! place: String! urgency: String!
    action: Happened! report: Subject!
  }
  type Query {
    reports(city: String!, first: Int!): [Report!]!
    report(id: ID!): Report
  }
  type Subscription { placeEvents(path: String!): PlaceEvent! }
`;
