// Apollo Server, standalone, with dataloaders.
import { ApolloServer } from '@apollo/server';
import { startStandaloneServer } from '@apollo/server/standalone';
import DataLoader from 'dataloader';
import { actionsOf, reportOf, reportsOf, stationsOf, typeDefs } from './rows.js';

const server = new ApolloServer({
  typeDefs: typeDefs.replace(/type Subscription .*/, ''),
  resolvers: {
    Query: {
      reports: (_, { city, first }) => reportsOf(city, first),
      report: (_, { id }) => reportOf(id),
    },
    Report: {
      actions: (report, _, { actions }) => actions.load(report.id),
      station: (report, _, { stations }) => stations.load(report.place),
    },
  },
});

await startStandaloneServer(server, {
  listen: { host: '127.0.0.1', port: Number(process.env.PORT) },
  context: async () => ({
    actions: new DataLoader(actionsOf),
    stations: new DataLoader(stationsOf),
  }),
});
