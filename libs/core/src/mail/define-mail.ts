import type { z } from 'zod';
import { type MailContent, type RenderedMail, renderMail } from './render-mail.js';

export const MAIL_LOCALES = ['pt-BR', 'en'] as const;
export type MailLocale = (typeof MAIL_LOCALES)[number];

/** A kind of mail. As a list's element its data's type does not matter: they are checked when it is rendered. */
export interface MailDefinition<Data = never> {
  readonly name: string;
  /** @throws ZodError when the data do not fit. */
  render(data: unknown, locale: string): RenderedMail;
  /** For the compiler only: what the mail is made of. */
  readonly accepts?: (data: Data) => void;
}

/**
 * Declares a mail. The row in the outbox carries its name and data; the words are chosen when it is sent.
 * The worker must be given it (`MailWorkerModule.forRoot`).
 * @param name `<feature>.<occasion>`, unique
 */
export function defineMail<Data>(definition: {
  name: string;
  data: z.ZodType<Data>;
  content: Record<MailLocale, (data: Data) => MailContent>;
}): MailDefinition<Data> {
  return {
    name: definition.name,
    render: (data, locale) => {
      const nearest = toMailLocale(locale);
      return renderMail(definition.content[nearest](definition.data.parse(data)), nearest);
    },
  };
}

/** The nearest language we have words in. */
export function toMailLocale(locale: string): MailLocale {
  return locale.toLowerCase().startsWith('en') ? 'en' : 'pt-BR';
}
