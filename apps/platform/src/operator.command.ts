import 'reflect-metadata';
import { PlatformOperatorsRepository, PlatformOperatorsService } from '#auth';
import { AuditLinesRepository, AuditTrail } from '#core/audit';
import { readArguments, type CommandContext } from './command.js';
import { withOwnerDatabase } from './owner-database.js';
import { StartupError } from './startup.errors.js';
import type { Terminal } from './terminal.js';

const USAGE = 'npm run operator -- list | add <email> | remove <email>';

/** `npm run operator [-- list | add <email> | remove <email>]` */
export async function operator(context: CommandContext): Promise<void> {
  const { positionals } = readArguments(context, {}, true);
  const [verb = 'list', email, ...rest] = positionals;
  const isList = verb === 'list' && email === undefined;
  const isChange = (verb === 'add' || verb === 'remove') && email !== undefined && rest.length === 0;
  if (!isList && !isChange) throw new StartupError(USAGE);
  await withOwnerDatabase(context, async (db) => {
    const audit = new AuditTrail(new AuditLinesRepository());
    const operators = new PlatformOperatorsService(db, new PlatformOperatorsRepository(), audit);
    await (isList ? show(operators, context.terminal) : change(operators, verb, email ?? '', context.terminal));
  });
}

async function show(operators: PlatformOperatorsService, terminal: Terminal): Promise<void> {
  const people = await operators.list();
  if (people.length === 0) terminal.line('There are no platform operators. npm run operator -- add <email>');
  for (const { email, name } of people) terminal.line(name ? `${email}  ${name}` : email);
}

async function change(
  operators: PlatformOperatorsService,
  verb: string,
  email: string,
  terminal: Terminal,
): Promise<void> {
  const isAdd = verb === 'add';
  const changed = await (isAdd ? operators.add(email) : operators.remove(email));
  const state = isAdd ? 'is a platform operator' : 'is no platform operator';
  terminal.line(
    changed ? `${email} ${state} now; every node knows within five seconds.` : `${email} ${state} already.`,
  );
}
