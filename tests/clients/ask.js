// Asks a query over each transport's own client: node ask.js URL
import { createClient as createHttpClient } from 'graphql-http';
import { createClient as createSseClient } from 'graphql-sse';
import { createClient as createWsClient } from 'graphql-ws';
import WebSocket from 'ws';

const [url] = process.argv.slice(2);
const clients = {
  http: createHttpClient({ url }),
  sse: createSseClient({ url, retryAttempts: 0 }),
  ws: createWsClient({ url: url.replace('http', 'ws'), webSocketImpl: WebSocket }),
};

function ask(client, query) {
  return new Promise((resolve) => {
    let answer = null;
    client.subscribe(
      { query },
      {
        next: (value) => (answer = value),
        error: (error) => resolve({ refused: Array.isArray(error) ? error[0].message : String(error) }),
        complete: () => resolve(answer),
      },
    );
  });
}

const found = {};
for (const [name, client] of Object.entries(clients)) {
  found[name] = [await ask(client, '{ __typename }'), await ask(client, '{ nothing }')];
  await client.dispose();
}
console.log(JSON.stringify(found));
process.exit(0);
