import { resolve } from 'node:path';

/** The Studio's stories: a browser and a platform for each file, two files at a time. */
export default {
  rootDir: resolve(import.meta.dirname, '../..'),
  roots: ['<rootDir>/test/studio'],
  testMatch: ['**/*.story.ts'],
  testEnvironment: 'node',
  testEnvironmentOptions: { customExportConditions: ['source', 'node', 'node-addons'] },
  extensionsToTreatAsEsm: ['.ts'],
  transform: { '^.+\\.ts$': '@swc/jest' },
  moduleNameMapper: { '^(\\.{1,2}/.*)\\.js$': '$1' },
  setupFiles: ['reflect-metadata'],
  maxWorkers: 2,
  testTimeout: 180_000,
};
