/**
 * Runs a program's main function. A failure to start is one readable message on stderr and exit code 1;
 * the stack is shown only for errors nobody foresaw.
 */
export function runMain(main: () => Promise<void>): void {
  main().catch((error: unknown) => {
    process.stderr.write(`${describe(error)}\n`);
    process.exit(1);
  });
}

const FORESEEN = new Set(['ConfigurationError', 'StartupError', 'EmbeddedPostgresError', 'MigrationError']);

function describe(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  return FORESEEN.has(error.name) ? error.message : (error.stack ?? error.message);
}
