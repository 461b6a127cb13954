import { cnpj, cpf } from 'cpf-cnpj-validator';
import type { InvoiceLine, LineAbout } from './invoice.js';

export const INVOICE_LOCALES = ['pt-BR', 'en'] as const;
export type InvoiceLocale = (typeof INVOICE_LOCALES)[number];

/** The nearest language that invoices are written in. */
export function toInvoiceLocale(locale: string): InvoiceLocale {
  return locale.toLowerCase().startsWith('en') ? 'en' : 'pt-BR';
}

/** The printed words. */
export const INVOICE_WORDS = {
  'pt-BR': {
    invoice: 'Fatura',
    creditNote: 'Nota de crédito',
    draft: 'Rascunho',
    from: 'De',
    to: 'Para',
    issued: 'Emissão',
    due: 'Vencimento',
    paidOn: 'Pagamento',
    voidedOn: 'Cancelamento',
    period: 'Período',
    description: 'Descrição',
    quantity: 'Qtd.',
    unitPrice: 'Preço unitário',
    amount: 'Valor',
    subtotal: 'Subtotal',
    tax: 'Impostos',
    total: 'Total',
    returned: 'Total devolvido',
    howToPay: 'Como pagar',
    status: { draft: 'Rascunho', open: 'Em aberto', paid: 'Paga', void: 'Cancelada' },
    creditNotePaid: 'Devolvido',
    refersTo: 'Refere-se a um pagamento devolvido; veja a fatura citada acima.',
    notNfse:
      'Documento comercial que não é nota fiscal de serviços (NFS-e) nem a substitui; a NFS-e, quando devida, é emitida à parte.',
    page: (page: number, pages: number) => `Página ${page} de ${pages}`,
  },
  en: {
    invoice: 'Invoice',
    creditNote: 'Credit note',
    draft: 'Draft',
    from: 'From',
    to: 'Bill to',
    issued: 'Issued',
    due: 'Due',
    paidOn: 'Paid on',
    voidedOn: 'Voided on',
    period: 'Period',
    description: 'Description',
    quantity: 'Qty',
    unitPrice: 'Unit price',
    amount: 'Amount',
    subtotal: 'Subtotal',
    tax: 'Tax',
    total: 'Total',
    returned: 'Total returned',
    howToPay: 'How to pay',
    status: { draft: 'Draft', open: 'Open', paid: 'Paid', void: 'Void' },
    creditNotePaid: 'Returned',
    refersTo: 'Refers to a payment that was returned; see the invoice named above.',
    notNfse:
      'Commercial document. It is not a Brazilian electronic service invoice (NFS-e) and does not replace one; where an NFS-e is due it is issued separately.',
    page: (page: number, pages: number) => `Page ${page} of ${pages}`,
  },
} as const;

/** What a line says in a language. */
export function describeLine(about: LineAbout, locale: string): string {
  const portuguese = toInvoiceLocale(locale) === 'pt-BR';
  switch (about.kind) {
    case 'plan':
      return portuguese ? `Plano ${about.plan}, um mês` : `${about.plan} plan, one month`;
    case 'upgrade':
      return portuguese
        ? `Mudança do plano ${about.from} para ${about.to}, proporcional ao restante do período`
        : `Upgrade from ${about.from} to ${about.to}, for the rest of the period`;
    case 'credits': {
      const credits = new Intl.NumberFormat(toInvoiceLocale(locale)).format(BigInt(about.credits));
      return portuguese ? `Pacote de ${credits} créditos` : `Pack of ${credits} credits`;
    }
    case 'refund':
      return portuguese
        ? `Devolução do pagamento da fatura ${about.invoice}`
        : `Return of the payment of invoice ${about.invoice}`;
  }
}

/** A line in the language asked for; one that an operator wrote by hand stays as it was written. */
export function textOfLine(line: InvoiceLine, locale: string): string {
  return line.about ? describeLine(line.about, locale) : line.description;
}

/** `CNPJ 12.ABC.345/01DE-35`, as it is printed. That of the issuer is configured without its kind, and told by its digits. */
export function formatTaxId(kind: string | undefined, taxId: string | undefined): string | undefined {
  if (!taxId) return undefined;
  if (kind === 'cpf' || (!kind && cpf.isValid(taxId))) return `CPF ${cpf.format(taxId)}`;
  if (kind === 'cnpj' || (!kind && cnpj.isValid(taxId))) return `CNPJ ${cnpj.format(taxId)}`;
  return taxId;
}
