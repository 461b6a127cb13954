import { Module } from '@nestjs/common';
import { AuditLinesRepository } from './audit-lines.repository.js';
import { AuditNotes } from './audit-notes.service.js';
import { AuditTrail } from './audit-trail.service.js';

/** Writing the audit log: what a feature imports. */
@Module({
  providers: [AuditLinesRepository, AuditNotes, AuditTrail],
  exports: [AuditLinesRepository, AuditNotes, AuditTrail],
})
export class AuditModule {}
