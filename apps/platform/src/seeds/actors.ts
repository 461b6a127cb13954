import { permissionsOf, type Person, type Role, type Tenant } from '#core/http';
import type { MyOrganization } from '#organizations';

/** A person as the services see one who is signed in. */
export function personOf(userId: string): Person {
  return {
    kind: 'user',
    userId,
    apiKeyId: null,
    sessionId: null,
    testMode: false,
    isOperator: false,
    hasSecondFactor: false,
    organization: null,
    claims: { role: 'authenticated', sub: userId },
    expiresAt: null,
  };
}

/** The same in an organization. */
export function memberOf(
  person: Person,
  { id, plan, status }: Pick<MyOrganization, 'id' | 'plan' | 'status'>,
  role: Role,
): Tenant & Person {
  const limits = { requestsPerMinute: Number.MAX_SAFE_INTEGER, concurrentJobs: Number.MAX_SAFE_INTEGER };
  return {
    ...person,
    organization: {
      id,
      plan,
      status,
      role,
      permissions: permissionsOf(role),
      limits,
      features: new Set(),
      requiresSecondFactor: false,
    },
  };
}
