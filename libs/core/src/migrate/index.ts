export { bootstrapPlainPostgres, isBlankAndOurs } from './bootstrap.js';
export { detectTarget, type DatabaseTarget } from './detect-target.js';
export { MigrationError } from './migrate.errors.js';
export { migrate, type MigrateOptions, type MigrateResult } from './migrator.js';
export { resetDatabase } from './reset.js';
export { setRolePassword } from './role-password.js';
export { readStatus, formatStatus, status, type DatabaseStatus } from './status.js';
