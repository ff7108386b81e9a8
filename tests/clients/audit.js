// Audit of GraphQL over HTTP: prints each item with how it ended; node audit.js URL
import { auditServer } from 'graphql-http';

const [url] = process.argv.slice(2);
const found = [];
for (const { id, name, status, reason } of await auditServer({ url })) {
  found.push({ id, name, status, reason });
}
console.log(JSON.stringify(found));
