import { DataFolder } from './data-folder.js';
import { DataFolderLock } from './data-folder-lock.js';
import { openFoundation } from './foundation.js';
import { readArguments, type CommandContext } from './command.js';
import { Secrets } from './secrets.js';
import { SCENARIOS } from './seeds/index.js';
import type { SeedLogin } from './seeds/run-seed.js';
import { StartupError } from './startup.errors.js';

/** `npm run seed [-- <scenario> [--yes]]` */
export async function seed(context: CommandContext): Promise<void> {
  const { config, terminal } = context;
  const { values, positionals } = readArguments(context, { yes: { type: 'boolean', default: false } }, true);
  const [name] = positionals;
  if (name === undefined) {
    terminal.line('npm run seed -- <scenario>');
    for (const { name, summary } of SCENARIOS) terminal.fact(name, summary);
    return;
  }
  const { load } = findScenario(name);
  if (config.isProduction && !values.yes) {
    throw new StartupError(`This writes made-up data into production: say so with npm run seed -- ${name} --yes.`);
  }
  await using cleanup = new AsyncDisposableStack();
  const login = await findLogin(context, cleanup);
  const secrets = Secrets.open(new DataFolder(config.dataDir));
  const log = (line: string) => terminal.line(line);
  const { runSeed } = await import('./seeds/run-seed.js');
  const { run, modules } = await load();
  await runSeed(login, secrets, log, run, modules);
}

function findScenario(name: string): (typeof SCENARIOS)[number] {
  const scenario = SCENARIOS.find((candidate) => candidate.name === name);
  if (scenario) return scenario;
  const known = SCENARIOS.map((candidate) => candidate.name).join(', ');
  throw new StartupError(`There is no scenario "${name}"; there are: ${known}.`);
}

/** The database of a platform that runs on the data folder, else one opened for this. */
async function findLogin(context: CommandContext, cleanup: AsyncDisposableStack): Promise<SeedLogin> {
  const { config, command } = context;
  const folder = new DataFolder(config.dataDir);
  const running = config.database ? undefined : DataFolderLock.holderOf(folder)?.database;
  const { inherited } = config;
  if (running) return { ...running, appSecret: config.appSecret ?? Secrets.open(folder).values.appSecret, inherited };
  const foundation = await openFoundation({ config: { ...config, redisUrl: undefined }, command, cleanup });
  return { apiUrl: foundation.apiUrl, directUrl: foundation.ownerUrl, appSecret: foundation.appSecret, inherited };
}
