import { defineAuditAction } from '#core/audit';

export const DeadLetterRedriven = defineAuditAction('dead_letters.redrive', {
  target: 'dead_letter',
  summary: 'A message that had been given up was sent again',
  fields: ['queue', 'name'],
});
