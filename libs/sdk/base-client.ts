import { type Client, createClient, createConfig } from './client/client/index.js';
import type { Problem } from './client/types.gen.js';

/** A refusal of the API: RFC 9457 problem details. Branch on `problem.code`. */
export class ApiError extends Error implements Problem {
  readonly type: string;
  readonly title: string;
  readonly status: number;
  readonly detail?: string;
  readonly code: string;
  readonly requestId: string;
  readonly errors?: Problem['errors'];

  constructor(
    /** The whole document, with members that belong to this code only, e.g. `availableCredits`. */
    readonly problem: Problem & Record<string, unknown>,
    readonly response: Response,
  ) {
    super(`${problem.code}: ${problem.detail ?? problem.title}`);
    this.name = 'ApiError';
    ({
      type: this.type,
      title: this.title,
      status: this.status,
      detail: this.detail,
      code: this.code,
      requestId: this.requestId,
      errors: this.errors,
    } = problem);
  }
}

export interface BaseClientOptions {
  /** Where the API answers, e.g. `https://api.example.com`. */
  baseUrl: string;
  /** An API key (`base_live_…`, `base_test_…`) or a user's access token. */
  token?: string | (() => string | Promise<string>);
  /** The organization to act in; needed with a user's token. */
  organizationId?: string;
}

/**
 * A client of the API. Pass it as `client` to the generated functions; with `throwOnError: true` they throw `ApiError`.
 */
export function createBaseClient(options: BaseClientOptions): Client {
  const { token } = options;
  const client = createClient(
    createConfig({
      baseUrl: options.baseUrl,
      headers: options.organizationId ? { 'X-Organization-Id': options.organizationId } : {},
      // Keys and user tokens both travel as bearer; the operation's other schemes need nothing.
      auth: (scheme) => {
        if (scheme.type !== 'http') return undefined;
        return typeof token === 'function' ? token() : token;
      },
    }),
  );
  client.interceptors.error.use((error, response) =>
    response && isProblem(error) ? new ApiError(error, response) : error,
  );
  return client;
}

function isProblem(value: unknown): value is Problem & Record<string, unknown> {
  return typeof value === 'object' && value !== null && 'code' in value && 'title' in value;
}
