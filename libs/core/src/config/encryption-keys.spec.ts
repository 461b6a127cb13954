import { encryptionKeys } from './encryption-keys.js';

const ONE = Buffer.alloc(32, 1).toString('base64');
const TWO = Buffer.alloc(32, 2).toString('base64');

function faultsOf(text: string): string[] {
  return encryptionKeys.safeParse(text).error?.issues.map((issue) => issue.message) ?? [];
}

test('several versions are readable, and the first is the active one', () => {
  expect(encryptionKeys.parse(`2026-11:${TWO}, 1:${ONE}`)).toEqual([
    { version: '2026-11', key: Buffer.alloc(32, 2) },
    { version: '1', key: Buffer.alloc(32, 1) },
  ]);
});

test.each([
  ['no version', ONE, /entry 1 must look like <version>:<key>/],
  ['a trailing comma', `1:${ONE},`, /entry 2 must look like/],
  ['a short key', `1:${Buffer.alloc(16).toString('base64')}`, /version 1 must be 32 bytes/],
  ['a key that is not base64', `1:${'?'.repeat(44)}`, /version 1 must be 32 bytes/],
  ['a version twice', `1:${ONE},1:${TWO}`, /names the version 1 twice/],
  ['the name of the derived key', `app-secret:${ONE}`, /must not be named app-secret/],
])('%s is refused with a sentence that holds no key', (_what, text, sentence) => {
  const faults = faultsOf(text);
  expect(faults).toHaveLength(1);
  expect(faults[0]).toMatch(sentence);
  expect(faults[0]).not.toContain(ONE.slice(0, 8));
});
