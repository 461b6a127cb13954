import { readFileSync } from 'node:fs';
import { environmentSchema } from './environment.js';
import { loadPlatformConfig } from './platform-environment.js';

const lines = readFileSync(new URL('../../../../.env.example', import.meta.url), 'utf8').split('\n');
const example = Object.fromEntries(
  lines.flatMap((line) => {
    const [, name, value] = /^([A-Z0-9_]+)=(.*)$/.exec(line) ?? [];
    return name === undefined ? [] : [[name, value ?? '']];
  }),
);
const needed = { DATABASE_URL: 'postgresql://localhost/postgres', APP_SECRET: 'x'.repeat(32) };

test('.env.example names every variable that is read, and no other', () => {
  expect(Object.keys(example).sort()).toEqual(Object.keys(environmentSchema.shape).sort());
});

test('.env.example shows the defaults', () => {
  const given = Object.fromEntries(Object.entries(example).filter(([, value]) => value !== ''));
  expect(environmentSchema.parse({ ...given, ...needed })).toEqual(environmentSchema.parse(needed));
});

test('.env.example says what every variable is for', () => {
  const unexplained = lines.filter((line, index) => {
    let above = index - 1;
    while (/^[A-Z0-9_]+=/.test(lines[above] ?? '')) above -= 1;
    return /^[A-Z0-9_]+=/.test(line) && !/^# \S/.test(lines[above] ?? '');
  });
  expect(unexplained).toEqual([]);
});

test('an unchanged copy of .env.example starts the embedded platform', () => {
  expect(loadPlatformConfig(example)).toMatchObject({ database: undefined, appSecret: undefined, port: 3001 });
});

test('all faults are told at once, without the values', () => {
  const faulty = { PORT: 'many', DATABASE_URL: 'mysql://root:s3cret@localhost', LOG_LEVEL: 'loud' };
  const load = () => loadPlatformConfig(faulty);
  expect(load).toThrow(/PORT .*\n.*LOG_LEVEL .*\n.*DATABASE_URL must be a URL starting with postgres/s);
  expect(load).not.toThrow(/s3cret/);
});

test.each([
  ['PORT', '99999', 'PORT must be at most 65535'],
  ['PORT', '1.5', 'PORT must be a whole number'],
  ['LOG_LEVEL', 'loud', 'LOG_LEVEL must be one of fatal, error, warn'],
  ['SWEEP_INTERVAL_SECONDS', '0', 'SWEEP_INTERVAL_SECONDS must be at least 0.2'],
])('%s=%s is told in words: %s', (name, value, sentence) => {
  expect(() => loadPlatformConfig({ [name]: value })).toThrow(sentence);
});

test('a direct database without a database is a fault, not the embedded default', () => {
  expect(() => loadPlatformConfig({ DIRECT_DATABASE_URL: 'postgresql://localhost/postgres' })).toThrow(
    'DATABASE_URL is not set, but DIRECT_DATABASE_URL is',
  );
});
