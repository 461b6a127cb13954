import { randomBytes } from 'node:crypto';

export const SLUG_PATTERN = /^[a-z0-9](?:[a-z0-9-]{1,46}[a-z0-9])$/;
const SUFFIX_LENGTH = 5;

/** A short name for addresses, made from a display name: `Estúdio Água & Cia` → `estudio-agua-cia`. */
export function slugOf(name: string): string {
  const plain = name
    .normalize('NFKD')
    .replace(/\p{Mark}/gu, '')
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '-')
    .slice(0, 48 - SUFFIX_LENGTH - 1)
    .replace(/^-+|-+$/g, '');
  return plain.length >= 3 ? plain : `team-${randomSuffix()}`;
}

/** The same short name, told apart from one that is taken. */
export function withSuffix(slug: string): string {
  return `${slug}-${randomSuffix()}`;
}

function randomSuffix(): string {
  return randomBytes(4).readUInt32BE().toString(36).padStart(SUFFIX_LENGTH, '0').slice(-SUFFIX_LENGTH);
}
