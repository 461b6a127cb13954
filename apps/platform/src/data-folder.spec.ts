import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, existsSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DataFolder } from './data-folder.js';
import { DataFolderLock } from './data-folder-lock.js';
import { processIdentity } from './process-identity.js';
import { Secrets } from './secrets.js';

let parent: string;
let folder: DataFolder;

beforeEach(() => {
  parent = mkdtempSync(join(tmpdir(), 'data-folder-spec-'));
  folder = new DataFolder(join(parent, 'data'));
  folder.prepare();
});

afterEach(() => rmSync(parent, { recursive: true, force: true }));

/** A process that lives until it is killed. */
async function livingProcess() {
  const child = spawn(process.execPath, ['-e', 'setInterval(() => {}, 1000); console.log(1)']);
  await once(child.stdout, 'data');
  const end = async () => {
    child.kill('SIGKILL');
    await once(child, 'exit');
  };
  return { pid: child.pid ?? 0, end };
}

const holdAs = (pid: number, identity: string | undefined) =>
  writeFileSync(folder.lockFile, JSON.stringify({ pid, identity, command: 'start' }));

test('a file in the way of the data folder is named', () => {
  writeFileSync(join(parent, 'file'), '');
  expect(() => new DataFolder(join(parent, 'file')).prepare()).toThrow(
    `The data folder ${join(parent, 'file')} cannot be made (a file stands in its way): mend that, or choose another folder with DATA_DIR=/path.`,
  );
  expect(() => new DataFolder(join(parent, 'file', 'data')).prepare()).toThrow('a file stands in its way');
});

test('secrets are in a file that only its owner may read, also when somebody opened it', () => {
  Secrets.open(folder);
  expect(statSync(folder.secretsFile).mode & 0o777).toBe(0o600);
  chmodSync(folder.secretsFile, 0o644);
  folder.prepare();
  expect(statSync(folder.secretsFile).mode & 0o777).toBe(0o600);
});

test('secrets are made once and found again', () => {
  const first = Secrets.open(folder);
  first.update({ demoApiKey: 'key' });
  expect(Secrets.open(folder).values).toEqual({ ...first.values, demoApiKey: 'key' });
});

test('broken secrets stop the start and are not overwritten', () => {
  writeFileSync(folder.secretsFile, '{"appSecret":');
  expect(() => Secrets.open(folder)).toThrow(`${folder.secretsFile} cannot be used`);
  expect(readFileSync(folder.secretsFile, 'utf8')).toBe('{"appSecret":');
});

test('a folder in use by a living platform is refused, naming its process', async () => {
  const other = await livingProcess();
  holdAs(other.pid, processIdentity(other.pid));
  try {
    expect(() => DataFolderLock.acquire(folder, 'start')).toThrow(
      `in use by another running platform (npm run start, process ${other.pid})`,
    );
  } finally {
    await other.end();
  }
});

test('the lock of a platform that was killed does not lock its user out', async () => {
  const other = await livingProcess();
  holdAs(other.pid, processIdentity(other.pid));
  await other.end();
  DataFolderLock.acquire(folder, 'start').release();
  expect(existsSync(folder.lockFile)).toBe(false);
});

test('a lock whose process number was given to another program since counts for nothing', () => {
  holdAs(process.ppid, 'some other moment');
  expect(() => DataFolderLock.acquire(folder, 'start')).not.toThrow();
});

test('the announced logins are readable by the owner only', () => {
  const lock = DataFolderLock.acquire(folder, 'start');
  const database = { apiUrl: 'a', workerUrl: 'b', directUrl: 'c', superuserUrl: 'd' };
  lock.announce(database);
  expect(statSync(folder.lockFile).mode & 0o777).toBe(0o600);
  expect(DataFolderLock.holderOf(folder)).toMatchObject({ pid: process.pid, command: 'start', database });
});
