import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { freePort } from '#core/embedded';
import { DataFolder } from './data-folder.js';
import { openFoundation, type Foundation } from './foundation.js';
import type { CommandContext } from './command.js';
import { platformServices } from './platform-services.js';
import { requirePort } from './ports.js';
import { findDemoAccess, type DemoAccess } from './seeds/demo-access.js';
import { rebuildOnChange } from './rebuild.js';
import { Secrets } from './secrets.js';
import { jsonLog, prefixedLog } from './service-log.js';
import type { StartupError } from './startup.errors.js';
import { startStudioDevServer } from './studio-dev-server.js';
import { StopSignals } from './stop-signals.js';
import { Supervisor } from './supervisor.js';

/** Beyond what a service takes to drain: its own limit ends it first, in order. */
const STOP_MARGIN_MS = 5_000;

/** `npm start` */
export function start(context: CommandContext): Promise<void> {
  return serveUntilStopped(context, { watches: false });
}

/** `npm run dev` */
export function develop(context: CommandContext): Promise<void> {
  return serveUntilStopped(context, { watches: true });
}

async function serveUntilStopped(context: CommandContext, mode: { watches: boolean }): Promise<void> {
  const { terminal } = context;
  const signals = new StopSignals({ endsWithParent: context.config.startedByNpm });
  void signals.received.then(() => terminal.line('\nStopping: what runs is finished or handed back first.'));
  const cleanup = new AsyncDisposableStack();
  try {
    const failures = await bringUp(context, mode, signals, cleanup);
    const failure = await Promise.race([signals.received, ...failures]);
    if (failure) throw failure;
  } catch (error) {
    // What a signal interrupts fails, and that is what was asked for.
    if (!signals.isStopping) throw error;
  } finally {
    await cleanup.disposeAsync();
    if (signals.isStopping) terminal.line('Stopped.');
    signals.dispose();
  }
}

/**
 * Every step in its order, each undone by `cleanup`.
 * @returns what ends the platform: each settles, one way or the other, with the reason
 */
async function bringUp(
  context: CommandContext,
  mode: { watches: boolean },
  signals: StopSignals,
  cleanup: AsyncDisposableStack,
): Promise<Promise<StartupError>[]> {
  const { config, terminal, command } = context;
  const startedAt = performance.now();
  const port = config.port === 0 ? await freePort() : config.port;
  await requirePort(config.host, port);
  const progress = (text: string) => terminal.line(text);
  const foundation = await openFoundation({ config, command, cleanup, progress });
  terminal.title('BASE Agency');
  const migrated = foundation.applied ? `${foundation.applied} migrations applied` : 'up to date';
  terminal.fact('Database', `${foundation.description}, ${migrated}`);
  const supervisor = superviseFor(context, mode);
  cleanup.defer(() => supervisor.stop());
  signals.onImpatience(() => supervisor.kill());
  const failures = [supervisor.failed, foundation.lost];
  if (signals.isStopping) return failures;

  const services = platformServices({
    config,
    foundation,
    port,
    logFormat: logFormat(context),
    color: terminal.isTty && config.mayColor,
    nodeFlags: mode.watches ? ['--enable-source-maps'] : [],
  });
  const ready = await Promise.race([
    Promise.all([seedDemo(context, foundation, port), supervisor.start(services)]),
    signals.received,
  ]);
  if (!ready) return failures;
  const [demo] = ready;
  announce(context, { foundation, demo, url: `http://localhost:${port}`, tookMs: performance.now() - startedAt });
  if (mode.watches) {
    await serveStudioSources(context, `http://localhost:${port}`, cleanup);
    watchSources(context, supervisor, cleanup);
  }
  return failures;
}

function logFormat({ config, terminal }: CommandContext): 'json' | 'pretty' {
  return config.logFormat ?? (terminal.isTty ? 'pretty' : 'json');
}

function superviseFor(context: CommandContext, mode: { watches: boolean }): Supervisor {
  const { config, terminal } = context;
  return new Supervisor({
    log: logFormat(context) === 'pretty' ? prefixedLog(terminal) : jsonLog(terminal),
    notice: (text) => terminal.notice(text),
    stopTimeoutMs: config.shutdownTimeoutMs + STOP_MARGIN_MS,
    waitsForChange: mode.watches,
  });
}

async function serveStudioSources(
  { config, terminal }: CommandContext,
  apiUrl: string,
  cleanup: AsyncDisposableStack,
): Promise<void> {
  const server = startStudioDevServer(apiUrl, config.inherited);
  cleanup.defer(() => server.stop());
  const url = await server.url;
  if (url) terminal.fact('Studio', `${url}  with hot reload`);
  else terminal.notice('The development server of the Studio ended; the built one is at the API.');
}

function watchSources({ terminal }: CommandContext, supervisor: Supervisor, cleanup: AsyncDisposableStack): void {
  const stopWatching = rebuildOnChange(
    async () => {
      terminal.line('Compiled; restarting the API and the worker.');
      await supervisor.restart();
    },
    (message) => terminal.notice(`${message}\nNot compiled; the previous build goes on.`),
  );
  cleanup.defer(stopWatching);
  terminal.line('Watching the sources for changes.');
}

/**
 * Only the installation that made itself is filled in: an operator's database is the operator's. The seed runs in a
 * process of its own, so that the code of every feature does not stay in this one's memory.
 */
async function seedDemo(
  { config }: CommandContext,
  foundation: Foundation,
  port: number,
): Promise<DemoAccess | undefined> {
  const { secrets, ownerUrl, dataDir } = foundation;
  if (!secrets) return undefined;
  const found = await findDemoAccess(ownerUrl, secrets);
  if (found) return found;
  const program = fileURLToPath(new URL('./main.js', import.meta.url));
  const env = { ...config.inherited, DATA_DIR: dataDir, PORT: String(port) };
  await promisify(execFile)(process.execPath, [program, 'seed', 'demo'], { env });
  return findDemoAccess(ownerUrl, Secrets.open(new DataFolder(dataDir)));
}

interface Announcement {
  foundation: Foundation;
  demo: DemoAccess | undefined;
  url: string;
  tookMs: number;
}

function announce({ terminal }: CommandContext, { foundation, demo, url, tookMs }: Announcement): void {
  terminal.line();
  terminal.title(`Ready after ${(tookMs / 1000).toFixed(1)} s`);
  terminal.fact('Studio', url);
  terminal.fact('API', `${url}/api/health`);
  terminal.fact('Docs', `${url}/api/docs`);
  if (foundation.bullBoardPassword) {
    terminal.fact('Bull Board', `${url}/admin/queues  operator / ${foundation.bullBoardPassword}`);
  }
  if (demo) {
    terminal.fact('Demo login', `${demo.email} / ${demo.password}`);
    terminal.fact('Demo key', demo.apiKey);
  }
  terminal.line('Ctrl-C stops everything.\n');
}
