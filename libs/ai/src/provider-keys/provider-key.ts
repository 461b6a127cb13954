import type { SealedSecret, SecretPlace } from '#core/crypto';

/** Providers that an organization may bring its own key for. */
export const KEY_PROVIDERS = ['openai', 'replicate', 'freepik', 'elevenlabs', 'fal'] as const;
export type KeyProvider = (typeof KEY_PROVIDERS)[number];

export function isKeyProvider(provider: string): provider is KeyProvider {
  return (KEY_PROVIDERS as readonly string[]).includes(provider);
}

/** An organization's key as the database keeps it, with the data key that opens it. */
export interface SealedProviderKey extends SealedSecret {
  id: string;
  organizationId: string;
  provider: string;
  /** So many generations at once, as its owner says. */
  maxConcurrent: number | null;
}

/** Where an organization's key belongs; its ciphertext opens nowhere else. */
export function placeOf(key: { id: string; organizationId: string; provider: string }): SecretPlace {
  return {
    purpose: 'provider-api-key',
    organizationId: key.organizationId,
    provider: key.provider,
    rowId: key.id,
  };
}

/** What a person may see of a key for ever after: its last four characters. */
export function maskKey(secret: string): string {
  return `…${secret.slice(-4)}`;
}
