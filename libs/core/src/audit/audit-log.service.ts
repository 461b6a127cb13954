import { Injectable } from '@nestjs/common';
import { type Db, InjectDb, withOperator, withTenant } from '#core/db';
import { InvalidRequest } from '#core/errors';
import { instantOf, nextPageOf, type Person, type Tenant } from '#core/http';
import { auditCatalogue } from './audit-action.js';
import { CSV_HEAD, toCsv } from './audit-csv.js';
import { AuditExported } from './audit.audit.js';
import type {
  AuditFilterQuery,
  AuditPageDto,
  ExportAllAuditQuery,
  ExportAuditQuery,
  ExportFormat,
  ListAllAuditQuery,
  ListAuditQuery,
} from './audit.dto.js';
import {
  type AuditFilter,
  type AuditLineRow,
  AuditLinesRepository,
  type AuditScope,
} from './audit-lines.repository.js';
import { AuditTrail } from './audit-trail.service.js';

const PAGE = 50;
const EXPORT_PAGE = 1000;

/** An organization's audit log, as its managers read it. */
@Injectable()
export class AuditLogService {
  constructor(
    @InjectDb() private readonly db: Db,
    private readonly lines: AuditLinesRepository,
    private readonly audit: AuditTrail,
  ) {}

  /** Newest first. @throws InvalidRequest for a time that is none */
  async list(tenant: Tenant, query: ListAuditQuery): Promise<AuditPageDto> {
    const limit = query.limit ?? PAGE;
    const data = await this.page(tenant, filterOf(query), limit, query.before);
    return { data, nextBefore: nextPageOf(data, limit) };
  }

  /** The same for the platform: of one organization, of the platform itself, or of all. @throws InvalidRequest */
  async listForOperator(operator: Person, query: ListAllAuditQuery): Promise<AuditPageDto> {
    const limit = query.limit ?? PAGE;
    const filter = filterOf(query);
    const data = await withOperator(this.db, operator.userId, (trx) =>
      this.lines.list(trx, scopeOf(query.organization), filter, limit, query.before),
    );
    return { data, nextBefore: nextPageOf(data, limit) };
  }

  /**
   * Everything that fits, newest first, as text to be sent while it is read: a page at a time, each in a transaction of
   * its own, so that a slow reader holds neither memory nor a snapshot. The export itself is told in the log.
   * @throws InvalidRequest for a time that is none
   */
  async export(tenant: Tenant, query: ExportAuditQuery): Promise<AsyncIterable<string>> {
    const filter = filterOf(query);
    const format = query.format ?? 'csv';
    await this.audit.note(this.db, AuditExported, { by: tenant, target: tenant.organization.id, after: { format } });
    return asText(format, (before) => this.page(tenant, filter, EXPORT_PAGE, before));
  }

  /** The same for the platform; told in its own log. @throws InvalidRequest for a time that is none */
  async exportForOperator(operator: Person, query: ExportAllAuditQuery): Promise<AsyncIterable<string>> {
    const filter = filterOf(query);
    const scope = scopeOf(query.organization);
    const format = query.format ?? 'csv';
    const target = scope === 'all' ? null : scope.organizationId;
    await this.audit.note(this.db, AuditExported, { by: operator, organizationId: null, target, after: { format } });
    return asText(format, (before) =>
      withOperator(this.db, operator.userId, (trx) => this.lines.list(trx, scope, filter, EXPORT_PAGE, before)),
    );
  }

  private page(tenant: Tenant, filter: AuditFilter, limit: number, before?: string): Promise<AuditLineRow[]> {
    return withTenant(this.db, tenant.claims, (trx) =>
      this.lines.list(trx, { organizationId: tenant.organization.id }, filter, limit, before),
    );
  }
}

type ReadPage = (before?: string) => Promise<AuditLineRow[]>;

async function asText(format: ExportFormat, read: ReadPage): Promise<AsyncIterable<string>> {
  // Read before anything is sent: what the database refuses can still be told by a status.
  const pages = pagesFrom(await read(), read);
  return format === 'csv' ? asCsv(pages) : asJson(pages);
}

async function* pagesFrom(first: AuditLineRow[], read: ReadPage): AsyncIterable<AuditLineRow[]> {
  for (let page = first; ; page = await read(page.at(-1)?.id)) {
    yield page;
    if (page.length < EXPORT_PAGE) return;
  }
}

async function* asCsv(pages: AsyncIterable<AuditLineRow[]>): AsyncIterable<string> {
  yield CSV_HEAD;
  for await (const page of pages) yield page.map(toCsv).join('');
}

/** One JSON array. */
async function* asJson(pages: AsyncIterable<AuditLineRow[]>): AsyncIterable<string> {
  let separator = '[';
  for await (const page of pages) {
    for (const line of page) {
      yield `${separator}\n${JSON.stringify(line)}`;
      separator = ',';
    }
  }
  yield separator === '[' ? '[]\n' : '\n]\n';
}

function scopeOf(organization: string | undefined): AuditScope {
  if (organization === undefined || organization === 'all') return 'all';
  return { organizationId: organization === 'none' ? null : organization };
}

/** @throws InvalidRequest */
function filterOf({ from, to, ...rest }: AuditFilterQuery): AuditFilter {
  const { actorType, actorId, action, outcome, targetType, targetId } = rest;
  if (action !== undefined) assertKnown(action);
  const times = { from: instantOf(from), to: instantOf(to) };
  if (times.from && times.to && times.from > times.to) {
    throw refused('from', 'after_to', 'must not be later than `to`');
  }
  return { ...{ actorType, actorId, action, outcome, targetType, targetId }, ...times };
}

/** What nothing is called would find nothing, and look as if nothing had happened. */
function assertKnown(action: string): void {
  const kind = action.endsWith('.*') ? action.slice(0, -1) : undefined;
  const isKnown = auditCatalogue().some(({ name }) => (kind ? name.startsWith(kind) : name === action));
  if (!isKnown) {
    throw refused('action', 'unknown_action', 'must be an action of docs/reference/audit.md, e.g. api_keys.create');
  }
}

function refused(field: string, code: string, message: string): Error {
  return InvalidRequest({
    detail: 'Mend the fields listed in errors.',
    errors: [{ pointer: `/${field}`, code, message }],
  });
}
