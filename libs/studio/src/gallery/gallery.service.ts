import { Injectable } from '@nestjs/common';
import { type Db, InjectDb, withTenant } from '#core/db';
import { InvalidRequest, NotFound } from '#core/errors';
import { instantOf, type Tenant } from '#core/http';
import { FileUrls } from '#core/storage';
import { type GalleryFilter, GalleryRepository } from './gallery.repository.js';
import { toGenerationDto } from './generation-view.js';
import type { GenerationDto, GenerationPageDto, ListGenerationsQuery } from './generations.dto.js';

const PAGE_SIZE = 60;

/** Everything that was generated, as one looks through it. */
@Injectable()
export class GalleryService {
  constructor(
    @InjectDb() private readonly db: Db,
    private readonly repository: GalleryRepository,
    private readonly fileUrls: FileUrls,
  ) {}

  /** One file, also one in the bin. @throws NotFound */
  async get(tenant: Tenant, generationId: string): Promise<GenerationDto> {
    const [row] = await withTenant(this.db, tenant.claims, (trx) =>
      this.repository.find(trx, tenant.organization.id, [generationId]),
    );
    if (!row) throw NotFound();
    return toGenerationDto(row, this.fileUrls);
  }

  /** Newest first. @throws InvalidRequest for a search in the bin, or back to newer files */
  async list(tenant: Tenant, query: ListGenerationsQuery): Promise<GenerationPageDto> {
    const { q, deleted, after } = query;
    if (deleted && q !== undefined) {
      throw refusedSearch('not_with_deleted', 'must be left out: prompts in the bin are not searched');
    }
    if (after !== undefined && q !== undefined) {
      throw refusedSearch('not_with_after', 'must be left out: a search goes to older files only');
    }
    const page = { limit: query.limit ?? PAGE_SIZE, before: query.before, after };
    const filter = filterOf(query);
    const rows = await withTenant(this.db, tenant.claims, (trx) => {
      const organizationId = tenant.organization.id;
      if (deleted) return this.repository.listBin(trx, organizationId, filter, page);
      if (q !== undefined) return this.repository.search(trx, organizationId, q, filter, page);
      return this.repository.list(trx, organizationId, filter, page);
    });
    return {
      data: rows.map((row) => toGenerationDto(row, this.fileUrls)),
      nextBefore: rows.length === page.limit ? (rows.at(-1)?.id ?? null) : null,
    };
  }
}

function refusedSearch(code: string, message: string): Error {
  return InvalidRequest({ errors: [{ pointer: '/q', code, message }] });
}

function filterOf({ projectId, favorite, type, model, userId, from, to }: ListGenerationsQuery): GalleryFilter {
  return {
    projectId,
    favorite: favorite === true ? true : undefined,
    type,
    model,
    userId,
    from: instantOf(from),
    to: instantOf(to),
  };
}
