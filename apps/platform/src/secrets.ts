import { randomBytes } from 'node:crypto';
import { existsSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { z } from 'zod';
import type { DataFolder } from './data-folder.js';
import { StartupError } from './startup.errors.js';

const secretsSchema = z.object({
  appSecret: z.string().min(32),
  /** Password of the database login `base_api`. */
  apiPassword: z.string(),
  /** Password of the database login `base_worker`. */
  workerPassword: z.string(),
  /** Of the user `operator` of Bull Board. */
  bullBoardPassword: z.string(),
  demoPassword: z.string(),
  /** The demo organization's API key, kept because the database holds only its hash. */
  demoApiKey: z.string().optional(),
  /** Its row. */
  demoApiKeyId: z.string().optional(),
});

type Values = z.output<typeof secretsSchema>;

/** What one installation made up for itself, kept in a file that only its owner may read. */
export class Secrets {
  private constructor(
    private readonly file: string,
    private current: Values,
  ) {}

  /**
   * Reads the secrets of the folder, or makes them on the first start.
   * @throws StartupError when they cannot be read, or are gone while a database that needs them is there.
   */
  static open(folder: DataFolder): Secrets {
    if (existsSync(folder.secretsFile)) return new Secrets(folder.secretsFile, read(folder.secretsFile));
    if (folder.hasDatabase) {
      throw new StartupError(
        `${folder.secretsFile} is missing, and the database beside it cannot be used without it: restore that file, or remove ${folder.path} to begin anew.`,
      );
    }
    const secrets = new Secrets(folder.secretsFile, {
      appSecret: randomBytes(32).toString('base64url'),
      apiPassword: randomBytes(24).toString('base64url'),
      workerPassword: randomBytes(24).toString('base64url'),
      bullBoardPassword: randomBytes(12).toString('base64url'),
      demoPassword: randomBytes(12).toString('base64url'),
    });
    secrets.save();
    return secrets;
  }

  get values(): Readonly<Values> {
    return this.current;
  }

  update(change: Partial<Values>): void {
    this.current = { ...this.current, ...change };
    this.save();
  }

  /** Written beside and moved into place: a crash leaves the old file or the new one, never half of it. */
  private save(): void {
    const draft = `${this.file}.draft`;
    writeFileSync(draft, `${JSON.stringify(this.current, null, 2)}\n`, { mode: 0o600 });
    renameSync(draft, this.file);
  }
}

function read(file: string): Values {
  try {
    return secretsSchema.parse(JSON.parse(readFileSync(file, 'utf8')));
  } catch (error) {
    const reason = error instanceof z.ZodError ? 'values are missing' : (error as Error).message;
    throw new StartupError(`${file} cannot be used (${reason}): restore it from a copy.`);
  }
}
