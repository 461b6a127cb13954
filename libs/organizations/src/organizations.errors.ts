import { defineError } from '#core/errors';

export const OrganizationSuspended = defineError('organizations.suspended', 403, 'The organization is suspended');
export const SlugTaken = defineError('organizations.slug_taken', 409, 'The short name is taken');
export const LastOwner = defineError('organizations.last_owner', 409, 'An organization needs an owner');
export const OwnersOnly = defineError('organizations.owners_only', 403, 'Only owners can do this');
export const OrganizationLimitReached = defineError(
  'organizations.limit_reached',
  409,
  'You own as many organizations as one person can',
);
