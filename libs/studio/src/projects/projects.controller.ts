import { Body, Controller, Delete, Get, HttpCode, Param, Patch, Post, Query } from '@nestjs/common';
import { ApiCreatedResponse, ApiNoContentResponse, ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import { Authenticated, CurrentTenant, ProblemResponse, type Tenant, UuidPipe } from '#core/http';
import { CreateProjectDto, ListProjectsQuery, ProjectDto, ProjectPageDto, UpdateProjectDto } from './projects.dto.js';
import { ProjectsService } from './projects.service.js';

@ApiTags('studio')
@Controller('api/studio/projects')
export class ProjectsController {
  constructor(private readonly projects: ProjectsService) {}

  @Get()
  @Authenticated({ permission: 'studio:read' })
  @ApiOperation({ operationId: 'listProjects', summary: 'The projects with their covers and counts, newest first' })
  @ApiOkResponse({ type: ProjectPageDto })
  listProjects(@CurrentTenant() tenant: Tenant, @Query() query: ListProjectsQuery): Promise<ProjectPageDto> {
    return this.projects.list(tenant, query);
  }

  @Post()
  @Authenticated({ permission: 'studio:manage' })
  @ApiOperation({ operationId: 'createProject', summary: 'Make a project, a board that collects files' })
  @ApiCreatedResponse({ type: ProjectDto })
  @ProblemResponse(422, '`request.invalid`')
  createProject(@CurrentTenant() tenant: Tenant, @Body() body: CreateProjectDto): Promise<ProjectDto> {
    return this.projects.create(tenant, body);
  }

  @Get(':projectId')
  @Authenticated({ permission: 'studio:read' })
  @ApiOperation({ operationId: 'getProject', summary: 'One project' })
  @ApiOkResponse({ type: ProjectDto })
  @ProblemResponse(404, 'No such project in this organization')
  getProject(@CurrentTenant() tenant: Tenant, @Param('projectId', UuidPipe) projectId: string): Promise<ProjectDto> {
    return this.projects.get(tenant, projectId);
  }

  @Patch(':projectId')
  @Authenticated({ permission: 'studio:manage' })
  @ApiOperation({ operationId: 'updateProject', summary: 'Rename, describe, archive, or give a cover' })
  @ApiOkResponse({ type: ProjectDto })
  @ProblemResponse(404, 'No such project in this organization')
  @ProblemResponse(422, '`request.invalid`, e.g. a cover that is not in the project')
  updateProject(
    @CurrentTenant() tenant: Tenant,
    @Param('projectId', UuidPipe) projectId: string,
    @Body() body: UpdateProjectDto,
  ): Promise<ProjectDto> {
    return this.projects.update(tenant, projectId, body);
  }

  @Delete(':projectId')
  @HttpCode(204)
  @Authenticated({ permission: 'studio:manage' })
  @ApiOperation({ operationId: 'deleteProject', summary: 'Delete a project; its files stay in the gallery' })
  @ApiNoContentResponse()
  @ProblemResponse(404, 'No such project in this organization')
  async deleteProject(@CurrentTenant() tenant: Tenant, @Param('projectId', UuidPipe) projectId: string): Promise<void> {
    await this.projects.delete(tenant, projectId);
  }
}
