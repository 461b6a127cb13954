export {
  AppError,
  defineError,
  errorCatalogue,
  isAppError,
  messageOf,
  type ErrorDefinition,
  type ErrorFactory,
  type FieldError,
} from './app-error.js';
export * from './common.errors.js';
