import { Logger } from '@nestjs/common';
import { Redis } from 'ioredis';
import { type TokenAsk, type TokenGrant, type TokenStore, WINDOW_MS } from './token-store.js';

const PREFIX = 'base:limit:';
/** A limiter that makes requests wait is worse than one that is away. */
const PATIENCE_MS = 500;

/**
 * KEYS: buckets. ARGV: the window in microseconds, then limit and wanted for each bucket. Each key holds the time
 * (microseconds of the Redis clock) by which all that was taken will have refilled, and leaves when that is past.
 * @returns granted, remaining, milliseconds until full, milliseconds until the next token; for each bucket, flat.
 */
const TAKE = `
local clock = redis.call('TIME')
local now = clock[1] * 1000000 + clock[2]
local window = tonumber(ARGV[1])
local answer = {}
for i, key in ipairs(KEYS) do
  local limit, wanted = tonumber(ARGV[2 * i]), tonumber(ARGV[2 * i + 1])
  local ahead = math.max((tonumber(redis.call('GET', key)) or 0) - now, 0)
  local granted = math.max(math.min(wanted, math.floor((window - ahead) * limit / window)), 0)
  local retry = 0
  if granted > 0 then
    ahead = ahead + math.floor(window * granted / limit)
    redis.call('SET', key, string.format('%.0f', now + ahead), 'PX', math.ceil(ahead / 1000) + 1)
  else
    retry = math.max(math.ceil((ahead + window / limit - window) / 1000), 1)
  end
  local n = #answer
  answer[n + 1] = granted
  answer[n + 2] = math.max(math.floor((window - ahead) * limit / window), 0)
  answer[n + 3] = math.ceil(ahead / 1000)
  answer[n + 4] = retry
end
return answer`;

interface ScriptedRedis extends Redis {
  takeTokens(keyCount: number, ...keysAndArguments: (string | number)[]): Promise<number[]>;
}

/** Buckets in Redis, by its clock, in one script: EVALSHA, and EVAL once when the server does not know it (ioredis). */
export class RedisTokenStore implements TokenStore {
  private readonly logger = new Logger('Limits');
  private readonly redis: ScriptedRedis;

  constructor(redisUrl: string) {
    const redis = new Redis(redisUrl, {
      maxRetriesPerRequest: 0,
      enableOfflineQueue: false,
      commandTimeout: PATIENCE_MS,
      retryStrategy: (attempt) => Math.min(attempt * 100, 1000),
    });
    redis.on('error', (error: Error) => this.logger.debug(`Redis: ${error.message}`));
    redis.defineCommand('takeTokens', { lua: TAKE });
    this.redis = redis as ScriptedRedis;
  }

  async take(asks: TokenAsk[]): Promise<TokenGrant[]> {
    const numbers = await this.redis.takeTokens(
      asks.length,
      ...asks.map(({ key }) => PREFIX + key),
      WINDOW_MS * 1000,
      ...asks.flatMap(({ limit, wanted }) => [limit, wanted]),
    );
    return asks.map((_, index) => {
      const [granted = 0, remaining = 0, resetMs = 0, retryAfterMs = 0] = numbers.slice(index * 4, index * 4 + 4);
      return { granted, remaining, resetMs, retryAfterMs };
    });
  }

  close(): void {
    this.redis.disconnect();
  }
}
