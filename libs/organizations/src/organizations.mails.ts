import { z } from 'zod';
import { defineMail, type MailDefinition } from '#core/mail';

/** To somebody who was invited; the link is good until the date. */
export const InvitationMail = defineMail({
  name: 'organizations.invitation',
  data: z.object({ organization: z.string(), inviter: z.string(), url: z.url(), expiresAt: z.iso.datetime() }),
  content: {
    'pt-BR': ({ organization, inviter, url, expiresAt }) => ({
      subject: `${inviter} convidou você para ${organization}`,
      paragraphs: [
        'Olá!',
        `${inviter} convidou você para trabalhar com ${organization} na BASE Agency.`,
        `O convite vale até ${day(expiresAt, 'pt-BR')}.`,
      ],
      action: { label: 'Aceitar o convite', url },
      closing: 'Se você não esperava este convite, ignore esta mensagem.',
    }),
    en: ({ organization, inviter, url, expiresAt }) => ({
      subject: `${inviter} invited you to ${organization}`,
      paragraphs: [
        'Hello!',
        `${inviter} invited you to work with ${organization} on BASE Agency.`,
        `The invitation is good until ${day(expiresAt, 'en')}.`,
      ],
      action: { label: 'Accept the invitation', url },
      closing: 'If you did not expect this invitation, ignore this message.',
    }),
  },
});

/** Every mail of this feature, for the worker. */
export const ORGANIZATION_MAILS: MailDefinition[] = [InvitationMail];

function day(iso: string, locale: string): string {
  return new Intl.DateTimeFormat(locale, { dateStyle: 'long', timeZone: 'UTC' }).format(new Date(iso));
}
