import { z } from 'zod';
import { defineMail, type MailDefinition } from '#core/mail';

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

/** Every mail of this feature, for the worker. */
export const BILLING_MAILS: MailDefinition[] = [InvoiceMail, OverdueMail];

function day(iso: string, locale: string): string {
  return new Intl.DateTimeFormat(locale, { dateStyle: 'long', timeZone: 'UTC' }).format(new Date(iso));
}
