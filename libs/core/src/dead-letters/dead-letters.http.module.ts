import { Module } from '@nestjs/common';
import { AuditModule } from '#core/audit';
import { DeadLettersController } from './dead-letters.controller.js';
import { DeadLettersService } from './dead-letters.service.js';

/** Operators' view of messages that were given up. */
@Module({ imports: [AuditModule], controllers: [DeadLettersController], providers: [DeadLettersService] })
export class DeadLettersHttpModule {}
