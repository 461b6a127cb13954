import { defineAuditAction } from '#core/audit';

const ORGANIZATION_FIELDS = ['name', 'slug', 'country', 'currency', 'locale', 'timeZone'] as const;

export const OrganizationCreated = defineAuditAction('organizations.create', {
  target: 'organization',
  summary: 'An organization was made; its maker is the owner',
  fields: ORGANIZATION_FIELDS,
});
export const OrganizationUpdated = defineAuditAction('organizations.update', {
  target: 'organization',
  summary: 'The particulars of the organization were changed',
  fields: ORGANIZATION_FIELDS,
});
export const SettingsChanged = defineAuditAction('organizations.change_settings', {
  target: 'organization',
  summary:
    'What the organization demands of those who act in it was changed; `changed` tells of the domains of addresses by name',
  fields: ['requireSecondFactor', 'apiKeyMaxDays'],
});
export const OrganizationClosed = defineAuditAction('organizations.close', {
  target: 'organization',
  summary: 'The organization was closed: keys ended, members lost sight of it',
});
export const OwnershipTransferred = defineAuditAction('organizations.transfer_ownership', {
  target: 'user',
  summary: 'A member became owner in place of the actor',
  fields: ['role'],
});

export const MemberJoined = defineAuditAction('members.join', {
  target: 'user',
  summary: 'A person accepted an invitation',
  fields: ['role'],
});
export const MemberChanged = defineAuditAction('members.change_role', {
  target: 'user',
  summary: 'A member got another role',
  fields: ['role'],
});
export const MemberRemoved = defineAuditAction('members.remove', {
  target: 'user',
  summary: 'A member was removed',
  fields: ['role'],
});
export const MemberLeft = defineAuditAction('members.leave', {
  target: 'user',
  summary: 'A member left',
  fields: ['role'],
});

export const ApiKeyOrphaned = defineAuditAction('api_keys.orphan', {
  target: 'api_key',
  summary: 'Who made the key is no member any more: it is refused until it is rotated',
});
export const ApiKeyNarrowed = defineAuditAction('api_keys.narrow', {
  target: 'api_key',
  summary: 'Who made the key got a role that holds less than its scopes: it can do what that role can',
});

export const InvitationCreated = defineAuditAction('invitations.create', {
  target: 'invitation',
  summary: 'Somebody was invited by mail',
  fields: ['role', 'expiresAt'],
});
export const InvitationRevoked = defineAuditAction('invitations.revoke', {
  target: 'invitation',
  summary: 'An invitation was taken back, by hand or because who sent it may not invite any more',
});
