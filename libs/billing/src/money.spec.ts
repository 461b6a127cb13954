import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { decimalOf, formatMoney, share } from './money.js';

const plain = (text: string): string => text.replace(/\s/g, ' ');

describe('money', () => {
  it('is written as the reader writes it', () => {
    expect(plain(formatMoney(123456n, 'BRL', 'pt-BR'))).toBe('R$ 1.234,56');
    expect(plain(formatMoney(123456n, 'BRL', 'en'))).toBe('R$1,234.56');
    expect(plain(formatMoney(5n, 'USD', 'en'))).toBe('$0.05');
    expect(plain(formatMoney(-990n, 'USD', 'pt-BR'))).toBe('-US$ 9,90');
  });

  it('is exact far beyond what a float can hold', () => {
    expect(decimalOf(900_719_925_474_099_301n)).toBe('9007199254740993.01');
    expect(formatMoney(900_719_925_474_099_301n, 'USD', 'en')).toBe('$9,007,199,254,740,993.01');
  });

  it('is shared without making or losing a cent (property)', () => {
    fc.assert(
      fc.property(fc.bigInt(0n, 10n ** 15n), fc.bigInt(0n, 10n ** 6n), fc.bigInt(1n, 10n ** 6n), (amount, a, b) => {
        const [part, whole] = a > b ? [b, a] : [a, b];
        const mine = share(amount, part, whole);
        const rest = share(amount, whole - part, whole);
        expect(mine + rest).toBeLessThanOrEqual(amount);
        expect(amount - mine - rest).toBeLessThanOrEqual(1n);
      }),
    );
  });
});
