/** The database could not be brought to its shape. The message says what is wrong, and what to do about it. */
export class MigrationError extends Error {
  override readonly name = 'MigrationError';
}
