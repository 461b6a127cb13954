import { defineAuditAction } from '#core/audit';

const KEY_FIELDS = ['mode', 'scopes', 'ipAllow', 'expiresAt', 'rotatedFrom', 'monthlyCapCredits'] as const;

export const ApiKeyCreated = defineAuditAction('api_keys.create', {
  target: 'api_key',
  summary: 'An API key was made',
  fields: KEY_FIELDS,
});
export const ApiKeyChanged = defineAuditAction('api_keys.update', {
  target: 'api_key',
  summary: 'The name, the addresses or the monthly cap of an API key were changed',
  fields: ['ipAllow', 'monthlyCapCredits'],
});
export const ApiKeyRotated = defineAuditAction('api_keys.rotate', {
  target: 'api_key',
  summary: 'A key was replaced by this one; the old one (`rotatedFrom`) ends after the overlap',
  fields: [...KEY_FIELDS, 'overlapSeconds'],
});
export const ApiKeyRevoked = defineAuditAction('api_keys.revoke', {
  target: 'api_key',
  summary: 'An API key was ended',
});

export const AccountRegistered = defineAuditAction('accounts.register', {
  target: 'user',
  summary: 'A person made an account',
});
export const EmailConfirmed = defineAuditAction('accounts.confirm_email', {
  target: 'user',
  summary: 'A person proved their e-mail address',
});
export const VerificationRequested = defineAuditAction('accounts.request_verification', {
  target: 'user',
  summary: 'A person had the mail sent again that proves their address',
});
export const PasswordResetRequested = defineAuditAction('accounts.request_password_reset', {
  target: 'user',
  summary: 'Somebody had a link sent to choose a new password',
});
export const PasswordReset = defineAuditAction('accounts.reset_password', {
  target: 'user',
  summary: 'A password was chosen anew by a link; all sessions ended',
});
export const PasswordChanged = defineAuditAction('accounts.change_password', {
  target: 'user',
  summary: 'A person changed the password; the other sessions ended',
});

export const ProfileUpdated = defineAuditAction('accounts.update_profile', {
  target: 'user',
  summary: 'A person changed what they say about themselves; `changed` names the fields, not their values',
});
export const AvatarChanged = defineAuditAction('accounts.change_avatar', {
  target: 'user',
  summary: 'A person uploaded or removed their picture',
  fields: ['present'],
});
export const EmailChangeRequested = defineAuditAction('accounts.request_email_change', {
  target: 'user',
  summary: 'A person asked for another e-mail address',
});
export const EmailChanged = defineAuditAction('accounts.change_email', {
  target: 'user',
  summary: 'A person proved another e-mail address, which counts from now on',
});
export const DataExported = defineAuditAction('accounts.export', {
  target: 'user',
  summary: 'A person took a copy of everything that is kept about them',
});
export const AccountErased = defineAuditAction('accounts.erase', {
  target: 'user',
  summary: 'A person had their account erased; their id leads nowhere from now on',
});

export const SignedIn = defineAuditAction('sessions.open', {
  target: 'session',
  summary: 'A person signed in',
  fields: ['secondFactor'],
});
export const SignInFailed = defineAuditAction('sessions.refuse', {
  target: 'user',
  summary: 'Signing in failed; the target is the account, where there is one',
  fields: ['code', 'repeated'],
});
export const RefreshTokenReplayed = defineAuditAction('sessions.end_replayed', {
  target: 'session',
  summary: 'An old refresh token came back; the session was ended to be safe',
});
export const SessionClosed = defineAuditAction('sessions.end', {
  target: 'session',
  summary: 'A person ended a session',
});
export const AllSessionsClosed = defineAuditAction('sessions.end_all', {
  target: 'user',
  summary: 'A person ended all of their sessions',
  fields: ['sessions'],
});

export const TotpEnrolled = defineAuditAction('second_factor.enrol', {
  target: 'user',
  summary: 'A person began to set up a second factor',
});
export const TotpConfirmed = defineAuditAction('second_factor.confirm', {
  target: 'user',
  summary: 'Signing in needs a second factor from now on',
});
export const TotpRemoved = defineAuditAction('second_factor.remove', {
  target: 'user',
  summary: 'Signing in needs no second factor any more',
});
export const RecoveryCodesReplaced = defineAuditAction('second_factor.replace_recovery_codes', {
  target: 'user',
  summary: 'A person got new recovery codes; the old ones ended',
});

export const OperatorAdded = defineAuditAction('operators.add', {
  target: 'user',
  summary: 'A person was made a platform operator from the command line',
});
export const OperatorRemoved = defineAuditAction('operators.remove', {
  target: 'user',
  summary: 'A person stopped being a platform operator, from the command line',
});
