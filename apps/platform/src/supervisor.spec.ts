import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { processIdentity } from './process-identity.js';
import { Supervisor, type SupervisorOptions } from './supervisor.js';

const POLICY = { maxQuickDeaths: 3, quickMs: 5_000, backoffMs: 10, maxBackoffMs: 20 };
/** Serves, says its number, and ends when asked to. */
const OBEDIENT = `
  console.log(process.pid);
  process.on('SIGTERM', () => { console.log('drained'); process.exit(0); });
  process.on('disconnect', () => process.exit(0));
  process.send({ type: 'ready', url: 'http://localhost:' + (process.env.PORT ?? '') });
`;

let folder: string;
let supervisor: Supervisor | undefined;
let lines: string[];
let notices: string[];

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'supervisor-spec-'));
  lines = [];
  notices = [];
});

afterEach(async () => {
  supervisor?.kill();
  await supervisor?.stop();
  supervisor = undefined;
  rmSync(folder, { recursive: true, force: true });
});

function service(name: string, code: string, env: Record<string, string> = {}) {
  const script = join(folder, `${name}.mjs`);
  writeFileSync(script, code);
  return { name, script, env };
}

function supervise(options: Partial<SupervisorOptions> = {}): Supervisor {
  supervisor = new Supervisor({
    log: (name, line) => void lines.push(`${name}: ${line}`),
    notice: (text) => void notices.push(text),
    stopTimeoutMs: 5_000,
    policy: POLICY,
    ...options,
  });
  return supervisor;
}

async function until(condition: () => boolean): Promise<void> {
  const deadline = Date.now() + 10_000;
  while (!condition()) {
    if (Date.now() > deadline) throw new Error(`It did not happen; lines: ${lines.join(' | ')}`);
    await sleep(10);
  }
}

const pidsOf = (name: string) =>
  lines.map((line) => new RegExp(`^${name}: (\\d+)$`).exec(line)?.[1]).filter((pid) => pid !== undefined);

test('the start is over when every service serves, and gives their addresses', async () => {
  const urls = await supervise().start([
    service('api', OBEDIENT, { PORT: '4001' }),
    service('worker', `setTimeout(() => process.send({ type: 'ready' }), 100); setInterval(() => {}, 1000)`),
  ]);
  expect([...urls]).toEqual([
    ['api', 'http://localhost:4001'],
    ['worker', undefined],
  ]);
});

test('stopping lets every service finish and leaves no process', async () => {
  await supervise().start([service('api', OBEDIENT), service('worker', OBEDIENT)]);
  const pids = [...pidsOf('api'), ...pidsOf('worker')].map(Number);
  await supervisor?.stop();
  expect(lines.filter((line) => line.endsWith('drained'))).toHaveLength(2);
  expect(pids.map(processIdentity)).toEqual([undefined, undefined]);
});

test('a service that does not finish in time is ended by force, and that is said', async () => {
  const deaf = `process.on('SIGTERM', () => {}); setInterval(() => {}, 1000); process.send({ type: 'ready' })`;
  await supervise({ stopTimeoutMs: 100 }).start([service('worker', deaf)]);
  await supervisor?.stop();
  expect(notices).toEqual(['worker did not finish within 0.1 s and was ended by force.']);
});

test('a service that is killed runs again, and that is said', async () => {
  await supervise().start([service('worker', OBEDIENT)]);
  process.kill(Number(pidsOf('worker')[0]), 'SIGKILL');
  await until(() => pidsOf('worker').length === 2);
  expect(notices).toEqual(['worker ended unexpectedly (signal SIGKILL); starting it again in 0.01 s (1 of 3).']);
});

test('a service that dies soon after every start ends everything with its last words', async () => {
  const doomed = service('api', `console.error('The socket is broken.'); process.exitCode = 3`);
  await expect(supervise().start([doomed, service('worker', OBEDIENT)])).rejects.toMatchObject({
    name: 'StartupError',
    message: 'api ended 3 times in a row soon after its start, the last time with exit code 3: The socket is broken.',
  });
  expect(notices).toHaveLength(2);
});

test('of a crash report only the error is told', async () => {
  const crashing = service('api', `throw new TypeError('There is no such thing.')`);
  await expect(supervise().start([crashing])).rejects.toThrow(
    /the last time with exit code 1: TypeError: There is no such thing\.$/,
  );
});

test('deaths after a healthy life do not add up', async () => {
  await supervise({ policy: { ...POLICY, quickMs: 0 } }).start([service('worker', OBEDIENT)]);
  for (let deaths = 1; deaths <= POLICY.maxQuickDeaths + 1; deaths += 1) {
    process.kill(Number(pidsOf('worker').at(-1)), 'SIGKILL');
    await until(() => pidsOf('worker').length === deaths + 1);
  }
  expect(new Set(notices)).toEqual(
    new Set(['worker ended unexpectedly (signal SIGKILL); starting it again in 0.01 s (1 of 3).']),
  );
});

test('a restart for changed code drains the old process and is no death', async () => {
  await supervise().start([service('api', OBEDIENT)]);
  await supervisor?.restart();
  await until(() => pidsOf('api').length === 2);
  expect(lines.filter((line) => line.endsWith('drained'))).toHaveLength(1);
  expect(notices).toEqual([]);
});

test('while developing, a service that cannot live waits for the next change', async () => {
  const broken = service('api', 'process.exitCode = 1');
  void supervise({ waitsForChange: true }).start([broken]);
  await until(() => notices.length === 1);
  writeFileSync(broken.script, OBEDIENT);
  await supervisor?.restart();
  await until(() => pidsOf('api').length === 1);
  expect(notices).toEqual(['api ended (exit code 1); it starts again with the next change.']);
});
