import { NotFound } from '#core/errors';

/** A path as the name of an object. There is nothing above the root of a bucket, so what points there names nothing. @throws NotFound */
export function objectKey(path: string): string {
  const parts = path.split('/');
  if (path.includes('\0') || parts.some((part) => part === '' || part === '.' || part === '..')) throw NotFound();
  return path;
}
