import { hash } from '@node-rs/argon2';
import { hashPassword, needsRehash, verifyPassword } from './password-hash.js';

describe('password hashes', () => {
  it('are Argon2id with the documented parameters and a salt of their own', async () => {
    const [first, second] = await Promise.all([hashPassword('lisbon-orchid-42'), hashPassword('lisbon-orchid-42')]);
    expect(first).toMatch(/^\$argon2id\$v=19\$m=19456,t=2,p=1\$/);
    expect(first).not.toBe(second);
    expect(needsRehash(first)).toBe(false);
  });

  it('fit their password only, whichever way its accents were typed', async () => {
    const stored = await hashPassword('avi\u00e3o-no-c\u00e9u-azul');
    expect(await verifyPassword(stored, 'avi\u00e3o-no-c\u00e9u-azul'.normalize('NFD'))).toBe(true);
    expect(await verifyPassword(stored, 'aviao-no-ceu-azul')).toBe(false);
  });

  it('say no for an account that does not exist, after the same work', async () => {
    await verifyPassword(null, 'warm up');
    const stored = await hashPassword('lisbon-orchid-42');
    const time = async (subject: string | null) => {
      const from = performance.now();
      await verifyPassword(subject, 'wrong');
      return performance.now() - from;
    };
    // The two take turns and the quickest counts, so that other work on the machine does not decide.
    const known: number[] = [];
    const unknown: number[] = [];
    for (let i = 0; i < 7; i++) {
      known.push(await time(stored));
      unknown.push(await time(null));
    }
    expect(await verifyPassword(null, 'nobody has this account')).toBe(false);
    expect(Math.min(...unknown)).toBeGreaterThan(Math.min(...known) / 3);
  });

  it('ask for a new hash when theirs is weaker than today', async () => {
    expect(needsRehash(await hash('x', { memoryCost: 8192, timeCost: 1, parallelism: 1 }))).toBe(true);
  });

  it('work through a crowd', async () => {
    const stored = await hashPassword('lisbon-orchid-42');
    const answers = await Promise.all(Array.from({ length: 12 }, () => verifyPassword(stored, 'lisbon-orchid-42')));
    expect(answers).toEqual(Array(12).fill(true));
  });
});
