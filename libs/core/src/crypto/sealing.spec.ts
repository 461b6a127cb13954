import fc from 'fast-check';
import { CiphertextRejected } from './crypto.errors.js';
import { deriveKey } from './keys.js';
import { openText, seal, sealText, unseal } from './sealing.js';

const key = deriveKey('a root secret of at least 32 characters', 'one purpose');
const otherKey = deriveKey('a root secret of at least 32 characters', 'another');

function refused(open: () => unknown): boolean {
  try {
    open();
    return false;
  } catch (error) {
    return CiphertextRejected.is(error);
  }
}

describe('sealed bytes', () => {
  it('open with their key and context, whatever they are', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 300 }), fc.string(), (bytes, context) => {
        const sealed = seal(key, Buffer.from(bytes), context);
        expect(unseal(key, sealed, context)).toEqual(Buffer.from(bytes));
      }),
    );
  });

  it('do not open when any bit of nonce, body or tag is another', () => {
    const sealed = seal(key, Buffer.from('secret'), 'row 1');
    for (const part of ['nonce', 'ciphertext'] as const) {
      for (let bit = 0; bit < sealed[part].length * 8; bit++) {
        const edited = Buffer.from(sealed[part]);
        edited[bit >> 3] = (edited[bit >> 3] ?? 0) ^ (1 << (bit & 7));
        expect(refused(() => unseal(key, { ...sealed, [part]: edited }, 'row 1'))).toBe(true);
      }
    }
  });

  it('do not open in another place, with another key, cut short or with the nonce of others', () => {
    const sealed = seal(key, Buffer.from('secret'), 'row 1');
    const another = seal(key, Buffer.from('secret'), 'row 1');
    expect(refused(() => unseal(key, sealed, 'row 2'))).toBe(true);
    expect(refused(() => unseal(otherKey, sealed, 'row 1'))).toBe(true);
    expect(refused(() => unseal(key, { ...sealed, nonce: another.nonce }, 'row 1'))).toBe(true);
    for (let length = 0; length < sealed.ciphertext.length; length++) {
      expect(
        refused(() => unseal(key, { ...sealed, ciphertext: sealed.ciphertext.subarray(0, length) }, 'row 1')),
      ).toBe(true);
    }
    expect(refused(() => unseal(key, { ...sealed, nonce: Buffer.alloc(0) }, 'row 1'))).toBe(true);
  });
});

describe('sealed text', () => {
  it('opens with its key and context, and never looks the same twice', () => {
    const sealed = sealText(key, 'ação', 'row 1');
    expect(openText(key, sealed, 'row 1')).toBe('ação');
    expect(sealText(key, 'ação', 'row 1')).not.toBe(sealed);
    expect(sealed).not.toContain('ação');
  });

  it('still opens what earlier releases wrote', () => {
    const sealed = 'v1.NzKjJ4V4XFMM54D4.o3a58clD.wQFA8-X8BACpVrUARodUbw';
    expect(openText(key, sealed, 'row 1')).toBe('ação');
  });

  it('does not open elsewhere, with another key, or when edited', () => {
    const sealed = sealText(key, 'secret', 'row 1');
    const [version, nonce, body, tag] = sealed.split('.') as [string, string, string, string];
    const flipped = (body.startsWith('A') ? 'B' : 'A') + body.slice(1);
    for (const open of [
      () => openText(key, sealed, 'row 2'),
      () => openText(otherKey, sealed, 'row 1'),
      () => openText(key, [version, nonce, flipped, tag].join('.'), 'row 1'),
      () => openText(key, [version, nonce, body, tag.slice(0, 8)].join('.'), 'row 1'),
      () => openText(key, ['v2', nonce, body, tag].join('.'), 'row 1'),
      () => openText(key, 'plain', 'row 1'),
    ]) {
      expect(refused(open)).toBe(true);
    }
  });
});
