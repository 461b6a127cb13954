export {
  AppError,
  defineError,
  errorCatalogue,
  isAppError,
  type ErrorDefinition,
  type FieldError,
} from './app-error.js';
export * from './common.errors.js';
