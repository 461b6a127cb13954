import { Logger } from '@nestjs/common';
import { WriteBehind } from './write-behind.js';

beforeAll(() => {
  Logger.overrideLogger(false);
});

test('the newest note of each key is written, once, and the last ones at the end', async () => {
  const written: string[][] = [];
  const notes = new WriteBehind<string>({
    intervalMs: 60_000,
    what: 'letters',
    write: (values) => Promise.resolve(void written.push(values)),
  });
  notes.note('a', 'a1');
  notes.note('b', 'b1');
  notes.note('a', 'a2');
  await notes.flush();
  await notes.flush();
  notes.note('c', 'c1');
  await notes.close();
  expect(written).toEqual([['a2', 'b1'], ['c1']]);
});

test('a write that fails costs its notes and nothing else', async () => {
  let calls = 0;
  const notes = new WriteBehind<string>({
    intervalMs: 60_000,
    what: 'letters',
    write: () => (++calls === 1 ? Promise.reject(new Error('no database')) : Promise.resolve()),
  });
  notes.note('a', 'a1');
  await notes.flush();
  notes.note('b', 'b1');
  await notes.close();
  expect(calls).toBe(2);
});
