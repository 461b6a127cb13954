import { Injectable } from '@nestjs/common';
import { type AuditAction, AuditTrail } from '#core/audit';
import { type Db, InjectDb, type Trx, withTenant } from '#core/db';
import { InvalidRequest, NotFound } from '#core/errors';
import type { Person, Tenant } from '#core/http';
import { GenerationDeleted, GenerationMoved, GenerationRestored } from '../studio.audit.js';
import type { FavoriteGenerationsDto, MoveGenerationsDto, SelectionResultDto } from './bulk.dto.js';
import { SelectionRepository } from './selection.repository.js';

/** What is done with chosen files: moving, deleting, restoring, marking. Unknown ids are passed over. */
@Injectable()
export class SelectionService {
  constructor(
    @InjectDb() private readonly db: Db,
    private readonly repository: SelectionRepository,
    private readonly audit: AuditTrail,
  ) {}

  /** @throws InvalidRequest for a project that the organization does not have */
  async move(tenant: Tenant, { generationIds, projectId }: MoveGenerationsDto): Promise<SelectionResultDto> {
    const organizationId = tenant.organization.id;
    return this.change(tenant, GenerationMoved, { projectId }, async (trx) => {
      if (projectId !== null && !(await this.repository.hasProject(trx, organizationId, projectId))) {
        throw InvalidRequest({
          detail: 'The project does not exist in this organization.',
          errors: [{ pointer: '/projectId', code: 'unknown_project', message: 'does not exist in this organization' }],
        });
      }
      return this.repository.move(trx, organizationId, generationIds, projectId);
    });
  }

  /** Into the bin: gone from gallery, jobs and share links, and restorable for a while. */
  delete(tenant: Tenant, ids: string[]): Promise<SelectionResultDto> {
    return this.change(tenant, GenerationDeleted, undefined, (trx) =>
      this.repository.delete(trx, tenant.organization.id, ids),
    );
  }

  restore(tenant: Tenant, ids: string[]): Promise<SelectionResultDto> {
    return this.change(tenant, GenerationRestored, undefined, (trx) =>
      this.repository.restore(trx, tenant.organization.id, ids),
    );
  }

  /** Favourites are the person's own, which is why no audit line tells of them. */
  async favorite(
    person: Tenant & Person,
    { generationIds, favorite }: FavoriteGenerationsDto,
  ): Promise<SelectionResultDto> {
    const organizationId = person.organization.id;
    const changed = await withTenant(this.db, person.claims, (trx) =>
      favorite
        ? this.repository.addFavorites(trx, organizationId, person.userId, generationIds)
        : this.repository.removeFavorites(trx, organizationId, person.userId, generationIds),
    );
    return { changed };
  }

  /** Marks or unmarks one file; once more changes nothing. @throws NotFound also for another organization's */
  async setFavorite(person: Tenant & Person, generationId: string, favorite: boolean): Promise<void> {
    const exists = await withTenant(this.db, person.claims, (trx) =>
      this.repository.exists(trx, person.organization.id, generationId),
    );
    if (!exists) throw NotFound();
    await this.favorite(person, { generationIds: [generationId], favorite });
  }

  private async change<Field extends string>(
    tenant: Tenant,
    action: AuditAction<Field>,
    after: Partial<Record<NoInfer<Field>, unknown>> | undefined,
    work: (trx: Trx) => Promise<string[]>,
  ): Promise<SelectionResultDto> {
    return withTenant(this.db, tenant.claims, async (trx) => {
      const changed = await work(trx);
      await this.audit.writeMany(
        trx,
        action,
        changed.map((id) => ({ by: tenant, target: id, after })),
      );
      return { changed };
    });
  }
}
