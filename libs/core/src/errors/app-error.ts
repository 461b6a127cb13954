/**
 * Errors are values: a feature declares each failure once, with a stable code, and throws it where it happens.
 * One filter (`core/http`) renders them as RFC 9457 `application/problem+json`; causes are logged, never sent.
 */

/** One fault in one field of the request. `pointer` is an RFC 6901 JSON pointer into the body, e.g. `/input/size`. */
export interface FieldError {
  pointer: string;
  code: string;
  message: string;
}

export interface ErrorDefinition {
  /** Stable, dotted: `<feature>.<failure>`. Clients branch on it. */
  readonly code: string;
  readonly status: number;
  readonly title: string;
  /** How the OpenAI-compatible routes tell it, where clients of OpenAI know it by a name of their own. */
  readonly asOpenAi?: { status?: number; code: string };
}

export interface ErrorDetails {
  /** What happened here and what to do about it; shown to the caller. */
  detail?: string;
  errors?: FieldError[];
  /** Extension members of the problem document, e.g. `{ requiredCredits: 12 }`. */
  extensions?: Record<string, unknown>;
  /** Seconds until a retry is worthwhile; becomes `Retry-After`. */
  retryAfterSeconds?: number;
  cause?: unknown;
  /**
   * Marks a denial for the audit log, never sent: the answer hides it (another organization behind a 404), or it came
   * before there was a principal (`by`).
   */
  denial?: {
    by?: { kind: 'api_key' | 'anonymous'; apiKeyId?: string; organization: { id: string } };
    /** The organization that was asked for. */
    organizationId?: string;
  };
}

export class AppError extends Error {
  constructor(
    readonly definition: ErrorDefinition,
    readonly details: ErrorDetails = {},
  ) {
    super(details.detail ?? definition.title, { cause: details.cause });
    this.name = 'AppError';
  }

  get code(): string {
    return this.definition.code;
  }
}

/** A declared error: call it to make the value to throw; `.is(e)` recognizes it. */
export interface ErrorFactory extends ErrorDefinition {
  (details?: ErrorDetails | string): AppError;
  is(error: unknown): error is AppError;
}

const catalogue = new Map<string, ErrorDefinition>();

/**
 * Declares an error.
 * @throws Error when two features claim one code: a programming mistake that must stop the boot.
 */
export function defineError(
  code: string,
  status: number,
  title: string,
  asOpenAi?: ErrorDefinition['asOpenAi'],
): ErrorFactory {
  if (catalogue.has(code)) throw new Error(`The error code ${code} is declared twice`);
  const definition: ErrorDefinition = Object.freeze({ code, status, title, ...(asOpenAi && { asOpenAi }) });
  catalogue.set(code, definition);
  const make = (details: ErrorDetails | string = {}): AppError =>
    new AppError(definition, typeof details === 'string' ? { detail: details } : details);
  return Object.assign(make, definition, {
    is: (error: unknown): error is AppError => error instanceof AppError && error.definition.code === code,
  });
}

export function isAppError(error: unknown): error is AppError {
  return error instanceof AppError;
}

/** Every error declared by the modules loaded so far, by code. */
export function errorCatalogue(): ErrorDefinition[] {
  return [...catalogue.values()].sort((a, b) => a.code.localeCompare(b.code));
}

/** What a thrown value says, for a log line. */
export function messageOf(thrown: unknown): string {
  return thrown instanceof Error ? thrown.message : String(thrown);
}
