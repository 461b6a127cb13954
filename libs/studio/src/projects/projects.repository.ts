import { Injectable } from '@nestjs/common';
import { type SqlBool, sql } from 'kysely';
import { PREVIEW_COLUMNS, type PreviewRow, type StoredPreviews, toPreviewRow } from '#ai';
import type { Trx } from '#core/db';

export interface ProjectTerms {
  name: string;
  description: string;
  coverGenerationId: string | null;
  archived: boolean;
}

export interface ProjectRow {
  id: string;
  name: string;
  description: string;
  coverGenerationId: string | null;
  createdBy: string | null;
  archivedAt: Date | null;
  createdAt: Date;
  updatedAt: Date;
}

/** What is in a project. */
export interface ProjectContents {
  projectId: string;
  generationCount: bigint;
  coverId: string | null;
  coverPath: string | null;
  coverPreviews: PreviewRow;
  coverMimeType: string | null;
  coverWidth: number | null;
  coverHeight: number | null;
}

/** Boards that collect generations. */
@Injectable()
export class ProjectsRepository {
  /** Newest first; `before` is the last id of the page before. */
  async list(
    trx: Trx,
    organizationId: string,
    { archived, limit, before }: { archived: boolean; limit: number; before?: string },
  ): Promise<ProjectRow[]> {
    let query = select(trx, organizationId).where('archived_at', archived ? 'is not' : 'is', null);
    if (before) query = query.where('id', '<', before);
    return query.orderBy('id', 'desc').limit(limit).execute();
  }

  async find(trx: Trx, organizationId: string, id: string): Promise<ProjectRow | undefined> {
    return select(trx, organizationId).where('id', '=', id).executeTakeFirst();
  }

  /** Counts and covers of these projects, one lookup by index for each. */
  async listContents(trx: Trx, organizationId: string, ids: string[]): Promise<ProjectContents[]> {
    if (ids.length === 0) return [];
    const { rows } = await sql<Omit<ProjectContents, 'coverPreviews'> & StoredPreviews>`
      select project.id as "projectId",
             (select count(*) from public.generations as file
               where file.organization_id = ${organizationId}::uuid and file.project_id = project.id and file.deleted_at is null) as "generationCount",
             cover.id as "coverId", cover.storage_path as "coverPath", cover.mime_type as "coverMimeType",
             cover.width as "coverWidth", cover.height as "coverHeight",
             ${sql.join(PREVIEW_COLUMNS.map((column) => sql.ref(`cover.${column}`)))}
        from public.projects as project
        left join lateral (
               (select 0 as preference, file.*
                  from public.generations as file
                 where file.organization_id = ${organizationId}::uuid and file.id = project.cover_generation_id and file.deleted_at is null)
               union all
               (select 1, file.*
                  from public.generations as file
                 where file.organization_id = ${organizationId}::uuid and file.project_id = project.id and file.deleted_at is null
                   and file.type <> 'audio'
                 order by file.created_at desc, file.id desc
                 limit 1)
               order by preference
               limit 1
             ) as cover on true
       where project.organization_id = ${organizationId}::uuid and project.id = any (${ids}::uuid[])`.execute(trx);
    return rows.map((row) => ({ ...row, coverPreviews: toPreviewRow(row) }));
  }

  async insert(
    trx: Trx,
    project: { organizationId: string; name: string; description: string; createdBy: string | null },
  ): Promise<string> {
    const { id } = await trx
      .insertInto('projects')
      .values({
        organization_id: project.organizationId,
        name: project.name,
        description: project.description,
        created_by: project.createdBy,
      })
      .returning('id')
      .executeTakeFirstOrThrow();
    return id;
  }

  async update(trx: Trx, organizationId: string, id: string, terms: ProjectTerms): Promise<void> {
    await trx
      .updateTable('projects')
      .set({
        name: terms.name,
        description: terms.description,
        cover_generation_id: terms.coverGenerationId,
        archived_at: terms.archived ? sql<Date>`coalesce(archived_at, now())` : null,
      })
      .where('organization_id', '=', organizationId)
      .where('id', '=', id)
      .where('deleted_at', 'is', null)
      .execute();
  }

  /** Whether a file is in the project and not in the bin. */
  async holds(trx: Trx, organizationId: string, id: string, generationId: string): Promise<boolean> {
    const row = await trx
      .selectFrom('generations')
      .select(sql<SqlBool>`true`.as('found'))
      .where('organization_id', '=', organizationId)
      .where('id', '=', generationId)
      .where('project_id', '=', id)
      .where('deleted_at', 'is', null)
      .executeTakeFirst();
    return row !== undefined;
  }

  /** The row stays: usage and jobs of the past name it. */
  async delete(trx: Trx, organizationId: string, id: string): Promise<void> {
    await trx
      .updateTable('projects')
      .set({ deleted_at: sql<Date>`now()` })
      .where('organization_id', '=', organizationId)
      .where('id', '=', id)
      .execute();
  }
}

function select(trx: Trx, organizationId: string) {
  return trx
    .selectFrom('projects')
    .select([
      'id',
      'name',
      'description',
      'cover_generation_id as coverGenerationId',
      'created_by as createdBy',
      'archived_at as archivedAt',
      'created_at as createdAt',
      'updated_at as updatedAt',
    ])
    .where('organization_id', '=', organizationId)
    .where('deleted_at', 'is', null);
}
