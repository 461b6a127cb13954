import { makeRecoveryCode, makeTotpSecret, matchTotp, normalizeRecoveryCode, totpCode, totpUri } from './totp.js';

/** `12345678901234567890`, the secret of RFC 6238, appendix B, in base 32. */
const RFC_SECRET = 'GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ';

describe('time-based one-time passwords', () => {
  it('are those of RFC 6238, appendix B (the last six of its eight digits)', () => {
    for (const [seconds, code] of [
      [59, '287082'],
      [1111111109, '081804'],
      [1111111111, '050471'],
      [1234567890, '005924'],
      [2000000000, '279037'],
      [20000000000, '353130'],
    ] as const) {
      expect(totpCode(RFC_SECRET, Math.floor(seconds / 30))).toBe(code);
      expect(matchTotp(RFC_SECRET, code, seconds * 1000)).toBe(Math.floor(seconds / 30));
    }
  });

  it('count one step before and after, and no further', () => {
    const now = 1_700_000_010_000;
    const step = Math.floor(now / 30_000);
    expect([-2, -1, 0, 1, 2].map((away) => matchTotp(RFC_SECRET, totpCode(RFC_SECRET, step + away), now))).toEqual([
      null,
      step - 1,
      step,
      step + 1,
      null,
    ]);
  });

  it('refuse what is no code', () => {
    for (const text of ['', '12345', '1234567', 'abcdef', '１２３４５６'])
      expect(matchTotp(RFC_SECRET, text, 59_000)).toBeNull();
  });

  it('have secrets of 160 bits, which apps read from a URI', () => {
    const secret = makeTotpSecret();
    expect(secret).toMatch(/^[A-Z2-7]{32}$/);
    expect(makeTotpSecret()).not.toBe(secret);
    expect(totpUri(secret, 'ana@example.com', 'BASE Agency')).toBe(
      `otpauth://totp/BASE%20Agency:ana%40example.com?secret=${secret}&issuer=BASE+Agency&algorithm=SHA1&digits=6&period=30`,
    );
  });

  it('have recovery codes that can be typed in any way', () => {
    const code = makeRecoveryCode();
    expect(code).toMatch(/^[A-Z2-7]{5}-[A-Z2-7]{5}$/);
    const plain = code.replace('-', '');
    for (const typed of [code, plain, code.toLowerCase(), ` ${plain.slice(0, 3)} ${plain.slice(3)} `]) {
      expect(normalizeRecoveryCode(typed)).toBe(plain);
    }
  });
});
