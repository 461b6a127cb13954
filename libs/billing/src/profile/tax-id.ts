import { cnpj, cpf } from 'cpf-cnpj-validator';
import { TaxIdInvalid } from '../payments.errors.js';

export const TAX_ID_KINDS = ['cpf', 'cnpj', 'other'] as const;
export type TaxIdKind = (typeof TAX_ID_KINDS)[number];

/**
 * The one form of a tax id that is stored: no punctuation, capital letters. Check digits are verified by
 * cpf-cnpj-validator: CPF, the numeric CNPJ, and the alphanumeric one that Receita Federal gives out from July 2026
 * (Instrução Normativa RFB 2.229/2024: each character counts as its ASCII code less 48, modulo 11 as before).
 * @throws TaxIdInvalid
 */
export function normalizeTaxId(kind: TaxIdKind, text: string): string {
  const taxId = text.replace(/[\s./-]/g, '').toUpperCase();
  if (kind === 'cpf' && !cpf.isValid(taxId))
    throw TaxIdInvalid('A CPF has eleven digits; the last two check the others.');
  if (kind === 'cnpj' && !(/^[0-9A-Z]{12}[0-9]{2}$/.test(taxId) && cnpj.isValid(taxId))) {
    throw TaxIdInvalid('A CNPJ has twelve digits or letters and two check digits; these do not fit.');
  }
  if (taxId.length < 3 || taxId.length > 40) throw TaxIdInvalid('A tax id has 3 to 40 letters and digits.');
  return taxId;
}
