import { Injectable } from '@nestjs/common';
import { AuditTrail } from '#core/audit';
import { AppConfig } from '#core/config';
import { newId, sha256 } from '#core/crypto';
import { type Db, InjectDb, type Trx, withTenant } from '#core/db';
import { InvalidRequest, NotFound } from '#core/errors';
import { nextPageOf, type Tenant } from '#core/http';
import { ShareLinkCreated, ShareLinkRevoked, ShareLinkUpdated } from '../studio.audit.js';
import type {
  CreateShareLinkDto,
  ListShareLinksQuery,
  ShareLinkDto,
  ShareLinkPageDto,
  UpdateShareLinkDto,
} from './share-links.dto.js';
import { type ShareLinkRow, ShareLinksRepository, type ShareLinkTerms } from './share-links.repository.js';
import { ShareTokens } from './share-tokens.js';

const PAGE_SIZE = 50;

/** Links that show chosen files to whoever has them, until they end or are revoked. */
@Injectable()
export class ShareLinksService {
  constructor(
    @InjectDb() private readonly db: Db,
    private readonly repository: ShareLinksRepository,
    private readonly tokens: ShareTokens,
    private readonly audit: AuditTrail,
    private readonly config: AppConfig,
  ) {}

  /** Newest first, closed ones too. */
  async list(tenant: Tenant, query: ListShareLinksQuery): Promise<ShareLinkPageDto> {
    const limit = query.limit ?? PAGE_SIZE;
    const links = await withTenant(this.db, tenant.claims, (trx) =>
      this.repository.list(trx, tenant.organization.id, limit, query.before),
    );
    return {
      data: links.map((link) => this.toDto(link)),
      nextBefore: nextPageOf(links, limit),
    };
  }

  /** @throws InvalidRequest for files that the organization does not have, or an end in the past */
  async create(tenant: Tenant, dto: CreateShareLinkDto): Promise<ShareLinkDto> {
    const organizationId = tenant.organization.id;
    const expiresAt = endOf(dto.expiresAt) ?? null;
    return withTenant(this.db, tenant.claims, async (trx) => {
      const known = await this.repository.countFiles(trx, organizationId, dto.generationIds);
      if (known !== dto.generationIds.length) {
        throw InvalidRequest({
          detail: 'Some of the files do not exist in this organization, or are in the bin.',
          errors: [
            { pointer: '/generationIds', code: 'unknown_generation', message: 'must exist and not be in the bin' },
          ],
        });
      }
      const id = newId();
      await this.repository.insert(trx, {
        id,
        organizationId,
        tokenHash: sha256(this.tokens.of(id)),
        generationIds: dto.generationIds,
        createdBy: tenant.userId,
        title: dto.title ?? '',
        showPrompts: dto.showPrompts ?? false,
        expiresAt,
      });
      const link = await this.find(trx, tenant, id);
      await this.audit.write(trx, ShareLinkCreated, { by: tenant, target: id, after: told(link) });
      return this.toDto(link);
    });
  }

  /** @throws NotFound also for another organization's; InvalidRequest for an end in the past */
  async update(tenant: Tenant, id: string, dto: UpdateShareLinkDto): Promise<ShareLinkDto> {
    const expiresAt = endOf(dto.expiresAt);
    return withTenant(this.db, tenant.claims, async (trx) => {
      const before = await this.find(trx, tenant, id);
      const terms: ShareLinkTerms = {
        title: dto.title ?? before.title,
        showPrompts: dto.showPrompts ?? before.showPrompts,
        expiresAt: expiresAt === undefined ? before.expiresAt : expiresAt,
      };
      await this.repository.update(trx, tenant.organization.id, id, terms);
      const after = await this.find(trx, tenant, id);
      await this.audit.write(trx, ShareLinkUpdated, {
        by: tenant,
        target: id,
        before: told(before),
        after: told(after),
      });
      return this.toDto(after);
    });
  }

  /** For good, at once, its files too. Once more changes nothing. @throws NotFound */
  async revoke(tenant: Tenant, id: string): Promise<void> {
    await withTenant(this.db, tenant.claims, async (trx) => {
      const before = await this.find(trx, tenant, id);
      if (before.revokedAt) return;
      await this.repository.revoke(trx, tenant.organization.id, id);
      await this.audit.write(trx, ShareLinkRevoked, { by: tenant, target: id, before: told(before) });
    });
  }

  private async find(trx: Trx, tenant: Tenant, id: string): Promise<ShareLinkRow> {
    const link = await this.repository.find(trx, tenant.organization.id, id);
    if (!link) throw NotFound();
    return link;
  }

  private toDto(link: ShareLinkRow): ShareLinkDto {
    const token = this.tokens.of(link.id);
    return {
      ...link,
      token,
      url: `${this.config.studioUrl}/shared/${token}`,
      views: Number(link.views),
      itemCount: Number(link.itemCount),
    };
  }
}

function told({ title, showPrompts, expiresAt, itemCount }: ShareLinkRow) {
  return { title, showsDetails: showPrompts, expiresAt, itemCount: Number(itemCount) };
}

/** Undefined: nothing was said. @throws InvalidRequest for a time that is past */
function endOf(text: string | null | undefined): Date | null | undefined {
  if (text === undefined || text === null) return text;
  const end = new Date(text);
  if (end.getTime() > Date.now()) return end;
  throw InvalidRequest({ errors: [{ pointer: '/expiresAt', code: 'in_the_past', message: 'must be in the future' }] });
}
