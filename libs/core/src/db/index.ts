export {
  createDatabase,
  databaseError,
  type Db,
  isTransient,
  isUnavailable,
  POSTGRES_ERRORS,
  type Trx,
} from './database.js';
export { storableJson, storableText } from './storable.js';
export { DatabaseModule, DB_TOKEN, InjectDb } from './database.module.js';
export { withOperator, withService, withTenant, type TenantClaims } from './tenant.js';
export type { DB } from './schema.gen.js';
