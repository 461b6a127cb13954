import { z } from 'zod';
import { defineMail, type MailDefinition } from '#core/mail';

/** Proves that an address is its owner's. */
export const VerifyEmailMail = defineMail({
  name: 'auth.verify-email',
  data: z.object({ name: z.string(), url: z.url() }),
  content: {
    'pt-BR': ({ name, url }) => ({
      subject: 'Confirme seu e-mail',
      paragraphs: [`Olá, ${name}!`, 'Confirme que este endereço é seu. O link vale por 24 horas.'],
      action: { label: 'Confirmar e-mail', url },
      closing: 'Se você não criou uma conta na BASE Agency, ignore esta mensagem.',
    }),
    en: ({ name, url }) => ({
      subject: 'Confirm your e-mail address',
      paragraphs: [`Hello ${name}!`, 'Please confirm that this address is yours. The link is good for 24 hours.'],
      action: { label: 'Confirm address', url },
      closing: 'If you did not create an account with BASE Agency, ignore this message.',
    }),
  },
});

/** Lets somebody who forgot the password choose another one. */
export const ResetPasswordMail = defineMail({
  name: 'auth.reset-password',
  data: z.object({ name: z.string(), url: z.url() }),
  content: {
    'pt-BR': ({ name, url }) => ({
      subject: 'Escolha uma nova senha',
      paragraphs: [`Olá, ${name}!`, 'Alguém pediu uma nova senha para a sua conta. O link vale por 30 minutos.'],
      action: { label: 'Escolher nova senha', url },
      closing: 'Se não foi você, ignore esta mensagem: a sua senha continua a mesma.',
    }),
    en: ({ name, url }) => ({
      subject: 'Choose a new password',
      paragraphs: [
        `Hello ${name}!`,
        'Somebody asked for a new password for your account. The link is good for 30 minutes.',
      ],
      action: { label: 'Choose a new password', url },
      closing: 'If it was not you, ignore this message: your password stays as it is.',
    }),
  },
});

/** Tells the owner of an account what was changed, in case it was not the owner. */
export const PasswordChangedMail = defineMail({
  name: 'auth.password-changed',
  data: z.object({ name: z.string() }),
  content: {
    'pt-BR': ({ name }) => ({
      subject: 'A sua senha foi trocada',
      paragraphs: [`Olá, ${name}!`, 'A senha da sua conta foi trocada, e as outras sessões foram encerradas.'],
      closing: 'Se não foi você, peça uma nova senha agora mesmo.',
    }),
    en: ({ name }) => ({
      subject: 'Your password was changed',
      paragraphs: [`Hello ${name}!`, 'The password of your account was changed, and other sessions were ended.'],
      closing: 'If it was not you, ask for a new password right away.',
    }),
  },
});

/** Every mail of this feature, for the worker. */
export const AUTH_MAILS: MailDefinition[] = [VerifyEmailMail, ResetPasswordMail, PasswordChangedMail];
