import { Module } from '@nestjs/common';
import { OperatorsModule } from '#core/operators';
import { MailboxController } from './mailbox.controller.js';

/** /admin/mailbox, for installations without SMTP. */
@Module({ imports: [OperatorsModule], controllers: [MailboxController] })
export class MailHttpModule {}
