import { defineAuditAction } from '#core/audit';

const PROJECT_FIELDS = ['name', 'archivedAt', 'coverGenerationId'] as const;

export const ProjectCreated = defineAuditAction('projects.create', {
  target: 'project',
  summary: 'A project was made',
  fields: PROJECT_FIELDS,
});
export const ProjectUpdated = defineAuditAction('projects.update', {
  target: 'project',
  summary: 'A project was renamed, described, given a cover, archived or taken up again',
  fields: PROJECT_FIELDS,
});
export const ProjectDeleted = defineAuditAction('projects.delete', {
  target: 'project',
  summary: 'A project was deleted; its files stay in the gallery',
  fields: PROJECT_FIELDS,
});

export const GenerationMoved = defineAuditAction('generations.move', {
  target: 'generation',
  summary: 'A file was put into a project, or taken out of one',
  fields: ['projectId'],
});
export const GenerationDeleted = defineAuditAction('generations.delete', {
  target: 'generation',
  summary: 'A file was put into the bin, where it can be restored from for a while',
});
export const GenerationRestored = defineAuditAction('generations.restore', {
  target: 'generation',
  summary: 'A file was taken out of the bin',
});
