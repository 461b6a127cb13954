/** A bucket of tokens: holds up to a minute's worth and refills evenly. */
export interface Bucket {
  key: string;
  /** Tokens a minute, and the most it holds. */
  limit: number;
}

export interface TokenAsk extends Bucket {
  /** At most the limit. */
  wanted: number;
}

export interface TokenGrant {
  /** Between 0 and what was wanted. */
  granted: number;
  /** Left in the bucket afterwards. */
  remaining: number;
  /** Until the bucket is full again, when nobody takes more. */
  resetMs: number;
  /** Until the next token, when nothing was granted; otherwise 0. */
  retryAfterMs: number;
}

/**
 * Where buckets are kept, by the generic cell rate algorithm (GCRA; ITU-T I.371, the virtual scheduling form): one time
 * per bucket, by which all that was taken will have refilled.
 */
export interface TokenStore {
  /** Takes from all buckets in one round trip. @returns a grant for each ask, in their order */
  take(asks: TokenAsk[]): Promise<TokenGrant[]>;
}

export const WINDOW_SECONDS = 60;
export const WINDOW_MS = WINDOW_SECONDS * 1000;
