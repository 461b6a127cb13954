import { defineAuditAction } from '#core/audit';

export const BoardOpened = defineAuditAction('boards.open', {
  target: 'route',
  summary:
    'Somebody with the password of Bull Board came from an address for the first time in an hour, or was refused',
  fields: ['code', 'repeated'],
});
