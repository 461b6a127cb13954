import { defineError } from '#core/errors';

export const EmailTaken = defineError('auth.email_taken', 409, 'The e-mail address has an account');
export const PasswordTooWeak = defineError('auth.password_too_weak', 422, 'The password is too easy to guess');
/** One answer for an unknown address and a wrong password: the two must not be told apart. */
export const InvalidCredentials = defineError('auth.invalid_credentials', 401, 'Wrong e-mail address or password');
export const TooManyAttempts = defineError('auth.too_many_attempts', 429, 'Too many attempts');

/** A link from a mail that was used, replaced, expired or made up: one answer for all. */
export const LinkInvalid = defineError('auth.link_invalid', 400, 'The link is not valid any more');

/** The password was right; the same request with `code` will do. */
export const SecondFactorRequired = defineError(
  'auth.second_factor_required',
  401,
  'A code of the second factor is needed',
);
export const SecondFactorInvalid = defineError('auth.second_factor_invalid', 401, 'The code is not valid');
export const SecondFactorExists = defineError('auth.second_factor_exists', 409, 'There is a second factor already');
export const SecondFactorMissing = defineError('auth.second_factor_missing', 409, 'There is no second factor');

/**
 * What a signed-in person is asked for again. Not 401: the session is good, and a client that takes a 401 for its end
 * must not sign anybody out over a typing mistake.
 */
export const PasswordWrong = defineError('auth.password_wrong', 403, 'The password is wrong');
export const CodeRequired = defineError('auth.code_required', 403, 'A code of the second factor is needed');
export const CodeWrong = defineError('auth.code_wrong', 403, 'The code is not valid');

export const ReauthenticationRequired = defineError('auth.reauthentication_required', 403, 'Prove again who you are');

export const AvatarUnsupported = defineError('users.avatar_unsupported', 415, 'The file is no picture we take');
export const AvatarUnreadable = defineError('users.avatar_unreadable', 422, 'The picture cannot be read');

/** What Supabase Auth, which keeps the accounts of this installation, has no way to do. */
export const NotOfferedByIssuer = defineError(
  'auth.not_offered_by_issuer',
  409,
  'The service that keeps the accounts cannot do this',
);
export const IssuerRefused = defineError('auth.issuer_refused', 502, 'The service that keeps the accounts refused');
export const SignUpClosed = defineError('auth.sign_up_closed', 403, 'New accounts cannot be made here');

export const CredentialsAmbiguous = defineError(
  'auth.credentials_ambiguous',
  401,
  'Two different credentials were sent',
);
export const TokenInvalid = defineError('auth.token_invalid', 401, 'The access token is not valid');
export const TokenExpired = defineError('auth.token_expired', 401, 'The access token has expired');
export const SessionEnded = defineError('auth.session_ended', 401, 'The session has ended');
export const RefreshTokenInvalid = defineError('auth.refresh_token_invalid', 401, 'The refresh token is not valid');
/** An old refresh token came back: it may have been stolen, so the whole session was ended. */
export const RefreshTokenReused = defineError('auth.refresh_token_reused', 401, 'The refresh token was used before');
export const NotAMember = defineError('auth.not_a_member', 403, 'Not a member of the organization');

export const ApiKeyMalformed = defineError('auth.api_key_malformed', 401, 'This is not an API key of ours');
export const ApiKeyInvalid = defineError('auth.api_key_invalid', 401, 'The API key is not valid');
export const ApiKeyRevoked = defineError('auth.api_key_revoked', 401, 'The API key was revoked');
export const ApiKeyExpired = defineError('auth.api_key_expired', 401, 'The API key has expired');
/** A key can do what its maker can do now; this one's is no member any more. */
export const ApiKeyOrphaned = defineError(
  'auth.api_key_orphaned',
  401,
  'The person who made the API key has left the organization',
);
export const AddressNotAllowed = defineError('auth.address_not_allowed', 403, 'The API key may not be used from here');
export const ScopeUnknown = defineError('auth.scope_unknown', 422, 'Unknown scope');
export const ScopeNotHeld = defineError('auth.scope_not_held', 403, 'A scope is beyond your own permissions');
export const ApiKeyLimitReached = defineError(
  'auth.api_key_limit_reached',
  409,
  'The organization has too many API keys',
);
export const ApiKeyNotActive = defineError('auth.api_key_not_active', 409, 'The API key is not in use any more');
export const ApiKeyHasBudget = defineError('auth.api_key_has_budget', 409, 'The API key has a budget that is no cap');
export const ApiKeyAlreadyRotated = defineError('auth.api_key_already_rotated', 409, 'The API key was rotated before');
