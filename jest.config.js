import { existsSync } from 'node:fs';
import { POSTGRES_15_BIN } from './libs/core/src/testing/postgres-15.js';

/** Jest runs the TypeScript sources directly (SWC strips the types); `#…` imports resolve by the `source` condition. */
const project = {
  rootDir: import.meta.dirname,
  roots: ['<rootDir>/apps', '<rootDir>/libs', '<rootDir>/test'],
  testMatch: ['**/*.spec.ts'],
  testEnvironment: 'node',
  testEnvironmentOptions: { customExportConditions: ['source', 'node', 'node-addons'] },
  extensionsToTreatAsEsm: ['.ts'],
  transform: { '^.+\\.ts$': '@swc/jest' },
  moduleNameMapper: { '^(\\.{1,2}/.*)\\.js$': '$1' },
  setupFiles: ['reflect-metadata'],
  globalSetup: '<rootDir>/libs/core/src/testing/global-setup.js',
  globalTeardown: '<rootDir>/libs/core/src/testing/global-teardown.js',
};

/** The database's own specs run a second time, on PostgreSQL 15, where it is installed. */
const onPostgres15 = {
  ...project,
  displayName: 'postgres 15',
  roots: ['<rootDir>/libs/core/src/db', '<rootDir>/libs/core/src/migrate'],
  testMatch: ['**/*.db.spec.ts'],
  globals: { testServer: 'postgres-15' },
};

export default {
  projects: [project, ...(existsSync(POSTGRES_15_BIN) ? [onPostgres15] : [])],
  maxWorkers: 2,
  // Jest reads these here only, not in a project. The timeout ends what hangs; no test promises a time by it, and a busy
  // machine starts a platform in half a minute.
  testTimeout: 120_000,
  // A process with many modules takes more than the usual half second to end on a busy machine. One that a test has left
  // something open in does not end in ten either: then the warning is true.
  workerGracefulExitTimeout: 10_000,
};
