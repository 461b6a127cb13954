import { safeEqual, sha256 } from '#core/crypto';

/** Whether an `Authorization` header is HTTP Basic of the user `operator` with this password. */
export function isOperatorPassword(authorization: string | undefined, password: string): boolean {
  const [scheme = '', value = ''] = (authorization ?? '').split(' ');
  const given = scheme.toLowerCase() === 'basic' ? Buffer.from(value, 'base64').toString() : '';
  return safeEqual(sha256(given), sha256(`operator:${password}`));
}
