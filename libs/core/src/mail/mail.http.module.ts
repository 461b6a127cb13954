import { Module } from '@nestjs/common';
import { MailboxController } from './mailbox.controller.js';

/** /admin/mailbox, for installations without SMTP. */
@Module({ controllers: [MailboxController] })
export class MailHttpModule {}
