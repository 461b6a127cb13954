import type { PlatformConfig } from '#core/config';
import { DataFolder } from './data-folder.js';
import { DataFolderLock } from './data-folder-lock.js';
import { migrateGivenDatabase, openEmbeddedDatabase, serviceDirectUrl } from './platform-database.js';
import { requireRedis } from './reachability.js';
import { Secrets } from './secrets.js';
import { StartupError } from './startup.errors.js';

/** What the services stand on: a migrated database and the secrets. */
export interface Foundation {
  /** Logins of the API and of the worker. */
  apiUrl: string;
  workerUrl: string;
  /** The owner of everything, for migrations and seeds. */
  ownerUrl: string;
  /** A session connection for both services, where their URL goes through a pooler. */
  directUrl: string | undefined;
  appSecret: string;
  bullBoardPassword: string | undefined;
  dataDir: string;
  /** Present on the embedded default: the secrets that this installation made for itself. */
  secrets: Secrets | undefined;
  /** How many migrations were applied now. */
  applied: number;
  /** Settles when the embedded PostgreSQL is gone, with what to tell the user if nobody asked it to stop. */
  lost: Promise<StartupError>;
  /** For people: `PostgreSQL 17 in .data`. */
  description: string;
}

export interface FoundationOptions {
  config: PlatformConfig;
  /** Which command holds the data folder. */
  command: string;
  /** Undoes every step, in reverse. */
  cleanup: AsyncDisposableStack;
  /** Of the embedded PostgreSQL; a free one when not given. */
  port?: number;
  /** Told what takes a while. */
  progress?: (text: string) => void;
}

/**
 * The operator's database when there is one, else the embedded one.
 * @throws StartupError, EmbeddedPostgresError, MigrationError: each a sentence for the user
 */
export async function openFoundation(options: FoundationOptions): Promise<Foundation> {
  const { config } = options;
  if (config.redisUrl) await requireRedis(config.redisUrl);
  return config.database ? openGiven(config, config.database) : openEmbedded(options);
}

async function openGiven(
  config: PlatformConfig,
  database: NonNullable<PlatformConfig['database']>,
): Promise<Foundation> {
  const folder = new DataFolder(config.dataDir);
  folder.prepare();
  const appSecret = config.appSecret ?? makeAppSecret(config, folder);
  const applied = await migrateGivenDatabase(database);
  const { host, pathname } = new URL(database.url);
  return {
    apiUrl: database.url,
    workerUrl: database.url,
    ownerUrl: database.directUrl,
    directUrl: serviceDirectUrl(database),
    appSecret,
    bullBoardPassword: config.bullBoardPassword,
    dataDir: folder.path,
    secrets: undefined,
    applied,
    // What happens to the operator's database, the services tell themselves.
    lost: new Promise(() => undefined),
    description: `PostgreSQL at ${host}${pathname}`,
  };
}

function makeAppSecret(config: PlatformConfig, folder: DataFolder): string {
  if (!config.isProduction) return Secrets.open(folder).values.appSecret;
  throw new StartupError(
    'APP_SECRET is not set: production needs one of at least 32 characters, the same on every node (`openssl rand -base64 33` makes one).',
  );
}

/** The data folder of the embedded default, ours alone until `cleanup`. */
export function holdDataFolder({ config, command, cleanup }: FoundationOptions): {
  folder: DataFolder;
  lock: DataFolderLock;
  secrets: Secrets;
} {
  if (config.isProduction) {
    throw new StartupError(
      'DATABASE_URL is not set: with NODE_ENV=production the embedded PostgreSQL is not used; name a PostgreSQL of your own.',
    );
  }
  const folder = new DataFolder(config.dataDir);
  folder.prepare();
  const lock = DataFolderLock.acquire(folder, command);
  cleanup.defer(() => lock.release());
  return { folder, lock, secrets: Secrets.open(folder) };
}

async function openEmbedded(options: FoundationOptions): Promise<Foundation> {
  const { config, cleanup, port, progress } = options;
  const { folder, lock, secrets } = holdDataFolder(options);
  if (!folder.hasDatabase) progress?.(`Making a database in ${folder.path} …`);
  const database = await openEmbeddedDatabase({ directory: folder.postgres, secrets: secrets.values, cleanup, port });
  const { apiUrl, workerUrl, directUrl, superuserUrl } = database;
  lock.announce({ apiUrl, workerUrl, directUrl, superuserUrl });
  return {
    apiUrl,
    workerUrl,
    ownerUrl: directUrl,
    directUrl: undefined,
    appSecret: config.appSecret ?? secrets.values.appSecret,
    bullBoardPassword: config.bullBoardPassword ?? secrets.values.bullBoardPassword,
    dataDir: folder.path,
    secrets,
    applied: database.applied,
    lost: database.ended.then(
      () =>
        new StartupError(
          `The embedded PostgreSQL has ended; the reason is in ${folder.postgres}/postgres.log. Start again: it brings its data back in order.`,
        ),
    ),
    description: `embedded PostgreSQL in ${folder.path}`,
  };
}
