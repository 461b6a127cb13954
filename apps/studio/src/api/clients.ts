import { ApiError, type Client, createBaseClient } from '#sdk';
import { API_URL } from './api-url.js';
import { session } from './session.js';

const REFUSED_TOKENS = new Set([
  'auth.token_expired',
  'auth.token_invalid',
  'auth.session_ended',
  'auth.unauthenticated',
]);

/** For what anybody may call. */
export const anonymousClient = createBaseClient({ baseUrl: API_URL });

function signedInClient(organizationId?: string): Client {
  const client = createBaseClient({ baseUrl: API_URL, token: session.token, organizationId });
  client.interceptors.error.use((error) => {
    // The next try exchanges the refresh token; when that is refused too, the session has ended.
    if (error instanceof ApiError && error.status === 401 && REFUSED_TOKENS.has(error.code)) session.forget();
    return error;
  });
  return client;
}

/** For what is the person's own, in no organization. */
export const personClient = signedInClient();

const byOrganization = new Map<string, Client>();

/** For the work inside of an organization. */
export function organizationClient(organizationId: string): Client {
  let client = byOrganization.get(organizationId);
  if (!client) {
    client = signedInClient(organizationId);
    byOrganization.set(organizationId, client);
  }
  return client;
}
