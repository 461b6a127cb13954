export { createTestDatabase, type TestDatabase } from './test-database.js';
export { currentServer, withDatabase, type GrantProfile, type TestServer, type TestServerName } from './test-server.js';
