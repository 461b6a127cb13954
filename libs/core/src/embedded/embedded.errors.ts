/** The embedded PostgreSQL could not be used. The message is one sentence a newcomer can act on. */
export class EmbeddedPostgresError extends Error {
  override readonly name = 'EmbeddedPostgresError';
}
