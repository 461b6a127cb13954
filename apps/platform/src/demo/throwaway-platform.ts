import { randomBytes } from 'node:crypto';
import { chmodSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startFakeOpenAi, type FakeOpenAi } from '#ai/testing';
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
  openAi: FakeOpenAi;
  /** Rejects when a service cannot be kept alive. */
  failed: Promise<never>;
  /** Deaths and restarts: there should be none. */
  mishaps: readonly string[];
  /** The last lines that the services wrote, for a report of what went wrong. */
  logTail: readonly string[];
}

/**
 * Starts one on free ports, with none of the user's settings, and with OpenAI played by a local server.
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
  const openAi = await startFakeOpenAi({ latencyMs: 600 });
  cleanup.defer(() => openAi.close());

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
        OPENAI_API_KEY: openAi.apiKey,
        OPENAI_BASE_URL: openAi.baseUrl,
      },
    }),
  );
  await Promise.race([started, ending]);
  return {
    url: `http://127.0.0.1:${port}`,
    ownerUrl: database.directUrl,
    openAi,
    failed: supervisor.failed,
    mishaps,
    logTail,
  };
}
