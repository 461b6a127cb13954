import { defineError } from '#core/errors';

export const OrganizationSuspended = defineError('organizations.suspended', 403, 'The organization is suspended');
export const SlugTaken = defineError('organizations.slug_taken', 409, 'The short name is taken');
export const OrganizationLimitReached = defineError(
  'organizations.limit_reached',
  409,
  'You own as many organizations as one person can',
);
