/**
 * The compiled program as its users run it: in a process of its own, with free ports and temporary folders.
 * `npm test` compiles first; alone, run `npm run build` before.
 */
import { execFileSync, spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, chmodSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { createServer, type AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { freePort } from '#core/embedded';
import { processIdentity } from './process-identity.js';

const PROGRAM = fileURLToPath(new URL('../../../dist/apps/platform/src/main.js', import.meta.url));
const START_TIMEOUT_MS = 60_000;

interface Run {
  child: ChildProcess;
  port: number;
  /** Everything written so far. */
  readonly stdout: string;
  readonly stderr: string;
  ended: Promise<number | null>;
}

let parent: string;
let dataDir: string;
const runs: Run[] = [];

beforeAll(() => {
  parent = mkdtempSync(join(tmpdir(), 'platform-spec-'));
  chmodSync(parent, 0o755);
  dataDir = join(parent, 'data');
});

afterAll(async () => {
  for (const run of runs) {
    run.child.kill('SIGTERM');
    await run.ended;
  }
  rmSync(parent, { recursive: true, force: true });
});

async function run(command: string, env: Record<string, string> = {}, args: string[] = []): Promise<Run> {
  const port = await freePort();
  const child = spawn(process.execPath, [PROGRAM, command, ...args], {
    cwd: parent,
    env: { PATH: '/usr/local/bin:/usr/bin:/bin', HOME: parent, PORT: String(port), DATA_DIR: dataDir, ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const output = { stdout: '', stderr: '' };
  child.stdout.setEncoding('utf8').on('data', (text: string) => (output.stdout += text));
  child.stderr.setEncoding('utf8').on('data', (text: string) => (output.stderr += text));
  const ended = once(child, 'close').then(([code]) => code as number | null);
  const started = {
    child,
    port,
    ended,
    get stdout() {
      return output.stdout;
    },
    get stderr() {
      return output.stderr;
    },
  };
  runs.push(started);
  return started;
}

async function startAndWait(env: Record<string, string> = {}): Promise<Run> {
  const started = await run('start', env);
  const deadline = Date.now() + START_TIMEOUT_MS;
  while (!started.stdout.includes('Ctrl-C stops everything')) {
    if (started.child.exitCode !== null || Date.now() > deadline) {
      throw new Error(`It did not start: ${started.stdout}${started.stderr}`);
    }
    await sleep(50);
  }
  return started;
}

async function refusal(command: string, env: Record<string, string> = {}): Promise<string> {
  const refused = await run(command, env);
  expect(await refused.ended).toBe(1);
  const sentence = refused.stderr.trim();
  expect(sentence).not.toMatch(/\n|^\s+at /);
  return sentence;
}

/** The database first, then the services. */
function processesOf(started: Run): number[] {
  const [postmaster] = readFileSync(join(dataDir, 'postgres', 'cluster', 'postmaster.pid'), 'utf8').split('\n');
  const services = childrenOf(started.child.pid).filter((pid) => pid !== Number(postmaster));
  expect(services).toHaveLength(2);
  return [Number(postmaster), ...services];
}

function childrenOf(pid: number | undefined): number[] {
  const text =
    process.platform === 'linux'
      ? readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8')
      : execFileSync('pgrep', ['-P', String(pid)], { encoding: 'utf8' });
  return text.trim().split(/\s+/).map(Number);
}

async function untilGone(pids: number[]): Promise<void> {
  const deadline = Date.now() + 20_000;
  while (pids.some((pid) => processIdentity(pid) !== undefined)) {
    if (Date.now() > deadline)
      throw new Error(`Still running: ${pids.filter((pid) => processIdentity(pid)).join(', ')}`);
    await sleep(50);
  }
}

const demoKeyOf = (started: Run) => /base_live_\w+/.exec(started.stdout)?.[0];

async function askWithKey(started: Run): Promise<{ status: number; body: unknown }> {
  const response = await fetch(`http://localhost:${started.port}/api/billing/balance`, {
    headers: { Authorization: `Bearer ${demoKeyOf(started)}` },
  });
  return { status: response.status, body: await response.json() };
}

describe('what hinders a start is one sentence and exit code 1:', () => {
  test('a taken port, before anything is made', async () => {
    const server = createServer().listen(0, '0.0.0.0');
    await once(server, 'listening');
    const { port } = server.address() as AddressInfo;
    expect(await refusal('start', { PORT: String(port) })).toMatch(`Port ${port} is taken by another program`);
    server.close();
    expect(existsSync(dataDir)).toBe(false);
  });

  test('a data folder that cannot be made', async () => {
    writeFileSync(join(parent, 'file'), '');
    const folder = join(parent, 'file', 'data');
    expect(await refusal('start', { DATA_DIR: folder })).toMatch(`The data folder ${folder} cannot be made`);
  });

  test('a database that cannot be reached, without showing its password', async () => {
    const port = await freePort();
    const sentence = await refusal('start', { DATABASE_URL: `postgresql://me:s3cret@127.0.0.1:${port}/db` });
    expect(sentence).toBe(
      `The database at 127.0.0.1:${port} cannot be reached (nothing listens there): start it, or correct DATABASE_URL.`,
    );
  });

  test('a Redis that cannot be reached', async () => {
    const port = await freePort();
    const sentence = await refusal('start', { REDIS_URL: `redis://127.0.0.1:${port}` });
    expect(sentence).toMatch(`Redis at 127.0.0.1:${port} cannot be reached (nothing listens there)`);
  });

  test('production without a database', async () => {
    expect(await refusal('start', { NODE_ENV: 'production' })).toMatch('DATABASE_URL is not set');
  });

  test('a command that does not exist', async () => {
    const unknown = await run('begin');
    expect(await unknown.ended).toBe(1);
    expect(unknown.stderr).toMatch(/^There is no command "begin"\.\n {2}npm run start/);
  });
});

describe('a platform on a new data folder', () => {
  let first: Run;
  let last: Run;
  let key: string | undefined;

  beforeAll(async () => {
    first = await startAndWait();
    key = demoKeyOf(first);
  }, START_TIMEOUT_MS);

  test('its first mail leads to where it serves, and proves the address', async () => {
    const password = /operator \/ (\S+)/.exec(first.stdout)?.[1] ?? '';
    const headers = { authorization: `Basic ${Buffer.from(`operator:${password}`).toString('base64')}` };
    const page = async (path: string) => (await fetch(`http://localhost:${first.port}${path}`, { headers })).text();
    const deadline = Date.now() + START_TIMEOUT_MS;
    let link: string | undefined;
    while (!link && Date.now() < deadline) {
      link = /href="(\/admin\/mailbox\/[^"]+)"/.exec(await page('/admin/mailbox'))?.[1];
      await sleep(100);
    }
    const mail = await page(link ?? '/admin/mailbox');
    expect(mail).toContain(`href="http://localhost:${first.port}/`);
    const verified = await fetch(`http://localhost:${first.port}/api/auth/verify-email`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ token: /[?&#]token=([\w.-]+)/.exec(mail)?.[1] }),
    });
    expect(verified.status).toBe(204);
  });

  test('serves, and its demo key works', async () => {
    const health = await fetch(`http://localhost:${first.port}/api/health`);
    expect(health.status).toBe(200);
    expect(await askWithKey(first)).toMatchObject({ status: 200, body: { held: 0 } });
  });

  test('keeps its secrets where only their owner may read them', () => {
    for (const file of ['secrets.json', 'platform.lock']) {
      expect(statSync(join(dataDir, file)).mode & 0o777).toBe(0o600);
    }
  });

  test('does not let a second one onto its data folder', async () => {
    expect(await refusal('start')).toMatch(
      `is in use by another running platform (npm run start, process ${first.child.pid})`,
    );
    expect((await fetch(`http://localhost:${first.port}/api/health/live`)).status).toBe(200);
  });

  test('makes a platform operator of somebody who proved their address, and unmakes them', async () => {
    const operator = async (...args: string[]) => {
      const command = await run('operator', {}, args);
      return [await command.ended, command.stdout + command.stderr];
    };
    const added = 'demo@base.agency is a platform operator now; every node knows within five seconds.\n';
    expect(await operator('add', 'demo@base.agency')).toEqual([0, added]);
    expect(await operator()).toEqual([0, expect.stringMatching(/^demo@base\.agency /)]);
    expect(await operator('remove', 'nobody@base.agency')).toEqual([1, expect.stringMatching(/There is no account/)]);
    expect(await operator('remove', 'demo@base.agency')).toEqual([
      0,
      expect.stringMatching(/is no platform operator now/),
    ]);
    expect(await operator('promote', 'demo@base.agency')).toEqual([1, expect.stringMatching(/^npm run operator/)]);
  });

  test('enters prices by the rules of the route, and tells the lines as computed', async () => {
    const set = async (...args: string[]) => {
      const command = await run('prices', {}, ['set', 'freepik/mystic', ...args]);
      return [await command.ended, command.stdout + command.stderr];
    };
    expect(await set('--line', 'output=1,resolution=8k', '--source', ' ')).toEqual([
      1,
      expect.stringMatching(/^Mend the fields listed in errors\. source must not be blank\.\n$/),
    ]);
    expect(await set('--line', 'output=110000', '--source', 'Invoice of October')).toEqual([
      0,
      expect.stringMatching(/version 1 .*\n {2}output: 138 credits per image, which costs US\$0\.11 \(\+25 %\)\n$/),
    ]);
  });

  test('names a wrong password as such', async () => {
    const lock = JSON.parse(readFileSync(join(dataDir, 'platform.lock'), 'utf8')) as {
      database: { directUrl: string };
    };
    const url = new URL(lock.database.directUrl);
    url.password = 'wrong';
    expect(await refusal('db:status', { DATABASE_URL: url.href })).toBe(
      `The database at ${url.host} refuses the password of user "postgres": correct DIRECT_DATABASE_URL.`,
    );
  });

  test(
    'is killed: its services end, and the next start finds the data and the key',
    async () => {
      const [postmaster, ...services] = processesOf(first);
      first.child.kill('SIGKILL');
      await untilGone(services);
      last = await startAndWait();
      expect(processIdentity(postmaster ?? 0)).toBeUndefined();
      expect(demoKeyOf(last)).toBe(key);
      expect(await askWithKey(last)).toMatchObject({ status: 200 });
    },
    START_TIMEOUT_MS,
  );

  test('is asked to stop: everything ends in order and nothing is left running', async () => {
    const pids = processesOf(last);
    last.child.kill('SIGTERM');
    expect(await last.ended).toBe(0);
    await untilGone(pids);
    expect(existsSync(join(dataDir, 'platform.lock'))).toBe(false);
    expect(last.stdout).toMatch(/Stopped\.\n$/);
  });
});

test('a platform that loses its database says so and ends', async () => {
  const started = await startAndWait();
  const [postmaster = 0, ...services] = processesOf(started);
  process.kill(postmaster, 'SIGKILL');
  expect(await started.ended).toBe(1);
  expect(started.stderr).toMatch(/^The embedded PostgreSQL has ended; the reason is in .*postgres\.log\./);
  await untilGone(services);
}, 60_000);

test('a program started by npm ends when npm is killed, and only then', async () => {
  const folder = join(parent, 'orphan');
  const asNpm = `
    const { spawn } = require('node:child_process');
    spawn(process.execPath, [${JSON.stringify(PROGRAM)}, 'db:up'], { stdio: 'inherit' });
    setInterval(() => {}, 1000);`;
  const npm = spawn(process.execPath, ['-e', asNpm], {
    cwd: parent,
    env: { PATH: '/usr/bin:/bin', HOME: parent, DATA_DIR: folder, npm_lifecycle_event: 'db:up' },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  await once(npm.stdout, 'data');
  const [program] = childrenOf(npm.pid);
  await sleep(1_000);
  expect(processIdentity(program ?? 0)).toBeDefined();
  npm.kill('SIGKILL');
  await untilGone([program ?? 0]);
  expect(existsSync(join(folder, 'platform.lock'))).toBe(false);
  expect(existsSync(join(folder, 'postgres', 'cluster', 'postmaster.pid'))).toBe(false);
});

if (process.getuid?.() === 0) {
  test('root is told how to open a folder that PostgreSQL could not enter', async () => {
    const closed = mkdtempSync(join(parent, 'closed-'));
    expect(await refusal('start', { DATA_DIR: join(closed, 'data') })).toMatch(`chmod o+x ${closed}`);
  });
}
