import { parseArgs } from 'node:util';
import { loadEnvFile, loadPlatformConfig, runMain } from '#core/config';
import type { Command } from './command.js';
import { StartupError } from './startup.errors.js';
import { Terminal } from './terminal.js';

/** Loaded when called: starting the platform should not wait for the code of the demo. */
const COMMANDS: Record<string, { summary: string; load: () => Promise<Command> }> = {
  start: {
    summary: 'the whole platform: database, API and worker',
    load: async () => (await import('./start.command.js')).start,
  },
  dev: {
    summary: 'the same, compiling and restarting on every change',
    load: async () => (await import('./start.command.js')).develop,
  },
  demo: {
    summary: 'a throw-away platform, and one job of every kind through the SDK',
    load: async () => (await import('./demo/demo.command.js')).demo,
  },
  'db:up': {
    summary: 'only the embedded PostgreSQL, until Ctrl-C',
    load: async () => (await import('./database.commands.js')).up,
  },
  'db:migrate': {
    summary: 'applies what is missing of migrations/',
    load: async () => (await import('./database.commands.js')).applyMigrations,
  },
  'db:reset': {
    summary: 'deletes all data and migrates anew',
    load: async () => (await import('./database.commands.js')).reset,
  },
  'db:status': {
    summary: 'which migrations are applied',
    load: async () => (await import('./database.commands.js')).showStatus,
  },
  seed: {
    summary: 'fills the database with a scenario; without a name, lists them',
    load: async () => (await import('./seed.command.js')).seed,
  },
  operator: {
    summary: 'lists the platform operators; -- add <email>, -- remove <email>',
    load: async () => (await import('./operator.command.js')).operator,
  },
  prices: {
    summary: 'lists what is in force; -- list <model>, -- set <model> …',
    load: async () => (await import('./prices.command.js')).prices,
  },
};

const OLDEST_NODE = 22;

runMain(async () => {
  requireNode();
  const { positionals } = parseArgs({ allowPositionals: true, strict: false });
  const name = positionals[0] ?? '';
  const command = Object.hasOwn(COMMANDS, name) ? COMMANDS[name] : undefined;
  if (!command) throw new StartupError(usage(name));
  loadEnvFile();
  const config = loadPlatformConfig();
  const run = await command.load();
  const args = process.argv.slice(process.argv.indexOf(name) + 1);
  await run({ config, command: name, args, terminal: new Terminal(process.stdout, config.mayColor) });
});

function requireNode(): void {
  if (Number.parseInt(process.versions.node, 10) >= OLDEST_NODE) return;
  throw new StartupError(
    `This is Node ${process.versions.node} and the platform needs ${OLDEST_NODE} or newer: start it through npm (npm start), which brings its own.`,
  );
}

function usage(name: string): string {
  const lines = Object.entries(COMMANDS).map(([command, { summary }]) => `  npm run ${command.padEnd(12)} ${summary}`);
  return [name ? `There is no command "${name}".` : 'Which command?', ...lines].join('\n');
}
