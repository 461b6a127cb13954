export { createTestDatabase, type TestDatabase } from './test-database.js';
export { BUSIEST, fillDatabase, type Volume } from './fill-database.js';
export { withFreshDatabase } from './generate-schema-types.js';
export { FileServer } from './file-server.js';
export { formOf, type FormFile, type FormRequest } from './form.js';
export { HOT_QUERIES, type HotQuery } from './hot-queries.js';
export { currentServer, withDatabase, type GrantProfile, type TestServer, type TestServerName } from './test-server.js';
export { FakeS3, rangeOf } from './fake-s3.js';
