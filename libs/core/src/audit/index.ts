export { auditCatalogue, defineAuditAction, type AuditAction } from './audit-action.js';
export { AuditHttpModule } from './audit.http.module.js';
export { AuditLinesRepository } from './audit-lines.repository.js';
export { AuditModule } from './audit.module.js';
export { AuditNotes } from './audit-notes.service.js';
export { ANONYMOUS, AuditTrail, personActor, SYSTEM, type AuditActor, type AuditEntry } from './audit-trail.service.js';
