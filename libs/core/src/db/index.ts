export { createDatabase, databaseError, POSTGRES_ERRORS, type Db, type Trx } from './database.js';
export { DatabaseModule, DB_TOKEN, InjectDb } from './database.module.js';
export { withOperator, withService, withTenant, type TenantClaims } from './tenant.js';
export type { DB } from './schema.gen.js';
