import type { PlatformConfig } from '#core/config';
import { startEmbeddedPostgres } from '#core/embedded';
import { bootstrapPlainPostgres, detectTarget, migrate, MigrationError, setRolePassword } from '#core/migrate';
import pg from 'pg';
import type { DatabaseUrls } from './data-folder-lock.js';
import { requireDatabase } from './reachability.js';
import { StartupError } from './startup.errors.js';

export interface EmbeddedOptions {
  /** Holds the PostgreSQL's files. */
  directory: string;
  /** Stops the server. */
  cleanup: AsyncDisposableStack;
  /** A free one when not given. */
  port?: number;
  /** Deleted in the end, and not safe against a crash of the machine. */
  throwaway?: boolean;
}

/** Starts the embedded PostgreSQL and gives it Supabase's roles and schemas; migrations are not applied. */
export async function startBootstrapped(
  options: EmbeddedOptions,
): Promise<Pick<DatabaseUrls, 'directUrl' | 'superuserUrl'> & { ended: Promise<void> }> {
  const { directory: dataDir, cleanup, port, throwaway } = options;
  const postgres = await startEmbeddedPostgres({ dataDir, port, throwaway });
  cleanup.defer(() => postgres.stop());
  await bootstrapPlainPostgres(postgres.superuserUrl);
  return { directUrl: postgres.url, superuserUrl: postgres.superuserUrl, ended: postgres.ended };
}

export interface MigratedDatabase extends DatabaseUrls {
  /** How many migrations were applied now. */
  applied: number;
  /** Settles when the server is gone. */
  ended: Promise<void>;
}

/**
 * Starts the embedded PostgreSQL and brings it to the shape of today. The passwords of the services' two logins are set
 * each time, so that the secrets file is always right.
 */
export async function openEmbeddedDatabase(
  options: EmbeddedOptions & { secrets: { apiPassword: string; workerPassword: string } },
): Promise<MigratedDatabase> {
  const { apiPassword, workerPassword } = options.secrets;
  const urls = await startBootstrapped(options);
  const { applied } = await migrate(urls.directUrl).catch((error: unknown) => {
    if (!(error instanceof MigrationError)) throw error;
    throw new StartupError(`${error.message} Or begin with an empty database: npm run db:reset.`, { cause: error });
  });
  await setRolePassword(urls.directUrl, 'base_api', apiPassword);
  await setRolePassword(urls.directUrl, 'base_worker', workerPassword);
  return {
    ...urls,
    apiUrl: withLogin(urls.directUrl, 'base_api', apiPassword),
    workerUrl: withLogin(urls.directUrl, 'base_worker', workerPassword),
    applied: applied.length,
  };
}

/** Proves that the operator's database can be used, and applies what it lacks of the migrations. */
export async function migrateGivenDatabase(database: { url: string; directUrl: string }): Promise<number> {
  await requireDatabase(database.url, 'DATABASE_URL');
  if (database.directUrl !== database.url) await requireDatabase(database.directUrl, 'DIRECT_DATABASE_URL');
  if (await isPlain(database.directUrl)) {
    throw new StartupError(
      'This PostgreSQL is new to the platform: run `npm run db:migrate -- --bootstrap` once, with a superuser in DIRECT_DATABASE_URL; it makes the roles and schemas that Supabase would bring.',
    );
  }
  const { applied } = await migrate(database.directUrl);
  return applied.length;
}

/**
 * The session connection that the services may use: only one of the same login as DATABASE_URL. Another one belongs to
 * whoever migrates, and has rights that the services must not have.
 */
export function serviceDirectUrl(database: NonNullable<PlatformConfig['database']>): string | undefined {
  return new URL(database.url).username === new URL(database.directUrl).username ? database.directUrl : undefined;
}

async function isPlain(url: string): Promise<boolean> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    return (await detectTarget(client)).kind === 'plain';
  } finally {
    await client.end();
  }
}

function withLogin(url: string, user: string, password: string): string {
  const login = new URL(url);
  login.username = user;
  login.password = password;
  return login.href;
}
