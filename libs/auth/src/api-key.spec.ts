import fc from 'fast-check';
import { sha256 } from '#core/crypto';
import { hashApiKey, mintApiKey, parseApiKey } from './api-key.js';

describe('the API key format', () => {
  it('is what the documented pattern for secret scanners finds', () => {
    for (const mode of ['live', 'test'] as const) {
      expect(mintApiKey(mode).key).toMatch(/^base_(live|test)_[0-9A-Za-z]{15}_[0-9A-Za-z]{49}$/);
    }
  });

  it('comes apart into what it was made of, and the stored hash is the SHA-256 of the whole key', () => {
    const minted = mintApiKey('test');
    expect(parseApiKey(minted.key)).toEqual({ mode: 'test', keyId: minted.keyId });
    expect(minted.hash).toEqual(sha256(minted.key));
    expect(hashApiKey(minted.key)).toEqual(minted.hash);
  });

  it('never repeats', () => {
    const made = Array.from({ length: 2000 }, () => mintApiKey('live'));
    expect(new Set(made.map((item) => item.key)).size).toBe(made.length);
    expect(new Set(made.map((item) => item.keyId)).size).toBe(made.length);
  });

  it('notices every change of a single character', () => {
    const { key } = mintApiKey('live');
    for (let i = 0; i < key.length; i++) {
      const changed = key.slice(0, i) + (key[i] === 'x' ? 'y' : 'x') + key.slice(i + 1);
      expect(parseApiKey(changed)).toBeNull();
    }
  });

  it('notices two neighbours that changed places', () => {
    const { key } = mintApiKey('live');
    for (let i = 0; i + 1 < key.length; i++) {
      const [left, right] = [key.charAt(i), key.charAt(i + 1)];
      if (left === right) continue;
      expect(parseApiKey(key.slice(0, i) + right + left + key.slice(i + 2))).toBeNull();
    }
  });

  it('refuses anything else without throwing', () => {
    fc.assert(fc.property(fc.string(), (text) => parseApiKey(text) === null));
    for (const text of ['', 'base_live_', 'base_live__', `${mintApiKey('live').key} `, `${mintApiKey('live').key}\n`]) {
      expect(parseApiKey(text)).toBeNull();
    }
  });
});
