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

/** Proves an address before its account exists. */
export const ConfirmRegistrationMail = defineMail({
  name: 'auth.confirm-registration',
  data: z.object({ name: z.string(), url: z.url() }),
  content: {
    'pt-BR': ({ name, url }) => ({
      subject: 'Confirme o seu cadastro',
      paragraphs: [`Olá, ${name}!`, 'Falta um passo: confirme o seu endereço para entrar. O link vale por 24 horas.'],
      action: { label: 'Confirmar e entrar', url },
      closing: 'Se você não pediu uma conta na BASE Agency, ignore esta mensagem: sem a confirmação, ela não existe.',
    }),
    en: ({ name, url }) => ({
      subject: 'Confirm your registration',
      paragraphs: [
        `Hello ${name}!`,
        'One step is left: confirm your address to sign in. The link is good for 24 hours.',
      ],
      action: { label: 'Confirm and sign in', url },
      closing:
        'If you did not ask for an account with BASE Agency, ignore this message: without confirmation there is none.',
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

/** Proves that a new address is the person's. */
export const ConfirmNewEmailMail = defineMail({
  name: 'auth.confirm-new-email',
  data: z.object({ name: z.string(), url: z.url() }),
  content: {
    'pt-BR': ({ name, url }) => ({
      subject: 'Confirme o seu novo e-mail',
      paragraphs: [`Olá, ${name}!`, 'Confirme que este é o novo endereço da sua conta. O link vale por 24 horas.'],
      action: { label: 'Confirmar novo e-mail', url },
      closing: 'Se você não pediu esta troca, ignore esta mensagem.',
    }),
    en: ({ name, url }) => ({
      subject: 'Confirm your new e-mail address',
      paragraphs: [
        `Hello ${name}!`,
        'Please confirm that this is the new address of your account. The link is good for 24 hours.',
      ],
      action: { label: 'Confirm new address', url },
      closing: 'If you did not ask for this change, ignore this message.',
    }),
  },
});

/** To the address in use, so that its owner can stop a change that is not theirs. */
export const EmailChangeRequestedMail = defineMail({
  name: 'auth.email-change-requested',
  data: z.object({ name: z.string() }),
  content: {
    'pt-BR': ({ name }) => ({
      subject: 'Pediram a troca do seu e-mail',
      paragraphs: [`Olá, ${name}!`, 'Alguém pediu a troca do endereço da sua conta. Até a confirmação, nada muda.'],
      closing: 'Se não foi você, troque a sua senha agora mesmo.',
    }),
    en: ({ name }) => ({
      subject: 'A change of your e-mail address was asked for',
      paragraphs: [
        `Hello ${name}!`,
        'Somebody asked to change the address of your account. Nothing changes until it is confirmed.',
      ],
      closing: 'If it was not you, change your password right away.',
    }),
  },
});

/** To the address that was in use until now. */
export const EmailChangedMail = defineMail({
  name: 'auth.email-changed',
  data: z.object({ name: z.string() }),
  content: {
    'pt-BR': ({ name }) => ({
      subject: 'O e-mail da sua conta foi trocado',
      paragraphs: [`Olá, ${name}!`, 'A partir de agora, a sua conta usa outro endereço.'],
      closing: 'Se não foi você, responda a esta mensagem agora mesmo.',
    }),
    en: ({ name }) => ({
      subject: 'The e-mail address of your account was changed',
      paragraphs: [`Hello ${name}!`, 'From now on your account uses another address.'],
      closing: 'If it was not you, reply to this message right away.',
    }),
  },
});

/** To the owner of an address that somebody tried to use for a new account; it names nobody, as anyone can cause it. */
export const AccountExistsMail = defineMail({
  name: 'auth.account-exists',
  data: z.object({ url: z.url() }),
  content: {
    'pt-BR': ({ url }) => ({
      subject: 'Você já tem uma conta',
      paragraphs: [
        'Olá!',
        'Alguém tentou usar este endereço para uma conta da BASE Agency, mas ele já tem uma. Entre com ela, ou peça uma nova senha.',
      ],
      action: { label: 'Entrar', url },
      closing: 'Se não foi você, ignore esta mensagem: nada mudou.',
    }),
    en: ({ url }) => ({
      subject: 'You already have an account',
      paragraphs: [
        'Hello!',
        'Somebody tried to use this address for an account with BASE Agency, but it has one already. Sign in with it, or ask for a new password.',
      ],
      action: { label: 'Sign in', url },
      closing: 'If it was not you, ignore this message: nothing has changed.',
    }),
  },
});

/** The last mail to somebody. */
export const AccountErasedMail = defineMail({
  name: 'auth.account-erased',
  data: z.object({}),
  content: {
    'pt-BR': () => ({
      subject: 'A sua conta foi apagada',
      paragraphs: [
        'Olá!',
        'Como você pediu, a sua conta na BASE Agency e os seus dados pessoais foram apagados. Esta é a nossa última mensagem.',
      ],
      closing: 'Obrigado por ter trabalhado conosco.',
    }),
    en: () => ({
      subject: 'Your account was erased',
      paragraphs: [
        'Hello!',
        'As you asked, your account with BASE Agency and your personal data were erased. This is our last message.',
      ],
      closing: 'Thank you for having worked with us.',
    }),
  },
});

/** Every mail of this feature, for the worker. */
export const AUTH_MAILS: MailDefinition[] = [
  VerifyEmailMail,
  ConfirmRegistrationMail,
  ResetPasswordMail,
  PasswordChangedMail,
  ConfirmNewEmailMail,
  EmailChangeRequestedMail,
  EmailChangedMail,
  AccountExistsMail,
  AccountErasedMail,
];
