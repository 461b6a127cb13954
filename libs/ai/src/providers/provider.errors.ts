/**
 * Why a provider did not deliver, in the platform's own words. Stable: shown to customers, stored with the job.
 */
export const PROVIDER_ERROR_CODES = {
  'provider.invalid_input': 'The provider refused the input.',
  'provider.content_policy': 'The provider refused the content under its policy.',
  'provider.authentication_failed': 'The provider refused the credentials.',
  'provider.own_key_refused': 'The provider refused your organization’s own key. Replace its secret or disable it.',
  'provider.own_key_unusable': 'Your organization’s own key was deleted or cannot be decrypted. Save it again.',
  'provider.quota_exhausted': 'The provider account has run out of quota.',
  'provider.rate_limited': 'The provider is limiting requests.',
  'provider.unavailable': 'The provider is unavailable.',
  'provider.timeout': 'The provider did not answer in time.',
  'provider.bad_response': 'The provider answered with something unusable.',
  'provider.outcome_unknown': 'The connection broke while the provider was accepting the request.',
  'provider.not_configured': 'The provider has no credentials configured.',
  'provider.generation_failed': 'The generation failed at the provider.',
} as const;

export type ProviderErrorCode = keyof typeof PROVIDER_ERROR_CODES;

export interface ProviderErrorOptions {
  /**
   * `never`: the same request would fail again. `safe`: the provider surely did not accept it, try again.
   * `ambiguous`: it may have been accepted (and may be paid); never submit again blindly.
   */
  retry: 'never' | 'safe' | 'ambiguous';
  /** As asked by the provider (Retry-After). */
  retryAfterMs?: number;
  /** The provider's own words, for the logs; must hold no secret. */
  providerMessage?: string;
  /** The provider's request id, for support. */
  providerRequestId?: string;
  cause?: unknown;
}

export class ProviderError extends Error {
  constructor(
    readonly code: ProviderErrorCode,
    readonly options: ProviderErrorOptions,
  ) {
    super(PROVIDER_ERROR_CODES[code], { cause: options.cause });
    this.name = 'ProviderError';
  }
}
