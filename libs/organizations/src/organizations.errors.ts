import { defineError } from '#core/errors';

export const OrganizationSuspended = defineError('organizations.suspended', 403, 'The organization is suspended');
export const SlugTaken = defineError('organizations.slug_taken', 409, 'The short name is taken');
export const LastOwner = defineError('organizations.last_owner', 409, 'An organization needs an owner');
export const OwnersOnly = defineError('organizations.owners_only', 403, 'Only owners can do this');
export const AlreadyAMember = defineError('organizations.already_a_member', 409, 'The person is a member already');
export const SeatsTaken = defineError('organizations.seats_taken', 402, 'The plan has no seat left');
export const InvitationInvalid = defineError(
  'organizations.invitation_invalid',
  404,
  'There is no such open invitation',
);
export const InvitationExpired = defineError('organizations.invitation_expired', 410, 'The invitation has expired');
export const InvitationForAnother = defineError(
  'organizations.invitation_for_another',
  403,
  'The invitation is for another e-mail address',
);
export const OrganizationLimitReached = defineError(
  'organizations.limit_reached',
  409,
  'You own as many organizations as one person can',
);
export const SecondFactorDemanded = defineError(
  'organizations.second_factor_required',
  403,
  'The organization demands a second factor',
);
export const SecondFactorFirst = defineError(
  'organizations.second_factor_first',
  409,
  'You have no second factor yourself',
);
export const EmailDomainNotAllowed = defineError(
  'organizations.email_domain_not_allowed',
  422,
  'The organization takes in no addresses of this domain',
);
