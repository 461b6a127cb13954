import { InvalidRequest } from '#core/errors';
import { ALL_PERMISSIONS, isPermission, type Tenant } from '#core/http';
import type { ApiKeyMode } from './api-key.js';
import { ScopeNotHeld, ScopeUnknown } from './auth.errors.js';

const DAY_MS = 24 * 3_600_000;
/** A client that reckons with days gets its whole last day. */
const LENIENCY_MS = 60_000;

/** Nobody gives a key more than they have. @throws ScopeUnknown, ScopeNotHeld */
export function assertGrantable(scopes: string[], manager: Tenant): void {
  const unknown = scopes.filter((scope) => !isPermission(scope));
  if (unknown.length > 0) {
    throw ScopeUnknown({
      detail: `There is no scope ${unknown.join(', ')}.`,
      errors: [{ pointer: '/scopes', code: 'unknown_scope', message: `must be among ${ALL_PERMISSIONS.join(', ')}` }],
    });
  }
  const beyond = scopes.filter(isPermission).filter((scope) => !manager.organization.permissions.has(scope));
  if (beyond.length > 0) throw ScopeNotHeld(`You do not have ${beyond.join(', ')} yourself.`);
}

/** @throws InvalidRequest for a cap of a key that moves no credits */
export function assertCappable(mode: ApiKeyMode): void {
  if (mode === 'live') return;
  throw InvalidRequest({
    detail: 'A test key moves no credits, so there is nothing to cap.',
    errors: [{ pointer: '/monthlyCapCredits', code: 'fits_mode', message: 'must be left out for a test key' }],
  });
}

/** @returns null when nothing was asked for. @throws InvalidRequest for an end in the past */
export function parseEnd(text: string | undefined): Date | null {
  if (text === undefined) return null;
  const end = new Date(text);
  if (end.getTime() <= Date.now()) {
    throw InvalidRequest({
      detail: 'The key would have ended already.',
      errors: [{ pointer: '/expiresAt', code: 'not_in_future', message: 'must lie in the future' }],
    });
  }
  return end;
}

/**
 * Holds a key to the bound that the organization has set.
 * @param maxDays null: there is none
 * @throws InvalidRequest for a key that would live longer, or for ever
 */
export function assertEndsWithin(maxDays: number | null, end: Date | null): void {
  if (maxDays === null) return;
  if (end && end.getTime() <= Date.now() + maxDays * DAY_MS + LENIENCY_MS) return;
  throw InvalidRequest({
    detail: `The settings of the organization let a key live for ${maxDays} days: say when it ends.`,
    errors: [{ pointer: '/expiresAt', code: 'lives_too_long', message: `must lie within ${maxDays} days` }],
  });
}
