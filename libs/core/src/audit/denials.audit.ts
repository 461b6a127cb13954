import { defineAuditAction } from './audit-action.js';

/** One action for all refused requests: which one, and why, is in the line. */
export const AccessDenied = defineAuditAction('access.deny', {
  target: 'route',
  summary: 'A request was refused: who asked may not do this, not here, or not any more',
  fields: ['code', 'organizationId', 'repeated'],
});
