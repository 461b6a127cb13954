import { readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** The version in package.json, found upwards from here: the sources and the build lie at different depths. */
function readVersion(directory: string): string {
  try {
    const parsed = JSON.parse(readFileSync(join(directory, 'package.json'), 'utf8')) as { version?: string };
    if (parsed.version) return parsed.version;
  } catch {
    // Not here; look one level up.
  }
  const parent = dirname(directory);
  return parent === directory ? 'unknown' : readVersion(parent);
}

export const VERSION = readVersion(dirname(fileURLToPath(import.meta.url)));
