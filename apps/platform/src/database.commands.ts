import {
  bootstrapPlainPostgres,
  formatStatus,
  isBlankAndOurs,
  migrate,
  readStatus,
  resetDatabase,
} from '#core/migrate';
import { readArguments, type CommandContext } from './command.js';
import { holdDataFolder, openFoundation } from './foundation.js';
import { DataFolder } from './data-folder.js';
import { DataFolderLock } from './data-folder-lock.js';
import { startBootstrapped } from './platform-database.js';
import { requireDatabase } from './reachability.js';
import { StartupError } from './startup.errors.js';
import { StopSignals } from './stop-signals.js';

/** `npm run db:up`: the embedded PostgreSQL in the foreground, for tools and tests in another terminal. */
export async function up(context: CommandContext): Promise<void> {
  const { config, command, terminal } = context;
  if (config.database) {
    throw new StartupError('DATABASE_URL is set, so there is a database already: unset it to use the embedded one.');
  }
  const { values } = readArguments(context, { port: { type: 'string' } });
  const port = values.port === undefined ? undefined : parsePort(values.port);
  await using cleanup = new AsyncDisposableStack();
  const signals = new StopSignals({ endsWithParent: config.startedByNpm });
  cleanup.defer(() => signals.dispose());
  await openFoundation({ config: { ...config, redisUrl: undefined }, command, cleanup, port });
  const urls = DataFolderLock.holderOf(new DataFolder(config.dataDir))?.database;
  if (urls && !signals.isStopping) {
    terminal.line(`DATABASE_URL=${urls.directUrl}`);
    terminal.line(`DIRECT_DATABASE_URL=${urls.directUrl}`);
    terminal.line(`# With least rights, the API:    ${urls.apiUrl}`);
    terminal.line(`# With least rights, the worker: ${urls.workerUrl}`);
    terminal.line(`# Superuser:                     ${urls.superuserUrl}`);
    terminal.line('# Ctrl-C stops it.');
  }
  await signals.received;
}

function parsePort(text: string): number {
  const port = Number(text);
  if (Number.isInteger(port) && port > 0 && port <= 65_535) return port;
  throw new StartupError(`--port ${text} is not a port: use a number from 1 to 65535.`);
}

/** `npm run db:migrate [-- --bootstrap]`; an empty plain PostgreSQL is prepared without being asked. */
export async function applyMigrations(context: CommandContext): Promise<void> {
  const { values } = readArguments(context, { bootstrap: { type: 'boolean', default: false } });
  const log = (line: string) => context.terminal.line(line);
  await withOwner(context, async ({ directUrl }) => {
    if (values.bootstrap || (await isBlankAndOurs(directUrl))) await bootstrapPlainPostgres(directUrl, { log });
    await migrate(directUrl, { log });
  });
}

/** `npm run db:status` */
export async function showStatus(context: CommandContext): Promise<void> {
  await withOwner(context, async ({ directUrl }) => {
    context.terminal.line(formatStatus(await readStatus(directUrl)));
  });
}

/** `npm run db:reset [-- --yes]` */
export async function reset(context: CommandContext): Promise<void> {
  const { config, terminal } = context;
  const { values } = readArguments(context, { yes: { type: 'boolean', default: false } });
  if (!values.yes) refuseUnasked(context);
  await withOwner(context, async ({ directUrl }) => {
    await resetDatabase(directUrl, { log: (line) => terminal.line(line) });
  });
  if (!config.database) terminal.line('The next npm start fills the demo organization in again.');
}

/** What may be lost without a question: the data of the embedded default while nobody uses it. */
function refuseUnasked({ config }: CommandContext): void {
  if (config.isProduction || config.database) {
    const place = config.database ? new URL(config.database.directUrl).host : 'production';
    throw new StartupError(`This deletes all data in the database at ${place}: say so with npm run db:reset -- --yes.`);
  }
  const holder = DataFolderLock.holderOf(new DataFolder(config.dataDir));
  if (holder && holder.command !== 'db:up') {
    throw new StartupError(
      `A platform is running on this database (npm run ${holder.command}, process ${holder.pid}): stop it first, or reset under it with npm run db:reset -- --yes.`,
    );
  }
}

export interface OwnerLogin {
  /** As the role that owns everything. */
  directUrl: string;
}

/**
 * Runs `work` on the operator's database, on the embedded one that another command has running, or on the embedded one
 * started for this.
 */
export async function withOwner(context: CommandContext, work: (login: OwnerLogin) => Promise<void>): Promise<void> {
  const { config, command } = context;
  if (config.database) {
    await requireDatabase(config.database.directUrl, 'DIRECT_DATABASE_URL');
    return work(config.database);
  }
  const folder = new DataFolder(config.dataDir);
  const running = DataFolderLock.holderOf(folder)?.database;
  if (running) return work(running);
  await using cleanup = new AsyncDisposableStack();
  holdDataFolder({ config, command, cleanup });
  await work(await startBootstrapped({ directory: folder.postgres, cleanup }));
}
