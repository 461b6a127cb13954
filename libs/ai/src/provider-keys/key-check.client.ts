import { Injectable } from '@nestjs/common';
import { AppConfig } from '#core/config';
import type { KeyProvider } from './provider-key.js';
import { ProviderUnreachable } from './provider-keys.errors.js';

const TIMEOUT_MS = 10_000;
const MAX_BODY_BYTES = 64 * 1024;

/** A request that costs nothing and that a provider answers with 401 when it does not know the key. */
interface KeyCheck {
  url(config: AppConfig['providers']): string;
  headers(secret: string, config: AppConfig['providers']): Record<string, string>;
  /** Refusals that say "this key may not do that", not "I do not know this key". */
  acceptsAll?(status: number, body: string): boolean;
  /** What is answered to a known key, besides a success. */
  missing?: number;
}

const CHECKS: Record<KeyProvider, KeyCheck> = {
  openai: {
    url: ({ openai }) => `${openai.baseUrl}/models`,
    headers: (secret) => ({ authorization: `Bearer ${secret}` }),
    // A restricted key may generate without being allowed to list models.
    acceptsAll: (status) => status === 403,
  },
  replicate: {
    url: ({ replicate }) => `${replicate.baseUrl}/account`,
    headers: (secret) => ({ authorization: `Bearer ${secret}` }),
  },
  freepik: {
    url: ({ freepik }) => `${freepik.baseUrl}/v1/ai/mystic`,
    headers: (secret, { freepik }) => ({ [freepik.keyHeader]: secret }),
  },
  elevenlabs: {
    url: ({ elevenlabs }) => `${elevenlabs.baseUrl}/v1/models`,
    headers: (secret) => ({ 'xi-api-key': secret }),
    // A restricted key, as with OpenAI.
    acceptsAll: (_, body) => body.includes('missing_permissions'),
  },
  fal: {
    // There is nothing to list: a request that never was is missing, to whoever may ask.
    url: ({ fal }) => `${fal.baseUrl}/fal-ai/flux/requests/00000000-0000-0000-0000-000000000000/status`,
    headers: (secret) => ({ authorization: `Key ${secret}` }),
    missing: 404,
  },
};

/** Asks providers whether they accept a key. */
@Injectable()
export class KeyCheckClient {
  constructor(private readonly config: AppConfig) {}

  /** @throws ProviderUnreachable when the provider says neither yes nor no */
  async isAccepted(provider: KeyProvider, secret: string): Promise<boolean> {
    const check = CHECKS[provider];
    const { status, body } = await this.ask(check, provider, secret);
    if ((status >= 200 && status < 300) || status === check.missing) return true;
    if (status === 401 || status === 403) return check.acceptsAll?.(status, body) ?? false;
    throw unreachable(provider, `it answered ${status}`);
  }

  private async ask(check: KeyCheck, provider: string, secret: string): Promise<{ status: number; body: string }> {
    try {
      const answer = await fetch(check.url(this.config.providers), {
        headers: { ...check.headers(secret, this.config.providers), accept: 'application/json' },
        // A followed redirect would carry the key elsewhere.
        redirect: 'manual',
        signal: AbortSignal.timeout(TIMEOUT_MS),
      });
      return { status: answer.status, body: await readStart(answer) };
    } catch {
      // The cause is not kept: it may hold the request with its headers.
      throw unreachable(provider, 'the connection failed or took too long');
    }
  }
}

function unreachable(provider: string, why: string) {
  return ProviderUnreachable(`${provider} could not be asked: ${why}. Nothing was saved; try again later.`);
}

async function readStart(answer: Response): Promise<string> {
  const chunks: Uint8Array[] = [];
  let bytes = 0;
  const body: AsyncIterable<Uint8Array> | null = answer.body;
  if (!body) return '';
  for await (const chunk of body) {
    chunks.push(chunk);
    bytes += chunk.byteLength;
    if (bytes > MAX_BODY_BYTES) break;
  }
  return Buffer.concat(chunks).toString('utf8');
}
