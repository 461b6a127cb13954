import { Module } from '@nestjs/common';
import { AuditLinesRepository } from './audit-lines.repository.js';
import { AuditTrail } from './audit-trail.service.js';

/** Writing the audit log: what a feature imports. */
@Module({ providers: [AuditLinesRepository, AuditTrail], exports: [AuditLinesRepository, AuditTrail] })
export class AuditModule {}
