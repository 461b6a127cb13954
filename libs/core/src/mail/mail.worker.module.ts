import { type DynamicModule, Logger, Module } from '@nestjs/common';
import { AppConfig } from '#core/config';
import type { MailDefinition } from './define-mail.js';
import { MAIL_DEFINITIONS, MAILER, MailSender } from './mail-sender.service.js';
import { MailModule } from './mail.module.js';
import { Mailbox } from './mailbox.js';
import type { Mailer } from './mailer.js';

/** Sends what lies in the outbox; worker only. */
@Module({})
export class MailWorkerModule {
  /** @param definitions every mail that a feature may leave. */
  static forRoot(definitions: MailDefinition[]): DynamicModule {
    return {
      module: MailWorkerModule,
      imports: [MailModule],
      providers: [
        MailSender,
        { provide: MAIL_DEFINITIONS, useValue: definitions },
        { provide: MAILER, useFactory: createMailer, inject: [AppConfig] },
      ],
      exports: [MailSender],
    };
  }
}

async function createMailer({ mail, environment }: AppConfig): Promise<Mailer> {
  if (mail.smtpUrl) {
    const { SmtpMailer } = await import('./smtp.client.js');
    return new SmtpMailer(mail.smtpUrl, mail.from);
  }
  if (environment === 'production') {
    new Logger('Mail').warn('SMTP_URL is not set: nobody gets mail; it is kept for /admin/mailbox');
  }
  return new Mailbox(mail.mailboxDirectory);
}
