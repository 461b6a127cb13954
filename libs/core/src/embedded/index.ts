export { EmbeddedPostgresError } from './embedded.errors.js';
export {
  startEmbeddedPostgres,
  type EmbeddedPostgres,
  type EmbeddedPostgresLog,
  type EmbeddedPostgresOptions,
} from './embedded-postgres.js';
export { freePort } from './free-port.js';
export { removeAbandonedClusters } from './abandoned-clusters.js';
