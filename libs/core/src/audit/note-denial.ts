import type { FastifyRequest } from 'fastify';
import type { AuditNotes } from './audit-notes.service.js';
import { AccessDenied } from './denials.audit.js';

/**
 * Notes a request that ended with a denial: 401 or 403 for somebody we know, and what its error marks as one (a key that
 * was revoked, another organization behind a 404). Strangers without credentials are nobody to write about.
 */
export function noteDenial(notes: AuditNotes, request: FastifyRequest): void {
  const { refusal } = request;
  if (!refusal) return;
  const { denial } = refusal.details;
  const { status } = refusal.definition;
  if (!denial && status !== 401 && status !== 403) return;
  const by = denial?.by ?? request.principal;
  if (!by) return;
  notes.note(
    AccessDenied,
    {
      by,
      target: `${request.method} ${request.routeOptions.url ?? ''}`,
      outcome: 'denied',
      after: { code: refusal.code, organizationId: denial?.organizationId },
    },
    request,
  );
}
