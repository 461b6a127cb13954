import { defineAuditAction } from '#core/audit';

export const JobCanceled = defineAuditAction('jobs.cancel', {
  target: 'job',
  summary: 'A waiting job was canceled, or a running one was asked to stop',
  fields: ['outcome'],
});
