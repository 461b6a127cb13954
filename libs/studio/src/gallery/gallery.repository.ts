import { Injectable } from '@nestjs/common';
import { type ExpressionBuilder, type Expression, type SqlBool, sql } from 'kysely';
import type { PreviewRow } from '#ai';
import type { DB, Trx } from '#core/db';
import { BIN_DAYS, type MediaType } from './generations.dto.js';

/** Which files; what is left out does not matter. */
export interface GalleryFilter {
  projectId?: string;
  favorite?: boolean;
  type?: MediaType;
  model?: string;
  /** The member who made it. */
  userId?: string;
  from?: Date;
  /** Exclusive. */
  to?: Date;
}

export interface GalleryPage {
  limit: number;
  /** The last id of the page before. */
  before?: string;
  /** The first id of the page after it: those next to it come. */
  after?: string;
}

export interface GenerationRow {
  id: string;
  jobId: string;
  ordinal: number;
  type: MediaType;
  model: string;
  prompt: string | null;
  seed: bigint | null;
  mimeType: string;
  bytes: bigint;
  width: number | null;
  height: number | null;
  durationMs: number | null;
  storagePath: string;
  previews: PreviewRow;
  creditsCharged: bigint;
  creditsRefunded: bigint;
  isFavorite: boolean;
  projectId: string | null;
  projectName: string | null;
  memberId: string | null;
  memberName: string | null;
  createdAt: Date;
  deletedAt: Date | null;
}

type Condition = (eb: ExpressionBuilder<DB, 'generations'>) => Expression<SqlBool>;

/** Generated files as the gallery shows them, newest first. Reads run as the tenant; its favourites are its own. */
@Injectable()
export class GalleryRepository {
  /** A page of the gallery; an index serves each filter in this order (`generations_*_idx`). */
  async list(trx: Trx, organizationId: string, filter: GalleryFilter, page: GalleryPage): Promise<GenerationRow[]> {
    return this.read(
      trx,
      organizationId,
      this.newest(trx, organizationId, filter, page, (eb) => eb('deleted_at', 'is', null)),
    );
  }

  /** A page of what can still be restored. */
  async listBin(trx: Trx, organizationId: string, filter: GalleryFilter, page: GalleryPage): Promise<GenerationRow[]> {
    const restorable: Condition = (eb) =>
      eb.and([
        eb('deleted_at', 'is not', null),
        eb('deleted_at', '>', sql<Date>`now() - make_interval(days => ${BIN_DAYS})`),
      ]);
    return this.read(trx, organizationId, this.newest(trx, organizationId, filter, page, restorable));
  }

  /** A page of what has the words of `query` in its prompt. */
  async search(
    trx: Trx,
    organizationId: string,
    query: string,
    filter: GalleryFilter,
    page: GalleryPage,
  ): Promise<GenerationRow[]> {
    const filters = JSON.stringify({
      project: filter.projectId,
      favorite: filter.favorite,
      type: filter.type,
      model: filter.model,
      member: filter.userId,
      from: filter.from,
      to: filter.to,
    });
    const found = page.before
      ? sql<{ id: string }>`select found.id
          from public.generations as last,
               public.search_generations(${organizationId}::uuid, ${query}, ${page.limit}::int, last.created_at, last.id, ${filters}::jsonb) as found
         where last.id = ${page.before}::uuid and last.organization_id = ${organizationId}::uuid`
      : sql<{ id: string }>`select found.id
          from public.search_generations(${organizationId}::uuid, ${query}, ${page.limit}::int, filters => ${filters}::jsonb) as found`;
    const { rows } = await found.execute(trx);
    return this.find(
      trx,
      organizationId,
      rows.map(({ id }) => id),
    );
  }

  /** These files, newest first; also those in the bin. What is not the organization's is left out. */
  async find(trx: Trx, organizationId: string, ids: string[]): Promise<GenerationRow[]> {
    if (ids.length === 0) return [];
    return this.read(
      trx,
      organizationId,
      trx.selectFrom('generations').selectAll().where('organization_id', '=', organizationId).where('id', 'in', ids),
    );
  }

  private newest(trx: Trx, organizationId: string, filter: GalleryFilter, page: GalleryPage, condition: Condition) {
    let query = trx
      .selectFrom('generations')
      .selectAll()
      .where('organization_id', '=', organizationId)
      .where(condition);
    if (filter.projectId) query = query.where('project_id', '=', filter.projectId);
    if (filter.type) query = query.where('type', '=', filter.type);
    if (filter.model) query = query.where('model', '=', filter.model);
    if (filter.userId) query = query.where('user_id', '=', filter.userId);
    if (filter.from) query = query.where('created_at', '>=', filter.from);
    if (filter.to) query = query.where('created_at', '<', filter.to);
    if (filter.favorite) {
      query = query.where('id', 'in', (eb) =>
        eb
          .selectFrom('favorites')
          .select('generation_id')
          .where('organization_id', '=', organizationId)
          .where('user_id', '=', sql<string>`(select auth.uid())`),
      );
    }
    const placeOf = (id: string) =>
      sql`(select known.created_at, known.id from public.generations as known
            where known.id = ${id}::uuid and known.organization_id = ${organizationId}::uuid)`;
    if (page.before) query = query.where(sql<boolean>`(created_at, id) < ${placeOf(page.before)}`);
    if (page.after) query = query.where(sql<boolean>`(created_at, id) > ${placeOf(page.after)}`);
    const order = page.after ? 'asc' : 'desc';
    return query.orderBy('created_at', order).orderBy('id', order).limit(page.limit);
  }

  /** What belongs to each file, looked up for those of the page only. */
  private async read(
    trx: Trx,
    organizationId: string,
    page: ReturnType<GalleryRepository['newest']>,
  ): Promise<GenerationRow[]> {
    const rows = await trx
      .selectFrom(page.as('file'))
      .innerJoin('ai_jobs as job', (join) =>
        join.onRef('job.id', '=', 'file.job_id').on('job.organization_id', '=', organizationId),
      )
      .leftJoin('projects as project', (join) =>
        join
          .onRef('project.id', '=', 'file.project_id')
          .on('project.organization_id', '=', organizationId)
          .on('project.deleted_at', 'is', null),
      )
      .leftJoin('users as member', 'member.id', 'file.user_id')
      .select([
        'file.id',
        'file.job_id as jobId',
        'file.ordinal',
        'file.type',
        'file.model',
        'file.prompt',
        'file.seed',
        'file.mime_type as mimeType',
        'file.bytes',
        'file.width',
        'file.height',
        'file.duration_ms as durationMs',
        'file.storage_path as storagePath',
        'file.thumbnail_path as thumbnailPath',
        'file.preview_path as previewPath',
        'file.poster_path as posterPath',
        'file.placeholder',
        'file.peaks',
        'job.charged_credits as creditsCharged',
        'job.refunded_credits as creditsRefunded',
        'project.id as projectId',
        'project.name as projectName',
        'member.id as memberId',
        'member.name as memberName',
        'file.created_at as createdAt',
        'file.deleted_at as deletedAt',
        sql<boolean>`exists (select from public.favorites as mine
                              where mine.user_id = (select auth.uid()) and mine.generation_id = file.id)`.as(
          'isFavorite',
        ),
      ])
      .orderBy('file.created_at', 'desc')
      .orderBy('file.id', 'desc')
      .execute();
    return rows.map(({ thumbnailPath, previewPath, posterPath, placeholder, peaks, ...row }) => ({
      ...row,
      previews: { thumbnailPath, previewPath, posterPath, placeholder, peaks },
    }));
  }
}
