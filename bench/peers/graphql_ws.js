// graphql-ws on ws: subscriptions only.
import { EventEmitter, on } from 'node:events';
import { createServer } from 'node:http';
import { buildSchema } from 'graphql';
import { useServer } from 'graphql-ws/use/ws';
import { WebSocketServer } from 'ws';
import { bodyOf, event } from './events.js';
import { typeDefs } from './rows.js';

const happening = new EventEmitter();
happening.setMaxListeners(0);

async function* placeEvents() {
  for await (const [payload] of on(happening, 'event')) yield { placeEvents: payload };
}

const server = createServer(async (request, response) => {
  const { sent, n } = await bodyOf(request);
  for (let i = 0; i < n; i += 1) happening.emit('event', event(sent));
  response.end('{}');
});
const sockets = new WebSocketServer({ server, path: '/graphql' });
useServer({ schema: buildSchema(typeDefs), roots: { subscription: { placeEvents } } }, sockets);
server.listen(Number(process.env.PORT), '127.0.0.1');
