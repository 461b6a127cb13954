import { describe, expect, it } from '@jest/globals';
import { auditCatalogue, defineAuditAction } from './audit-action.js';
import { toLine } from './audit-trail.service.js';

const Painted = defineAuditAction('fences.paint', {
  target: 'fence',
  summary: 'A fence was painted',
  fields: ['color', 'meters'],
});

describe('an audit action', () => {
  it('is declared once, by a dotted name', () => {
    expect(auditCatalogue()).toContain(Painted);
    expect(() => defineAuditAction('fences.paint', { target: 'fence', summary: '' })).toThrow('declared twice');
    expect(() => defineAuditAction('paint', { target: 'fence', summary: '' })).toThrow('not named');
  });

  it('cannot be declared to tell secrets or what a person may want erased', () => {
    for (const field of ['password', 'email', 'tokenHash', 'fullName', 'ipAddress', 'prompt']) {
      expect(() => defineAuditAction('fences.leak', { target: 'fence', summary: '', fields: [field] })).toThrow(
        `may not tell ${field}`,
      );
    }
  });

  it('shows declared fields only, whatever row it is handed', () => {
    const row = { color: 'red', meters: 12n, email: 'ana@example.com', secret: 's' };
    const line = toLine(Painted, { by: { kind: 'system' }, target: 'f1', before: row, after: { color: 'blue' } });
    expect(line).toMatchObject({ before: { color: 'red', meters: '12' }, after: { color: 'blue' }, metadata: {} });
    expect(JSON.stringify(line)).not.toMatch(/ana@|secret/);
  });

  it('belongs to the organization its actor works in, unless the line says otherwise', () => {
    const by = { kind: 'user' as const, userId: 'u1', organization: { id: 'o1' } };
    expect(toLine(Painted, { by, target: null })).toMatchObject({
      organization_id: 'o1',
      actor_type: 'user',
      actor_id: 'u1',
    });
    expect(toLine(Painted, { by, target: null, organizationId: null })).toMatchObject({ organization_id: null });
  });
});
