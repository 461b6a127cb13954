/**
 * Money is whole cents as bigint, from the database to the printed page. Both currencies have two decimals.
 */
export const CURRENCIES = ['BRL', 'USD'] as const;
export type Currency = (typeof CURRENCIES)[number];

/** `123456n` → `"1234.56"`: exact, for whatever takes decimal text. */
export function decimalOf(cents: bigint): string {
  const digits = (cents < 0n ? -cents : cents).toString().padStart(3, '0');
  return `${cents < 0n ? '-' : ''}${digits.slice(0, -2)}.${digits.slice(-2)}`;
}

/** As people of the locale write it: `R$ 1.234,56`, `$1,234.56`. `Intl` takes decimal text exactly. */
export function formatMoney(cents: bigint, currency: Currency, locale: string): string {
  const format = new Intl.NumberFormat(locale, { style: 'currency', currency });
  return format.format(decimalOf(cents) as Intl.StringNumericLiteral);
}

/** `amount × part ÷ whole`, rounded down: whoever pays never pays for a fraction of a cent. */
export function share(amount: bigint, part: bigint, whole: bigint): bigint {
  if (whole <= 0n || part < 0n || part > whole) throw new RangeError('A share is between nothing and the whole');
  return (amount * part) / whole;
}
