import { defineAuditAction } from './audit-action.js';

export const AuditExported = defineAuditAction('audit.export', {
  target: 'organization',
  summary: 'The audit log was exported',
  fields: ['format'],
});
