import { ALL_PERMISSIONS, type Permission, PERMISSIONS, permissionsOf, type Role, ROLES } from '#core/http';
import type { Route } from './routes.js';
import type { Caller } from './ground.js';
import type { World } from './world.js';

/** Somebody of one kind, and the refusal that the permission table promises them; null: they may. */
export interface Column {
  name: string;
  caller: Caller | undefined;
  expected: (route: Route) => Refusal | null;
}

export interface Refusal {
  status: number;
  code: string;
}

const DENIED: Refusal = { status: 403, code: 'auth.permission_denied' };
const TEST_KEY: Refusal = { status: 403, code: 'auth.test_key_forbidden' };
const HIDDEN: Refusal = { status: 404, code: 'resource.not_found' };
const NOT_A_MEMBER: Refusal = { status: 403, code: 'auth.not_a_member' };
const UNCHOSEN: Refusal = { status: 400, code: 'auth.organization_required' };
const SUSPENDED: Refusal = { status: 403, code: 'organizations.suspended' };
const SIGNED_OUT: Refusal = { status: 401, code: 'auth.unauthenticated' };

/** Everybody there is, as the columns of the matrix. */
export async function columnsOf(world: World): Promise<Column[]> {
  const suspended = { ...world.person('owner'), organizationId: world.suspendedId };
  const adminScopes = [...permissionsOf('admin')];
  // Made by another than the one who asks later: who belongs where, and how that is, is remembered for some seconds.
  const suspendedKey = await world.makeKey(world.suspendedId, adminScopes, 'live', world.person('admin'));
  const keyForTests = await world.makeKey(world.homeId, [...ALL_PERMISSIONS], 'test');
  await world.sql(`update organizations set status = 'suspended' where id = $1`, [world.suspendedId]);
  const operator: Column = {
    name: 'operator',
    caller: { ...world.person('operator'), organizationId: '' },
    expected: (route) => (route.isForOperators || !route.permission ? null : isInPath(route) ? HIDDEN : UNCHOSEN),
  };
  return [
    ...ROLES.map((role): Column => ({
      name: role,
      caller: world.person(role),
      expected: (route) => personIn(role, route),
    })),
    { name: 'stranger', caller: world.person('stranger'), expected: strangerTo },
    operator,
    { name: 'signed out', caller: undefined, expected: (route) => (route.isPublic ? null : SIGNED_OUT) },
    ...[...world.scopeKeys].map(([scope, caller]): Column => ({
      name: `key with ${scope}`,
      caller,
      expected: (route) => keyWith(scope === 'none' ? [] : [scope], route),
    })),
    { name: 'test key', caller: keyForTests, expected: testKey },
    {
      name: 'key of another organization',
      caller: { key: world.foreign['foreignKey'] ?? '', organizationId: world.homeId },
      expected: (route) => (route.isPublic ? null : isInPath(route) ? HIDDEN : NOT_A_MEMBER),
    },
    {
      name: 'owner, suspended',
      caller: suspended,
      expected: (route) => whileSuspended(route) ?? personIn('owner', route),
    },
    {
      name: 'key, suspended',
      caller: suspendedKey,
      expected: (route) => whileSuspended(route) ?? keyWith(adminScopes, route),
    },
  ];
}

function personIn(role: Role, route: Route): Refusal | null {
  if (route.isForOperators) return DENIED;
  if (!route.permission) return null;
  return (PERMISSIONS[route.permission] as readonly Role[]).includes(role) ? null : DENIED;
}

function strangerTo(route: Route): Refusal | null {
  if (route.isPublic) return null;
  return isInPath(route) ? HIDDEN : NOT_A_MEMBER;
}

function keyWith(scopes: readonly Permission[], route: Route): Refusal | null {
  if (route.isPublic) return null;
  if (route.isForPeople || route.isForOperators) return DENIED;
  return route.permission && scopes.includes(route.permission) ? null : DENIED;
}

/** A key with every scope, for tests: it reads, and makes and ends test jobs. */
function testKey(route: Route): Refusal | null {
  const isOpen = route.isPublic || !route.isUnsafe || route.isForTestKeys;
  return keyWith(ALL_PERMISSIONS, route) ?? (isOpen ? null : TEST_KEY);
}

/** A suspended organization can be read, its bills be paid, and people go on with their own accounts. */
function whileSuspended(route: Route): Refusal | null {
  const staysOpen = !route.isUnsafe || !route.permission || route.permission.startsWith('billing:');
  return route.isPublic || staysOpen ? null : SUSPENDED;
}

/** Whether the path names the organization that the caller acts in; operators act in none. */
function isInPath(route: Route): boolean {
  return !route.isForOperators && route.pathParameters.includes('organizationId');
}
