import { Injectable } from '@nestjs/common';
import { toPreviewsDto } from '#ai';
import { AuditTrail } from '#core/audit';
import { type Db, InjectDb, type Trx, withTenant } from '#core/db';
import { InvalidRequest, NotFound } from '#core/errors';
import { nextPageOf, type Tenant } from '#core/http';
import { FileUrls } from '#core/storage';
import { ProjectCreated, ProjectDeleted, ProjectUpdated } from '../studio.audit.js';
import type {
  CreateProjectDto,
  ListProjectsQuery,
  ProjectCoverDto,
  ProjectDto,
  ProjectPageDto,
  UpdateProjectDto,
} from './projects.dto.js';
import { type ProjectContents, type ProjectRow, ProjectsRepository } from './projects.repository.js';

const PAGE_SIZE = 50;

/** Boards on which an organization collects its files. */
@Injectable()
export class ProjectsService {
  constructor(
    @InjectDb() private readonly db: Db,
    private readonly repository: ProjectsRepository,
    private readonly fileUrls: FileUrls,
    private readonly audit: AuditTrail,
  ) {}

  /** Newest first. */
  async list(tenant: Tenant, query: ListProjectsQuery): Promise<ProjectPageDto> {
    const limit = query.limit ?? PAGE_SIZE;
    return withTenant(this.db, tenant.claims, async (trx) => {
      const page = { archived: query.archived ?? false, limit, before: query.before };
      const projects = await this.repository.list(trx, tenant.organization.id, page);
      return {
        data: await this.withContents(trx, tenant, projects),
        nextBefore: nextPageOf(projects, limit),
      };
    });
  }

  /** @throws NotFound also for another organization's */
  async get(tenant: Tenant, id: string): Promise<ProjectDto> {
    return withTenant(this.db, tenant.claims, async (trx) => this.show(trx, tenant, await this.find(trx, tenant, id)));
  }

  async create(tenant: Tenant, dto: CreateProjectDto): Promise<ProjectDto> {
    return withTenant(this.db, tenant.claims, async (trx) => {
      const id = await this.repository.insert(trx, {
        organizationId: tenant.organization.id,
        name: dto.name,
        description: dto.description ?? '',
        createdBy: tenant.userId,
      });
      const project = await this.find(trx, tenant, id);
      await this.audit.write(trx, ProjectCreated, { by: tenant, target: id, after: project });
      return this.show(trx, tenant, project);
    });
  }

  /** @throws NotFound; InvalidRequest for a cover that is not in the project */
  async update(tenant: Tenant, id: string, dto: UpdateProjectDto): Promise<ProjectDto> {
    return withTenant(this.db, tenant.claims, async (trx) => {
      const before = await this.find(trx, tenant, id);
      if (dto.coverGenerationId) await this.assertHolds(trx, tenant, id, dto.coverGenerationId);
      await this.repository.update(trx, tenant.organization.id, id, {
        name: dto.name ?? before.name,
        description: dto.description ?? before.description,
        coverGenerationId: dto.coverGenerationId === undefined ? before.coverGenerationId : dto.coverGenerationId,
        archived: dto.archived ?? before.archivedAt !== null,
      });
      const after = await this.find(trx, tenant, id);
      await this.audit.write(trx, ProjectUpdated, { by: tenant, target: id, before, after });
      return this.show(trx, tenant, after);
    });
  }

  /** Its files stay in the gallery. @throws NotFound */
  async delete(tenant: Tenant, id: string): Promise<void> {
    await withTenant(this.db, tenant.claims, async (trx) => {
      const before = await this.find(trx, tenant, id);
      await this.repository.delete(trx, tenant.organization.id, id);
      await this.audit.write(trx, ProjectDeleted, { by: tenant, target: id, before });
    });
  }

  private async find(trx: Trx, tenant: Tenant, id: string): Promise<ProjectRow> {
    const project = await this.repository.find(trx, tenant.organization.id, id);
    if (!project) throw NotFound();
    return project;
  }

  private async assertHolds(trx: Trx, tenant: Tenant, id: string, generationId: string): Promise<void> {
    if (await this.repository.holds(trx, tenant.organization.id, id, generationId)) return;
    throw InvalidRequest({
      errors: [{ pointer: '/coverGenerationId', code: 'not_in_project', message: 'must be a file of this project' }],
    });
  }

  private async show(trx: Trx, tenant: Tenant, project: ProjectRow): Promise<ProjectDto> {
    const [shown] = await this.withContents(trx, tenant, [project]);
    if (!shown) throw NotFound();
    return shown;
  }

  private async withContents(trx: Trx, tenant: Tenant, projects: ProjectRow[]): Promise<ProjectDto[]> {
    const contents = await this.repository.listContents(
      trx,
      tenant.organization.id,
      projects.map(({ id }) => id),
    );
    const byProject = new Map(contents.map((each) => [each.projectId, each]));
    return projects.map(({ coverGenerationId, ...project }) => {
      const held = byProject.get(project.id);
      return {
        ...project,
        generationCount: Number(held?.generationCount ?? 0),
        cover: held ? this.coverOf(held, coverGenerationId) : null,
      };
    });
  }

  private coverOf(contents: ProjectContents, chosenId: string | null): ProjectCoverDto | null {
    const { coverId, coverPath, coverPreviews, coverMimeType } = contents;
    if (coverId === null || coverPath === null || coverMimeType === null) return null;
    return {
      generationId: coverId,
      url: this.fileUrls.sign(coverPath).url,
      ...toPreviewsDto(coverPreviews, this.fileUrls),
      mimeType: coverMimeType,
      width: contents.coverWidth,
      height: contents.coverHeight,
      isChosen: coverId === chosenId,
    };
  }
}
