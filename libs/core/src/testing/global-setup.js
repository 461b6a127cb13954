import { existsSync, readFileSync } from 'node:fs';
import { POSTGRES_15_BIN } from './postgres-15.js';

/**
 * Jest's globalSetup: one throw-away PostgreSQL for the run, with migrated templates to clone, and a second one of
 * version 15, where that is installed, for the database's own specs.
 */
export default async function globalSetup({ nonFlagArgs = [] }) {
  if (nonFlagArgs.length > 0 && nonFlagArgs.every(needsNoDatabase)) return;
  const ownSpecs = nonFlagArgs.length === 0 || nonFlagArgs.some((argument) => /core\/src\/(db|migrate)/.test(argument));
  await import('./register-typescript.js');
  const { startTestServers } = await import('./test-servers.ts');
  globalThis.baseTestServers = await startTestServers({
    ownSpecs,
    postgres15Bin: ownSpecs ? findPostgres15() : undefined,
  });
}

/** True for a pure spec that is named in full: no need to wait for a server. */
function needsNoDatabase(argument) {
  return (
    /^(?!.*\.db\.spec\.ts$)(apps|libs)\/.*\.spec\.ts$/.test(argument) &&
    existsSync(argument) &&
    !readFileSync(argument, 'utf8').includes('#core/testing')
  );
}

function findPostgres15() {
  if (existsSync(POSTGRES_15_BIN)) return POSTGRES_15_BIN;
  const sentence = `PostgreSQL 15 is not installed (${POSTGRES_15_BIN}): THE DATABASE SPECS RUN ON POSTGRESQL 17 ONLY.`;
  if (process.env.CI === 'true') throw new Error(`${sentence} CI must install postgresql-15.`);
  process.stderr.write(`\n  ${sentence}\n\n`);
  return undefined;
}
