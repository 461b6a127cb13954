import { describe, expect, it } from '@jest/globals';
import { loadConfig } from '#core/config';
import { CallbackAddresses } from './callback-addresses.js';

const JOB = '01900000-0000-7000-8000-0000000000ab';

function addresses(
  env: Record<string, string>,
  secret = 'a secret for tests, long enough to be taken',
): CallbackAddresses {
  return new CallbackAddresses(loadConfig({ DATABASE_URL: 'postgres://localhost/none', APP_SECRET: secret, ...env }));
}

const here = { PUBLIC_URL: 'https://agency.example.com/' };
const tokenOf = (address: string | undefined) => address?.split('/').at(-1) ?? '';

describe('the address that a provider reports to', () => {
  it('names the job, for this provider only', () => {
    const address = addresses(here).addressFor('fal', JOB);
    expect(address).toMatch(/^https:\/\/agency\.example\.com\/api\/ai\/callbacks\/fal\/[\w-]{43}$/);
    expect(addresses(here).jobOf('fal', tokenOf(address))).toBe(JOB);
    expect(addresses(here).jobOf('replicate', tokenOf(address))).toBeUndefined();
  });

  it('cannot be made up, nor carried to an installation with another secret', () => {
    const token = tokenOf(addresses(here).addressFor('fal', JOB));
    expect(addresses(here, 'another secret that is long enough too').jobOf('fal', token)).toBeUndefined();
    const forged = Buffer.from(token, 'base64url');
    forged.writeUInt8(forged.readUInt8(3) ^ 1, 3);
    expect(addresses(here).jobOf('fal', forged.toString('base64url'))).toBeUndefined();
    for (const odd of ['', 'x', token.slice(0, -2), `${token}AA`]) {
      expect(addresses(here).jobOf('fal', odd)).toBeUndefined();
    }
  });

  it('exists only where providers can reach: https, or what the operator names', () => {
    expect(addresses({ PUBLIC_URL: 'http://localhost:3001' }).addressFor('fal', JOB)).toBeUndefined();
    expect(addresses({}).addressFor('fal', JOB)).toBeUndefined();
    const named = addresses({ ...here, PROVIDER_CALLBACK_URL: 'http://127.0.0.1:9' }).addressFor('fal', JOB);
    expect(named).toMatch(/^http:\/\/127\.0\.0\.1:9\/api/);
  });
});
