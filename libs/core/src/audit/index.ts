export { auditCatalogue, defineAuditAction, type AuditAction } from './audit-action.js';
export { AuditHttpModule } from './audit.http.module.js';
export { AuditModule } from './audit.module.js';
export { ANONYMOUS, AuditTrail, personActor, SYSTEM, type AuditActor, type AuditEntry } from './audit-trail.service.js';
