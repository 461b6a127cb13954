import { CURRENCIES, type Currency } from '../money.js';
import { CurrencyUnknown } from '../payments.errors.js';

/** @throws CurrencyUnknown for one that nothing is sold in */
export function currencyOf(code: string): Currency {
  const found = CURRENCIES.find((currency) => currency === code.toUpperCase());
  if (!found) throw CurrencyUnknown(`Prices are in ${CURRENCIES.join(' and ')}.`);
  return found;
}
