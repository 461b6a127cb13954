import { Module } from '@nestjs/common';
import { MailOutbox } from './mail-outbox.service.js';
import { OutboundMailsRepository } from './outbound-mails.repository.js';

/** Leaves mails in the outbox. */
@Module({ providers: [OutboundMailsRepository, MailOutbox], exports: [MailOutbox, OutboundMailsRepository] })
export class MailModule {}
