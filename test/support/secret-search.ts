import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { withSql } from './sql.js';

/** A place where something was found, with the name of the secret. */
export interface Finding {
  where: string;
  secret: string;
}

/** Recognizable secrets by name, looked for as they are, in hexadecimal and in base64. */
export class SecretSearch {
  private readonly needles: { secret: string; text: string }[] = [];

  /** @param text long and random enough that finding it is no accident */
  add(secret: string, text: string): void {
    if (text.length < 12) throw new Error(`${secret} is too short to be looked for`);
    const bytes = Buffer.from(text);
    const forms = [text, bytes.toString('hex'), ...base64Cores(bytes), JSON.stringify(text).slice(1, -1)];
    for (const form of new Set(forms)) this.needles.push({ secret, text: form });
  }

  in(where: string, text: string, allowed: readonly string[] = []): Finding[] {
    const found = this.needles.filter((needle) => !allowed.includes(needle.secret) && text.includes(needle.text));
    return [...new Set(found.map(({ secret }) => secret))].map((secret) => ({ where, secret }));
  }

  /** Every row of every table, whatever its columns: text and JSON as they are, bytes in hexadecimal. */
  inDatabase(url: string): Promise<Finding[]> {
    return withSql(url, async (query) => {
      const tables = await query<{ schema: string; name: string }>(
        `select table_schema as schema, table_name as name from information_schema.tables
          where table_type = 'BASE TABLE' and table_schema not in ('pg_catalog', 'information_schema')`,
      );
      const findings: Finding[] = [];
      for (const { schema, name } of tables) {
        const rows = await query<{ row: string }>(`select t::text as row from "${schema}"."${name}" t`);
        findings.push(...this.in(`table ${schema}.${name}`, rows.map(({ row }) => row).join('\n')));
      }
      if (tables.length < 60) throw new Error(`Only ${tables.length} tables are visible`);
      return findings;
    });
  }

  /** Every file below a folder. */
  async inFiles(directory: string, allowed: readonly string[] = []): Promise<Finding[]> {
    const findings: Finding[] = [];
    for (const entry of await readdir(directory, { recursive: true, withFileTypes: true })) {
      if (!entry.isFile()) continue;
      const text = await readFile(join(entry.parentPath, entry.name), 'latin1');
      findings.push(...this.in(`file ${entry.name}`, text, allowed));
    }
    return findings;
  }
}

/** What stays the same of the base64 of these bytes wherever they begin within a longer text. */
function base64Cores(bytes: Buffer): string[] {
  return [0, 1, 2].flatMap((offset) => {
    const padded = Buffer.concat([Buffer.alloc(offset), bytes]);
    const start = offset === 0 ? 0 : 4;
    return (['base64', 'base64url'] as const).map((encoding) => {
      const encoded = padded.toString(encoding).replace(/=+$/, '');
      return encoded.slice(start, encoded.length - (encoded.length % 4 === 0 ? 0 : 2));
    });
  });
}
