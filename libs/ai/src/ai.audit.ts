import { defineAuditAction } from '#core/audit';

export const JobCanceled = defineAuditAction('jobs.cancel', {
  target: 'job',
  summary: 'A waiting job was canceled, or a running one was asked to stop',
  fields: ['outcome'],
});

const PROVIDER_KEY_FIELDS = ['provider', 'name', 'masked', 'enabled', 'maxConcurrent'] as const;

export const ProviderKeyCreated = defineAuditAction('provider_keys.create', {
  target: 'provider_key',
  summary: 'A key of the organization at a provider was saved',
  fields: PROVIDER_KEY_FIELDS,
});
export const ProviderKeyUpdated = defineAuditAction('provider_keys.update', {
  target: 'provider_key',
  summary: 'A provider key was renamed, enabled or disabled, or its places were set',
  fields: PROVIDER_KEY_FIELDS,
});
export const ProviderKeySecretReplaced = defineAuditAction('provider_keys.replace_secret', {
  target: 'provider_key',
  summary: 'Another secret was saved for a provider key',
  fields: PROVIDER_KEY_FIELDS,
});
export const ProviderKeyTested = defineAuditAction('provider_keys.test', {
  target: 'provider_key',
  summary: 'A provider was asked whether it accepts a key; a refused one is not used any more',
  fields: ['provider', 'refused'],
});
export const ProviderKeyDeleted = defineAuditAction('provider_keys.delete', {
  target: 'provider_key',
  summary: 'A provider key was deleted',
  fields: PROVIDER_KEY_FIELDS,
});

const ASSET_FIELDS = ['kind', 'mimeType', 'bytes', 'sha256', 'projectId'] as const;

export const AssetCreated = defineAuditAction('assets.create', {
  target: 'asset',
  summary: 'A file was uploaded, or fetched from an address',
  fields: ASSET_FIELDS,
});
export const AssetDeleted = defineAuditAction('assets.delete', {
  target: 'asset',
  summary: 'An uploaded file was deleted',
  fields: ASSET_FIELDS,
});
