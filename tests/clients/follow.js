// Follows a place as an app would: node follow.js ws|sse URL TOKEN PATH
//
// Prints a line for each item. When a line comes in on standard input it drops its connection, waits
// for another line, and comes back with its cursor. Ends when standard input does.
import { createInterface } from 'node:readline';
import { createClient as createSseClient } from 'graphql-sse';
import { createClient as createWsClient } from 'graphql-ws';
import WebSocket from 'ws';

const [kind, url, token, path] = process.argv.slice(2);
const query = `subscription Follow($path: String!, $after: String) {
  placeEvents(path: $path, after: $after) {
    __typename
    ... on ReportEvent { cursor report { reference } }
    ... on CaughtUp { cursor }
    ... on ComeBack { cursor }
    ... on Problem { code message }
  }
}`;
const authorization = `Bearer ${token}`;
let cursor = null;

function connect() {
  const client =
    kind === 'ws'
      ? createWsClient({
          url: url.replace('http', 'ws'),
          webSocketImpl: WebSocket,
          connectionParams: { authorization },
          retryAttempts: 0,
        })
      : createSseClient({ url, headers: { authorization }, retryAttempts: 0 });
  const done = new Promise((resolve) => {
    const say = (word) => () => resolve(console.log(word));
    client.subscribe(
      { query, variables: { path, after: cursor } },
      {
        next({ data, errors }) {
          if (errors) throw new Error(JSON.stringify(errors));
          const item = data.placeEvents;
          cursor = item.cursor ?? cursor;
          console.log(item.report?.reference ?? item.code ?? item.__typename);
        },
        error: say('dropped'),
        complete: say('completed'),
      },
    );
  });
  return { client, done };
}

const lines = createInterface({ input: process.stdin })[Symbol.asyncIterator]();
let { client, done } = connect();
while (!(await lines.next()).done) {
  if (kind === 'ws') client.terminate();
  else client.dispose();
  await done;
  if ((await lines.next()).done) break;
  ({ client, done } = connect());
}
process.exit(0);
