import { randomBytes } from 'node:crypto';
import { chmodSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { environmentOf, type FakeProviders, startFakeProviders } from '#ai/testing';
import { withoutOwnSettings, type PlatformConfig } from '#core/config';
import { freePort, removeAbandonedClusters } from '#core/embedded';
import { openEmbeddedDatabase } from '../platform-database.js';
import { platformServices } from '../platform-services.js';
import { Supervisor } from '../supervisor.js';

const PREFIX = 'base-demo-';
const STOP_TIMEOUT_MS = 20_000;
const KEPT_LINES = 40;

/** A whole platform in a folder that is removed in the end. */
export interface ThrowawayPlatform {
  url: string;
  /** The owner's login, for checks that look behind the API. */
  ownerUrl: string;
  /** The providers. */
  fakes: FakeProviders;
  /** Rejects when a service cannot be kept alive. */
  failed: Promise<never>;
  /** Deaths and restarts: there should be none. */
  mishaps: readonly string[];
  /** The last lines that the services wrote, for a report of what went wrong. */
  logTail: readonly string[];
}

/**
 * Starts one on free ports, with none of the user's settings, and with the providers played by local servers.
 * @param ending rejects when there is no time left
 */
export async function startThrowawayPlatform(
  config: PlatformConfig,
  cleanup: AsyncDisposableStack,
  ending: Promise<never>,
): Promise<ThrowawayPlatform> {
  await removeAbandonedClusters(tmpdir(), PREFIX);
  const folder = mkdtempSync(join(tmpdir(), PREFIX));
  // The embedded PostgreSQL runs as another user when we are root.
  chmodSync(folder, 0o755);
  cleanup.defer(() => rmSync(folder, { recursive: true, force: true }));
  const fakes = await startFakes(cleanup);

  const secret = () => randomBytes(32).toString('base64url');
  const secrets = { apiPassword: secret(), workerPassword: secret() };
  const database = await openEmbeddedDatabase({ directory: folder, secrets, cleanup, throwaway: true });
  const port = await freePort();
  const mishaps: string[] = [];
  const logTail: string[] = [];
  const supervisor = new Supervisor({
    log: (service, line) => {
      logTail.push(`${service}: ${line}`);
      if (logTail.length > KEPT_LINES) logTail.shift();
    },
    notice: (text) => void mishaps.push(text),
    stopTimeoutMs: STOP_TIMEOUT_MS,
  });
  cleanup.defer(() => supervisor.stop());
  const started = supervisor.start(
    platformServices({
      config: withoutOwnSettings(config),
      foundation: {
        apiUrl: database.apiUrl,
        workerUrl: database.workerUrl,
        directUrl: undefined,
        appSecret: secret(),
        bullBoardPassword: undefined,
        dataDir: folder,
      },
      port,
      logFormat: 'json',
      color: false,
      extra: {
        HOST: '127.0.0.1',
        PUBLIC_URL: `http://127.0.0.1:${port}`,
        LOG_LEVEL: 'warn',
        ...environmentOf(fakes),
        PROVIDER_LONGEST_POLL_SECONDS: '1',
      },
    }),
  );
  await Promise.race([started, ending]);
  return {
    url: `http://127.0.0.1:${port}`,
    ownerUrl: database.directUrl,
    fakes,
    failed: supervisor.failed,
    mishaps,
    logTail,
  };
}

async function startFakes(cleanup: AsyncDisposableStack): Promise<FakeProviders> {
  const fakes = await startFakeProviders({
    openai: { latencyMs: 600 },
    elevenlabs: { latencyMs: 300 },
    replicate: { pollsToFinish: 2 },
    freepik: { pollsToFinish: 2 },
    fal: { pollsToFinish: 2 },
  });
  for (const fake of Object.values(fakes)) cleanup.defer(() => fake.close());
  return fakes;
}
