import { deriveKey } from '#core/crypto';
import { openText, sealText } from './sealed-text.js';

const key = deriveKey('a root secret of at least 32 characters', 'one purpose');

describe('sealed text', () => {
  it('opens with its key and context, and never looks the same twice', () => {
    const sealed = sealText(key, 'ação', 'row 1');
    expect(openText(key, sealed, 'row 1')).toBe('ação');
    expect(sealText(key, 'ação', 'row 1')).not.toBe(sealed);
    expect(sealed).not.toContain('ação');
  });

  it('does not open elsewhere, with another key, or when edited', () => {
    const sealed = sealText(key, 'secret', 'row 1');
    const [version, iv, body, tag] = sealed.split('.') as [string, string, string, string];
    expect(() => openText(key, sealed, 'row 2')).toThrow();
    expect(() => openText(deriveKey('a root secret of at least 32 characters', 'another'), sealed, 'row 1')).toThrow();
    const flipped = (body.startsWith('A') ? 'B' : 'A') + body.slice(1);
    expect(() => openText(key, [version, iv, flipped, tag].join('.'), 'row 1')).toThrow();
    expect(() => openText(key, [version, iv, body, tag.slice(0, 8)].join('.'), 'row 1')).toThrow();
    expect(() => openText(key, 'plain', 'row 1')).toThrow();
  });
});
