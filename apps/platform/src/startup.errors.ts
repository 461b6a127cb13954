/** The platform cannot start or go on. The message says in a sentence what is wrong and what to do about it. */
export class StartupError extends Error {
  override readonly name = 'StartupError';
}
