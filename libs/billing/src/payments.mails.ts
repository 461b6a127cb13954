import { z } from 'zod';
import type { AppConfig } from '#core/config';
import { defineMail, type MailDefinition } from '#core/mail';
import { type Invoice, invoiceNumber } from './invoices/invoice.js';
import { formatMoney } from './money.js';
import type { BillingParty } from './profile/billing-profiles.repository.js';

const data = z.object({
  organization: z.string(),
  number: z.string(),
  total: z.string(),
  dueAt: z.iso.datetime(),
  url: z.url(),
});

/** A renewal was invoiced; there is time to pay. */
export const InvoiceMail = defineMail({
  name: 'billing.invoice',
  data,
  content: {
    'pt-BR': ({ organization, number, total, dueAt, url }) => ({
      subject: `Fatura ${number} de ${organization}`,
      paragraphs: [
        `A fatura ${number}, de ${total}, foi emitida e vence em ${day(dueAt, 'pt-BR')}.`,
        'Se há um cartão cadastrado, ele é cobrado quando o período atual termina.',
      ],
      action: { label: 'Ver a fatura', url },
    }),
    en: ({ organization, number, total, dueAt, url }) => ({
      subject: `Invoice ${number} for ${organization}`,
      paragraphs: [
        `Invoice ${number} over ${total} was issued and is due on ${day(dueAt, 'en')}.`,
        'If there is a card on file, it is charged when the current period ends.',
      ],
      action: { label: 'See the invoice', url },
    }),
  },
});

/** The period ended and the next one is not paid. */
export const OverdueMail = defineMail({
  name: 'billing.overdue',
  data,
  content: {
    'pt-BR': ({ organization, number, total, url }) => ({
      subject: `O pagamento de ${organization} está em atraso`,
      paragraphs: [
        `A fatura ${number}, de ${total}, ainda não foi paga.`,
        'Por sete dias o plano continua com os limites do plano gratuito; depois disso ele termina. Nada do que foi criado se perde.',
      ],
      action: { label: 'Pagar agora', url },
    }),
    en: ({ organization, number, total, url }) => ({
      subject: `The payment of ${organization} is overdue`,
      paragraphs: [
        `Invoice ${number} over ${total} is not paid yet.`,
        'For seven days the plan goes on with the limits of the free plan; after that it ends. Nothing that was made is lost.',
      ],
      action: { label: 'Pay now', url },
    }),
  },
});

/** An order was not paid in time. */
export const OrderVoidedMail = defineMail({
  name: 'billing.order-voided',
  data,
  content: {
    'pt-BR': ({ organization, number, total, dueAt, url }) => ({
      subject: `O pedido ${number} de ${organization} foi cancelado`,
      paragraphs: [
        `A fatura ${number}, de ${total}, venceu em ${day(dueAt, 'pt-BR')} e não foi paga, e por isso foi cancelada.`,
        'Nada foi cobrado e nada é devido. Se ainda precisar, faça o pedido de novo.',
      ],
      action: { label: 'Ver planos e créditos', url },
    }),
    en: ({ organization, number, total, dueAt, url }) => ({
      subject: `Order ${number} of ${organization} was canceled`,
      paragraphs: [
        `Invoice ${number} over ${total} was due on ${day(dueAt, 'en')} and was not paid; it is void now.`,
        'Nothing was charged and nothing is owed. If you still need it, order it again.',
      ],
      action: { label: 'See plans and credits', url },
    }),
  },
});

/** Every mail of this feature, for the worker. */
export const BILLING_MAILS: MailDefinition[] = [InvoiceMail, OverdueMail, OrderVoidedMail];

/** What the mails say of an invoice. */
export function mailAbout(invoice: Invoice, party: BillingParty, { studioUrl }: AppConfig): z.output<typeof data> {
  return {
    organization: party.name,
    number: invoiceNumber(invoice) ?? '',
    total: formatMoney(invoice.totalCents, invoice.currency, party.locale),
    dueAt: (invoice.dueAt ?? invoice.createdAt).toISOString(),
    url: `${studioUrl}/billing`,
  };
}

function day(iso: string, locale: string): string {
  return new Intl.DateTimeFormat(locale, { dateStyle: 'long', timeZone: 'UTC' }).format(new Date(iso));
}
