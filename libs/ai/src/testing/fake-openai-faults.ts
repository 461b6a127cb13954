import { openAiErrorAnswer, type FakeErrorAnswer } from './fake-openai-wire.js';
import type { FakeBreakage } from './fake-faults.js';
import type { FakeErrorFault } from './fake-server.js';

/** Faults told in an error answer. Only those marked so happen after the generation was accepted (and is paid). */
const ERRORS = {
  content_policy: {
    status: 400,
    error: {
      message:
        'Your request was rejected by the safety system. If you believe this is an error, contact us at help.openai.com and include the request ID. safety_violations=[violence].',
      type: 'image_generation_user_error',
      param: null,
      code: 'moderation_blocked',
    },
  },
  forbidden: {
    status: 403,
    error: {
      message: 'Country, region, or territory not supported',
      type: 'request_forbidden',
      param: null,
      code: 'unsupported_country_region_territory',
    },
  },
  rate_limited: {
    status: 429,
    error: {
      message: 'Rate limit reached for gpt-image-2 on images per min. Please try again shortly.',
      type: 'images',
      param: null,
      code: 'rate_limit_exceeded',
    },
    headers: { 'retry-after': '2' },
  },
  /** Only the `x-ratelimit-*` headers tell how long to wait. */
  rate_limited_without_retry_after: {
    status: 429,
    error: {
      message: 'Rate limit reached for requests.',
      type: 'requests',
      param: null,
      code: 'rate_limit_exceeded',
    },
    headers: { 'x-ratelimit-remaining-requests': '0', 'x-ratelimit-reset-requests': '1m6.5s' },
  },
  insufficient_quota: {
    status: 429,
    error: {
      message: 'You exceeded your current quota, please check your plan and billing details.',
      type: 'insufficient_quota',
      param: null,
      code: 'insufficient_quota',
    },
  },
  billing_limit: {
    status: 400,
    error: {
      message: 'Billing hard limit has been reached',
      type: 'invalid_request_error',
      param: null,
      code: 'billing_hard_limit_reached',
    },
  },
  overloaded: {
    status: 503,
    error: {
      message: 'The model is currently overloaded. Please try again later.',
      type: 'service_unavailable_error',
      param: null,
      code: 'server_is_overloaded',
    },
    headers: { 'retry-after': '3' },
  },
  /** A 500 that cost nothing, though nobody can tell. */
  server_error_before: serverError(),
  /** A 500 of a generation that was accepted. */
  server_error_after: { ...serverError(), accepted: true },
} satisfies Record<string, FakeErrorAnswer & { accepted?: true }>;

export function wrongKey(key: string): FakeErrorAnswer {
  const shown = key.length < 12 ? key : `${key.slice(0, 8)}${'*'.repeat(key.length - 12)}${key.slice(-4)}`;
  return {
    status: 401,
    error: {
      message: `Incorrect API key provided: ${shown}. You can find your API key at https://platform.openai.com/account/api-keys.`,
      type: 'invalid_request_error',
      param: null,
      code: 'invalid_api_key',
    },
  };
}

function serverError(): FakeErrorAnswer {
  return {
    status: 500,
    error: {
      message: 'The server had an error while processing your request. Sorry about that!',
      type: 'server_error',
      param: null,
      code: null,
    },
  };
}

/**
 * `unauthorized` answers as to a wrong key, repeating parts of the key as OpenAI does; `without_usage` gives pictures and
 * does not say what they used, as compatible servers do.
 */
export type FakeOpenAiFault = keyof typeof ERRORS | FakeBreakage | 'unauthorized' | 'without_usage';

export const OPENAI_ERRORS: Readonly<Record<string, FakeErrorFault>> = Object.fromEntries(
  Object.entries<FakeErrorAnswer & { accepted?: true }>(ERRORS).map(([name, error]) => [
    name,
    { ...openAiErrorAnswer(error), ...(error.accepted && { accepted: error.accepted }) },
  ]),
);
