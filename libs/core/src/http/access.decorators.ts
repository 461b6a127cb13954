import { applyDecorators, SetMetadata } from '@nestjs/common';
import { ApiBearerAuth, ApiExtension, ApiHeader, ApiSecurity } from '@nestjs/swagger';
import type { Permission } from './permissions.js';
import { PLAN_FEATURES, type PlanFeature } from './plan-features.js';
import { ProblemResponse } from './problem.dto.js';

export const ACCESS = Symbol('access');

/** How a route is guarded; every route carries exactly one of these (an architecture test insists). */
export type Access =
  | { kind: 'public' }
  | {
      kind: 'authenticated';
      permission: Permission | null;
      person: boolean;
      operator: boolean;
      feature: PlanFeature | null;
      testKeys: boolean;
    };

export interface AuthenticatedOptions {
  /** Needed in the organization in use; also the scope that an API key needs. */
  permission?: Permission;
  /** Only people, not API keys (profile, sessions, creating organizations). Implied when there is no permission. */
  person?: boolean;
  /** Only platform operators. */
  operator?: boolean;
  /** Only organizations whose plan includes it; goes with a permission. */
  feature?: PlanFeature;
  /**
   * Test keys may as well, although it changes something: it makes or ends test jobs, or brings files for them. What only
   * reads (GET) takes test keys without a word.
   */
  testKeys?: boolean;
}

/** The route answers anybody. */
export const Public = (): MethodDecorator & ClassDecorator => SetMetadata(ACCESS, { kind: 'public' } satisfies Access);

/**
 * The route needs a principal. One decorator drives the guard, the API-key scope, the OpenAPI security entry and the
 * documented 401/403 answers.
 */
export function Authenticated(options: AuthenticatedOptions = {}): MethodDecorator & ClassDecorator {
  const access: Access = {
    kind: 'authenticated',
    permission: options.permission ?? null,
    person: options.person ?? !options.permission,
    operator: options.operator ?? false,
    feature: options.feature ?? null,
    testKeys: options.testKeys ?? false,
  };
  return applyDecorators(
    SetMetadata(ACCESS, access),
    ApiBearerAuth('bearer'),
    ...(access.person ? [] : [ApiSecurity('apiKey')]),
    ...(access.permission
      ? [
          ApiExtension('x-permission', access.permission),
          ApiHeader({
            name: 'X-Organization-Id',
            required: false,
            description: 'The organization to act in. Needed with a user token; an API key names its own.',
            schema: { type: 'string', format: 'uuid' },
          }),
        ]
      : []),
    ...(access.feature
      ? [
          ApiExtension('x-feature', access.feature),
          ProblemResponse(402, `\`plan.feature_missing\`: the plan does not include ${PLAN_FEATURES[access.feature]}`),
        ]
      : []),
    ...(access.operator ? [ApiExtension('x-operator', true)] : []),
    ...(access.testKeys ? [ApiExtension('x-test-keys', true)] : []),
    ProblemResponse(401, 'Missing, malformed, expired or revoked credentials'),
    ProblemResponse(403, 'The role or key may not do this'),
  );
}
