import { defineError } from './app-error.js';

export const InvalidRequest = defineError('request.invalid', 422, 'The request has invalid fields');
export const MalformedBody = defineError('request.malformed_body', 400, 'The body cannot be read');
export const BodyTooLarge = defineError('request.body_too_large', 413, 'The body is too large');
export const UploadMissing = defineError('request.upload_missing', 422, 'The request brings no file');
export const UploadTooLarge = defineError('request.upload_too_large', 413, 'The file is too large');
export const UnsupportedMediaType = defineError('request.unsupported_media_type', 415, 'Unsupported content type');
export const UrlInvalid = defineError('request.url_invalid', 400, 'The URL cannot be read');
export const MalformedRequest = defineError('request.malformed', 400, 'The request cannot be read');
export const HeaderTooLarge = defineError('request.header_too_large', 431, 'The headers are too large');
export const RangeNotSatisfiable = defineError(
  'request.range_not_satisfiable',
  416,
  'The range lies outside of the file',
);
/** A refusal of the HTTP layer that has no name of its own. */
export const RequestRefused = defineError('request.refused', 400, 'The request was refused');
export const MethodNotAllowed = defineError('request.method_not_allowed', 405, 'The path does not take this method');
export const RouteNotFound = defineError('request.route_not_found', 404, 'No such route');
/** Also the answer for what exists but is not the caller's to see: the two must not be told apart. */
export const NotFound = defineError('resource.not_found', 404, 'Not found');
export const Unauthenticated = defineError('auth.unauthenticated', 401, 'Authentication is required');
export const PermissionDenied = defineError('auth.permission_denied', 403, 'Permission denied');
export const TestKeyForbidden = defineError('auth.test_key_forbidden', 403, 'Not with a test key');
export const OrganizationRequired = defineError('auth.organization_required', 400, 'No organization chosen');
export const RateLimited = defineError('rate_limit.exceeded', 429, 'Too many requests', {
  code: 'rate_limit_exceeded',
});
/** Here and not in billing: the guard that says it knows plans by what they include only. */
export const PlanFeatureMissing = defineError('plan.feature_missing', 402, 'The plan does not include this');
export const IdempotencyKeyInvalid = defineError('idempotency.key_invalid', 400, 'Invalid Idempotency-Key');
export const IdempotencyConflict = defineError(
  'idempotency.key_reused',
  422,
  'The Idempotency-Key was used with another request',
);
export const IdempotencyInProgress = defineError(
  'idempotency.in_progress',
  409,
  'The first request with this Idempotency-Key is still running',
);
export const ServiceUnavailable = defineError('service.unavailable', 503, 'Temporarily unavailable');
export const InternalError = defineError('internal.error', 500, 'Something went wrong on our side');
