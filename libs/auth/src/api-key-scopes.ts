import { isPermission, type Permission, permissionsOf, type Role } from '#core/http';

/**
 * What a key may do: its scopes as far as the person who made it has them now. A key must not outlive the power it was
 * made with; without a maker among the members there is nothing left.
 */
export function effectiveScopes({ scopes, makerRole }: { scopes: string[]; makerRole: Role | null }): Permission[] {
  if (!makerRole) return [];
  const held = permissionsOf(makerRole);
  return scopes.filter(isPermission).filter((scope) => held.has(scope));
}
