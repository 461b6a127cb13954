/**
 * What the audit log can tell. A feature declares each action once, in `<feature>.audit.ts`, and writes lines of it with
 * `AuditTrail`. Printed in docs/reference/audit.md by `npm run gen`.
 */
export interface AuditAction<Field extends string = string> {
  /** Stable, dotted: `<what>.<verb>`, e.g. `api_keys.create`. Customers filter by it. */
  readonly name: string;
  /** What kind of thing `target` identifies, e.g. `api_key`. */
  readonly target: string;
  /** What a line of it means, in a sentence for people. */
  readonly summary: string;
  /** The only fields that `before` and `after` may show: ids, names of choices, numbers. */
  readonly fields: readonly Field[];
}

/**
 * A line is kept for years and its hash is part of a chain, so that nothing can be taken out of it later, neither a
 * secret nor what a person may want erased. Such fields are told by name only (`changed`).
 */
const UNTELLABLE =
  /passw|secret|token|hash|e?mail|phone|address|person|prompt|cipher|(first|last|full|user|display)_?name/i;

const catalogue = new Map<string, AuditAction>();

/**
 * Declares an action.
 * @throws Error for a name that is taken or malformed, or a field that may not be told: mistakes that stop the boot.
 */
export function defineAuditAction<const Field extends string = never>(
  name: string,
  action: { target: string; summary: string; fields?: readonly Field[] },
): AuditAction<Field> {
  if (!/^[a-z_]+\.[a-z_]+$/.test(name)) throw new Error(`The audit action ${name} is not named <what>.<verb>`);
  if (catalogue.has(name)) throw new Error(`The audit action ${name} is declared twice`);
  const fields: readonly Field[] = action.fields ?? [];
  const untellable = fields.filter((field) => UNTELLABLE.test(field));
  if (untellable.length > 0) throw new Error(`The audit action ${name} may not tell ${untellable.join(', ')}`);
  const declared: AuditAction<Field> = Object.freeze({ name, target: action.target, summary: action.summary, fields });
  catalogue.set(name, declared);
  return declared;
}

/** Every action declared by the modules loaded so far, by name. */
export function auditCatalogue(): AuditAction[] {
  return [...catalogue.values()].sort((a, b) => a.name.localeCompare(b.name));
}
