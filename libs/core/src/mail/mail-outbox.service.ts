import { Injectable } from '@nestjs/common';
import type { Trx } from '#core/db';
import { type MailDefinition, toMailLocale } from './define-mail.js';
import { OutboundMailsRepository } from './outbound-mails.repository.js';

export interface Letter {
  to: string;
  /** The reader's language; the nearest one we have is taken. */
  locale: string;
  organizationId?: string;
}

/** Where features leave mails to be sent. */
@Injectable()
export class MailOutbox {
  constructor(private readonly repository: OutboundMailsRepository) {}

  /**
   * Leaves a mail, to be sent if and when the transaction commits. In a tenant transaction it must be the last step:
   * the tenant's role ends with it.
   */
  async leave<Data>(trx: Trx, definition: MailDefinition<Data>, data: Data, letter: Letter): Promise<void> {
    await this.repository.insert(trx, {
      organizationId: letter.organizationId ?? null,
      recipient: letter.to,
      template: definition.name,
      locale: toMailLocale(letter.locale),
      data,
    });
  }
}
