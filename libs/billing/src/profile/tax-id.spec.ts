import { describe, expect, it } from '@jest/globals';
import { TaxIdInvalid } from '../payments.errors.js';
import { normalizeTaxId } from './tax-id.js';

describe('a tax id', () => {
  it.each([
    ['cpf', '529.982.247-25', '52998224725'],
    ['cnpj', '11.222.333/0001-81', '11222333000181'],
    // The example of Receita Federal's own description of the alphanumeric CNPJ.
    ['cnpj', '12.ABC.345/01DE-35', '12ABC34501DE35'],
    ['cnpj', '12abc34501de35', '12ABC34501DE35'],
    ['other', ' 98-7654321 ', '987654321'],
  ] as const)('is kept without punctuation: %s %s', (kind, text, kept) => {
    expect(normalizeTaxId(kind, text)).toBe(kept);
  });

  it.each([
    ['cpf', '529.982.247-24'],
    ['cpf', '111.111.111-11'],
    ['cpf', '11222333000181'],
    ['cnpj', '11.222.333/0001-82'],
    ['cnpj', '00.000.000/0000-00'],
    ['cnpj', '12.ABC.345/01DE-36'],
    ['cnpj', '12ABC34501DEA5'],
    ['cnpj', '52998224725'],
    ['cnpj', ''],
    ['other', 'x'],
  ] as const)('is refused by its own code when it is wrong: %s %s', (kind, text) => {
    expect(() => normalizeTaxId(kind, text)).toThrow(expect.objectContaining({ code: TaxIdInvalid.code }));
  });
});
