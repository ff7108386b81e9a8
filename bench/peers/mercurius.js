// Mercurius with its compiler (JIT), its loaders and its subscriptions.
import Fastify from 'fastify';
import mercurius from 'mercurius';
import { event } from './events.js';
import { actionsOf, reportOf, reportsOf, stationsOf, typeDefs } from './rows.js';

const app = Fastify({ logger: false });

app.register(mercurius, {
  schema: typeDefs,
  resolvers: {
    Query: {
      reports: (_, { city, first }) => reportsOf(city, first),
      report: (_, { id }) => reportOf(id),
    },
    Subscription: {
      placeEvents: { subscribe: async (_, __, { pubsub }) => pubsub.subscribe('place') },
    },
  },
  loaders: {
    Report: {
      actions: (queries) => actionsOf(queries.map(({ obj }) => obj.id)),
      station: (queries) => stationsOf(queries.map(({ obj }) => obj.place)),
    },
  },
  subscription: true,
  jit: 1,
});

app.post('/emit', async (request) => {
  const { sent, n } = request.body;
  for (let i = 0; i < n; i += 1) {
    app.graphql.pubsub.publish({ topic: 'place', payload: { placeEvents: event(sent) } });
  }
  return {};
});

await app.listen({ host: '127.0.0.1', port: Number(process.env.PORT) });
