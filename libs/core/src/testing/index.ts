export { createTestDatabase, type TestDatabase } from './test-database.js';
export { BUSIEST, fillDatabase, type Volume } from './fill-database.js';
export { HOT_QUERIES, type HotQuery } from './hot-queries.js';
export { currentServer, withDatabase, type GrantProfile, type TestServer, type TestServerName } from './test-server.js';
