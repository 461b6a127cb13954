/**
 * The one table of who may do what. A permission is also the scope of an API key that may do it.
 * Printed in docs/reference/permissions.md by `npm run gen`; tested as a matrix.
 */
export const ROLES = ['owner', 'admin', 'billing', 'creator', 'viewer'] as const;
export type Role = (typeof ROLES)[number];

const EVERYONE = ROLES;
const MANAGERS = ['owner', 'admin'] as const;
const CREATORS = ['owner', 'admin', 'creator'] as const;
const BOOKKEEPERS = ['owner', 'admin', 'billing'] as const;

export const PERMISSIONS = {
  'organization:read': EVERYONE,
  'organization:update': MANAGERS,
  'organization:delete': ['owner'],
  'members:read': EVERYONE,
  'members:manage': MANAGERS,
  'api_keys:read': MANAGERS,
  'api_keys:manage': MANAGERS,
  'provider_keys:read': MANAGERS,
  'provider_keys:manage': MANAGERS,
  'jobs:read': EVERYONE,
  'jobs:create': CREATORS,
  'jobs:cancel': CREATORS,
  'studio:read': EVERYONE,
  'studio:manage': CREATORS,
  'studio:share': CREATORS,
  'assets:read': EVERYONE,
  'assets:manage': CREATORS,
  'billing:read': BOOKKEEPERS,
  'billing:manage': ['owner', 'billing'],
  'budgets:manage': BOOKKEEPERS,
  'credits:read': EVERYONE,
  'events:read': EVERYONE,
  'audit:read': MANAGERS,
} as const satisfies Record<string, readonly Role[]>;

export type Permission = keyof typeof PERMISSIONS;
export const ALL_PERMISSIONS = Object.keys(PERMISSIONS) as Permission[];

const byRole = new Map<Role, ReadonlySet<Permission>>(
  ROLES.map((role) => [
    role,
    new Set(ALL_PERMISSIONS.filter((permission) => (PERMISSIONS[permission] as readonly Role[]).includes(role))),
  ]),
);

/** What a role may do. */
export function permissionsOf(role: Role): ReadonlySet<Permission> {
  return byRole.get(role) ?? new Set();
}

export function isPermission(value: string): value is Permission {
  return Object.hasOwn(PERMISSIONS, value);
}
