import type { AuthError } from '@supabase/supabase-js';
import { type AppError, type ErrorFactory, InvalidRequest, ServiceUnavailable } from '#core/errors';
import {
  EmailTaken,
  InvalidCredentials,
  IssuerRefused,
  LinkInvalid,
  PasswordTooWeak,
  ReauthenticationRequired,
  RefreshTokenInvalid,
  RefreshTokenReused,
  SecondFactorExists,
  SecondFactorInvalid,
  SecondFactorMissing,
  SecondFactorRequired,
  SessionEnded,
  SignUpClosed,
  TokenExpired,
  TokenInvalid,
  TooManyAttempts,
} from './auth.errors.js';

/** Our own code among Supabase Auth's, for answers that are none of its. */
export const ISSUER_UNAVAILABLE = 'base_issuer_unavailable';

/**
 * Supabase Auth's error codes (supabase.com/docs/guides/auth/debugging/error-codes) and what they are called here.
 * An unconfirmed or banned account looks like a wrong password: the difference is not the asker's to know.
 */
const KNOWN: Record<string, ErrorFactory> = {
  invalid_credentials: InvalidCredentials,
  email_not_confirmed: InvalidCredentials,
  user_banned: InvalidCredentials,
  email_exists: EmailTaken,
  user_already_exists: EmailTaken,
  weak_password: PasswordTooWeak,
  same_password: PasswordTooWeak,
  over_request_rate_limit: TooManyAttempts,
  over_email_send_rate_limit: TooManyAttempts,
  over_sms_send_rate_limit: TooManyAttempts,
  refresh_token_not_found: RefreshTokenInvalid,
  refresh_token_already_used: RefreshTokenReused,
  session_not_found: SessionEnded,
  session_expired: SessionEnded,
  user_not_found: SessionEnded,
  bad_jwt: TokenInvalid,
  no_authorization: TokenInvalid,
  otp_expired: LinkInvalid,
  otp_disabled: LinkInvalid,
  flow_state_expired: LinkInvalid,
  flow_state_not_found: LinkInvalid,
  mfa_verification_failed: SecondFactorInvalid,
  mfa_verification_rejected: SecondFactorInvalid,
  mfa_challenge_expired: SecondFactorInvalid,
  mfa_factor_not_found: SecondFactorMissing,
  mfa_verified_factor_exists: SecondFactorExists,
  mfa_factor_name_conflict: SecondFactorExists,
  too_many_enrolled_mfa_factors: SecondFactorExists,
  insufficient_aal: SecondFactorRequired,
  reauthentication_needed: ReauthenticationRequired,
  signup_disabled: SignUpClosed,
  email_provider_disabled: SignUpClosed,
  email_address_invalid: InvalidRequest,
  email_address_not_authorized: InvalidRequest,
  validation_failed: InvalidRequest,
};

/** What to do about those that have no words of their own. */
const ADVICE: Record<string, string> = {
  [InvalidCredentials.code]: 'Check both, or choose a new password.',
  [EmailTaken.code]: 'Sign in, or choose a new password if you forgot yours.',
  [PasswordTooWeak.code]: 'Choose another one: a few unrelated words make a good password.',
  [RefreshTokenInvalid.code]: 'Sign in again.',
  [RefreshTokenReused.code]: 'Sign in again.',
  [SessionEnded.code]: 'Sign in again.',
  [TokenInvalid.code]: 'Sign in again.',
  [LinkInvalid.code]: 'Ask for another mail.',
  [SecondFactorInvalid.code]: 'Send the code that your app shows now; each is good once.',
};

/** Supabase Auth says in words only how long to wait. */
const RETRY_AFTER_SECONDS = 60;

/** A refusal of Supabase Auth as one of ours. Its words are for the log: they may say more than the caller should know. */
export function refusalOf(error: AuthError): AppError {
  const code = error.name === 'AuthSessionMissingError' ? 'session_not_found' : (error.code ?? '');
  if (code === ISSUER_UNAVAILABLE || error.status === 0 || (error.status ?? 0) >= 500) {
    return ServiceUnavailable({ detail: 'The identity service does not answer.', retryAfterSeconds: 2, cause: error });
  }
  if (code === 'bad_jwt' && /expired/i.test(error.message)) return TokenExpired({ cause: error });
  if (error.status === 429) return TooManyAttempts({ retryAfterSeconds: RETRY_AFTER_SECONDS, cause: error });
  const known = KNOWN[code];
  return known
    ? known({ detail: ADVICE[known.code], cause: error })
    : IssuerRefused({ detail: `Supabase Auth refused: ${code === '' ? 'no reason given' : code}.`, cause: error });
}
