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
export const GenerationsDownloaded = defineAuditAction('generations.download', {
  target: 'download_link',
  summary: 'A link was made that hands out many files as one archive, once',
  fields: ['fileCount', 'bytes'],
});

const PRESET_FIELDS = ['name', 'model', 'shared'] as const;

export const PresetCreated = defineAuditAction('presets.create', {
  target: 'preset',
  summary: 'A preset was saved',
  fields: PRESET_FIELDS,
});
export const PresetUpdated = defineAuditAction('presets.update', {
  target: 'preset',
  summary: 'A preset was changed, shared, or kept for oneself',
  fields: PRESET_FIELDS,
});
export const PresetDeleted = defineAuditAction('presets.delete', {
  target: 'preset',
  summary: 'A preset was deleted',
  fields: PRESET_FIELDS,
});

const BRAND_KIT_FIELDS = ['name', 'colors', 'fonts', 'keywords', 'logoAssetId'] as const;

export const BrandKitCreated = defineAuditAction('brand_kits.create', {
  target: 'brand_kit',
  summary: 'A brand kit was made',
  fields: BRAND_KIT_FIELDS,
});
export const BrandKitUpdated = defineAuditAction('brand_kits.update', {
  target: 'brand_kit',
  summary: 'A brand kit was changed',
  fields: BRAND_KIT_FIELDS,
});
export const BrandKitDeleted = defineAuditAction('brand_kits.delete', {
  target: 'brand_kit',
  summary: 'A brand kit was deleted',
  fields: BRAND_KIT_FIELDS,
});

const SHARE_FIELDS = ['title', 'showsDetails', 'expiresAt', 'itemCount'] as const;

export const ShareLinkCreated = defineAuditAction('share_links.create', {
  target: 'share_link',
  summary: 'Files were shown to whoever has a link',
  fields: SHARE_FIELDS,
});
export const ShareLinkUpdated = defineAuditAction('share_links.update', {
  target: 'share_link',
  summary: 'A share link was given another title or end, or shows prompts or hides them',
  fields: SHARE_FIELDS,
});
export const ShareLinkRevoked = defineAuditAction('share_links.revoke', {
  target: 'share_link',
  summary: 'A share link was closed: it opens nothing any more',
  fields: SHARE_FIELDS,
});
