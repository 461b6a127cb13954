import { ProviderError } from './provider.errors.js';

/** Failures of name resolution, connecting and the TLS handshake: no byte of the request has left. */
const NOT_CONNECTED =
  /^(ECONNREFUSED|ENOTFOUND|EAI_\w+|EHOSTUNREACH|ENETUNREACH|ENETDOWN|EADDRNOTAVAIL|UND_ERR_CONNECT_TIMEOUT|CERT_\w+|ERR_TLS_CERT_\w+|ERR_SSL_(WRONG_VERSION_NUMBER|PACKET_LENGTH_TOO_LONG|\w*(HANDSHAKE_FAILURE|PROTOCOL_VERSION|UNRECOGNIZED_NAME))|\w*SELF_SIGNED_CERT\w*|UNABLE_TO_(GET|VERIFY)_\w+)$/;

/**
 * The platform's error for a connection that failed before an answer came.
 * @param codes the system and undici error codes found along the cause chain
 */
export function connectionError(codes: readonly string[]): ProviderError {
  const providerMessage = codes.join(' ') || undefined;
  if (codes.some((code) => NOT_CONNECTED.test(code))) {
    return new ProviderError('provider.unavailable', { retry: 'safe', providerMessage });
  }
  const silent = codes.includes('UND_ERR_HEADERS_TIMEOUT') || codes.includes('UND_ERR_BODY_TIMEOUT');
  const code = silent ? 'provider.timeout' : 'provider.outcome_unknown';
  return new ProviderError(code, { retry: 'ambiguous', providerMessage });
}

/**
 * The codes of an error and its causes, outermost first. Read by shape, not by class: the errors come from Node, undici
 * and OpenSSL, and parallel connection attempts are wrapped in one `AggregateError`.
 */
export function errorCodes(error: unknown, depth = 0): string[] {
  if (typeof error !== 'object' || error === null || depth > 5) return [];
  const own = 'code' in error && typeof error.code === 'string' ? [error.code] : [];
  const attempts: unknown[] = 'errors' in error && Array.isArray(error.errors) ? error.errors : [];
  const inner = [...attempts, 'cause' in error ? error.cause : undefined];
  return [...new Set([...own, ...inner.flatMap((one) => errorCodes(one, depth + 1))])];
}
