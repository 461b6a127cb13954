import { randomBytes } from 'node:crypto';

export const SLUG_PATTERN = /^[a-z0-9](?:[a-z0-9-]{1,46}[a-z0-9])$/;
const SUFFIX_LENGTH = 5;

/** What people take for the platform itself, or what its addresses need. */
export const RESERVED_SLUGS = (
  'about abuse account accounts admin administrator agency api app assets auth base base-agency ' +
  'baseagency billing blog callbacks cdn contact dashboard dev docs files ftp health help invitation ' +
  'legal login logout mail me metrics new official ops payments platform postmaster pricing privacy ' +
  'register root sandbox security settings share signup smtp staging static status studio support ' +
  'suporte system team terms test webhooks webmaster www'
).split(' ');

/** A short name for addresses, made from a display name: `Estúdio Água & Cia` → `estudio-agua-cia`. */
export function slugOf(name: string): string {
  const plain = name
    .normalize('NFKD')
    .replace(/\p{Mark}/gu, '')
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '-')
    .slice(0, 48 - SUFFIX_LENGTH - 1)
    .replace(/^-+|-+$/g, '');
  if (plain.length < 3) return `team-${randomSuffix()}`;
  return RESERVED_SLUGS.includes(plain) ? withSuffix(plain) : plain;
}

/** The same short name, told apart from one that is taken. */
export function withSuffix(slug: string): string {
  return `${slug}-${randomSuffix()}`;
}

function randomSuffix(): string {
  return randomBytes(4).readUInt32BE().toString(36).padStart(SUFFIX_LENGTH, '0').slice(-SUFFIX_LENGTH);
}
