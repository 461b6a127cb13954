import type { z } from 'zod';

/** The environment is wrong; the message lists every fault, one a line. */
export class ConfigurationError extends Error {
  constructor(readonly faults: string[]) {
    super(`The configuration is not usable:\n${faults.map((fault) => `  - ${fault}`).join('\n')}\nSee .env.example.`);
    this.name = 'ConfigurationError';
  }
}

/**
 * Checks environment variables against `schema`.
 * @throws ConfigurationError naming all faults at once, never the values (they may be secrets).
 */
export function parseEnvironment<Schema extends z.ZodType>(
  schema: Schema,
  env: Record<string, string | undefined>,
): z.output<Schema> {
  // An empty variable (`REDIS_URL=`) means "not set", as people write it in .env files.
  const given = Object.fromEntries(Object.entries(env).filter(([, value]) => value !== undefined && value !== ''));
  const parsed = schema.safeParse(given);
  if (parsed.success) return parsed.data;
  throw new ConfigurationError(
    parsed.error.issues.map((issue) => {
      const name = issue.path.join('.');
      return given[name] === undefined ? `${name} is not set` : `${name} ${issue.message}`;
    }),
  );
}
