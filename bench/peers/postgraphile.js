// PostGraphile 5: its own schema over the same tables.
import './promises.js';
import { createServer } from 'node:http';
import { grafserv } from 'postgraphile/grafserv/node';
import { jsonPgSmartTags, makePgSmartTagsPlugin } from 'postgraphile/utils';
import { makePgService } from 'postgraphile/adaptors/pg';
import { PostGraphileAmberPreset } from 'postgraphile/presets/amber';
import { postgraphile } from 'postgraphile';

const tags = makePgSmartTagsPlugin({
  kind: 'class',
  match: 'report',
  tags: { foreignKey: '(place) references bench_station (path)|@fieldName station' },
});

const preset = {
  extends: [PostGraphileAmberPreset],
  plugins: [tags],
  pgServices: [
    makePgService({ connectionString: process.env.DATABASE_URL, poolConfig: { max: 8 } }),
  ],
  grafserv: { graphqlPath: '/graphql', graphiql: false, watch: false },
  grafast: { explain: false },
};

const serving = postgraphile(preset).createServ(grafserv);
const server = createServer();
await serving.addTo(server);
server.listen(Number(process.env.PORT), '127.0.0.1');
