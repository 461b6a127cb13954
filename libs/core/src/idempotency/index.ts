export { IdempotencyHttpModule } from './idempotency.module.js';
