export { drainBody } from './drain-body.js';
export { ACCESS, Authenticated, Public, type Access, type AuthenticatedOptions } from './access.decorators.js';
export {
  ALL_PERMISSIONS,
  PERMISSIONS,
  ROLES,
  isPermission,
  permissionsOf,
  type Permission,
  type Role,
} from './permissions.js';
export {
  CurrentPerson,
  CurrentPrincipal,
  CurrentTenant,
  personOf,
  principalOf,
  tenantOf,
  type OrganizationContext,
  type Person,
  type PlanLimits,
  type Principal,
  type Tenant,
} from './principal.js';
export { PermissionGuard, accessOf } from './permission.guard.js';
export { PLAN_FEATURES, type PlanFeature } from './plan-features.js';
export { dateTimeFault, instantOf, IsDateTime } from './date-time.js';
export { DisplayName } from './display-name.js';
export { IsEmailAddress, isPlainEmail } from './email-address.js';
export { NextPage, nextPageOf, PageLimit, PageStart } from './pages.js';
export { FieldProblem, Problem, ProblemResponse } from './problem.dto.js';
export { OPENAI_PREFIX, OpenAiError, speaksOpenAi, toOpenAiError } from './openai-errors.js';
export { ProblemFilter, toAppError } from './problem.filter.js';
export { sendError, toProblem } from './send-error.js';
export { BooleanText, OptionalField, createValidationPipe, useValidation } from './validation.js';
export {
  IdempotencyKey,
  idempotencyKeyOf,
  isUuid,
  OWN_IDEMPOTENCY,
  OwnIdempotency,
  REPLAYED,
} from './request-parameters.js';
export { assertPlainJson } from './plain-json.js';
export { UuidPipe } from './uuid.pipe.js';
export { currentRequest, keepCurrentRequest } from './request-context.js';
export { readParts, readUpload, TakesUpload, type UploadedFile, uploadTooLarge, useUploads } from './uploads.js';
export { KeepRawBody, keepRawBodies, rawBodyOf } from './raw-body.js';
