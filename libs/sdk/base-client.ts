import { type Client, createClient, createConfig } from './client/client/index.js';
import type { Problem } from './client/types.gen.js';

/** A refusal of the API: RFC 9457 problem details. Branch on `problem.code`. */
export class ApiError extends Error {
  constructor(
    readonly problem: Problem,
    readonly response: Response,
  ) {
    super(`${problem.code}: ${problem.detail ?? problem.title}`);
    this.name = 'ApiError';
  }

  get status(): number {
    return this.response.status;
  }

  get code(): string {
    return this.problem.code;
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
      auth: token === undefined ? undefined : () => (typeof token === 'function' ? token() : token),
    }),
  );
  client.interceptors.error.use((error, response) =>
    response && isProblem(error) ? new ApiError(error, response) : error,
  );
  return client;
}

function isProblem(value: unknown): value is Problem {
  return typeof value === 'object' && value !== null && 'code' in value && 'title' in value;
}
