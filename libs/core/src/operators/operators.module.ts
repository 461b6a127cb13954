import { Module } from '@nestjs/common';
import { AuditModule } from '#core/audit';
import { LimitsModule } from '#core/limits';
import { OperatorDoor } from './operator-door.service.js';

/** The door of the pages that are for whoever runs the installation. */
@Module({ imports: [AuditModule, LimitsModule], providers: [OperatorDoor], exports: [OperatorDoor] })
export class OperatorsModule {}
