import 'reflect-metadata';
import { EnterPricesDto, findModel, ModelPrices, type ModelPriceHistoryDto, type PriceHistoryLineDto } from '#ai';
import { PricingRepository, PricingService } from '#billing';
import { AuditLinesRepository, AuditTrail, SYSTEM } from '#core/audit';
import { createValidationPipe } from '#core/http';
import { readArguments, type CommandContext } from './command.js';
import { withOwnerDatabase } from './owner-database.js';
import { parsePriceLine, tellPriceLine } from './price-line.js';
import { StartupError } from './startup.errors.js';
import type { Terminal } from './terminal.js';

const USAGE = `npm run prices -- list [model]
npm run prices -- set <model> --line <component>=<cost in millionths of US$>[,credits=…][,unitSize=…][,<dimension>=<value>] --source <where it was read> [--from <time>] [--confirm]`;

const OPTIONS = {
  line: { type: 'string', multiple: true },
  source: { type: 'string' },
  from: { type: 'string' },
  confirm: { type: 'boolean' },
} as const;

/** `npm run prices [-- list [model] | set <model> …]`: what `/api/admin/prices` does, for who owns the database. */
export async function prices(context: CommandContext): Promise<void> {
  const { positionals, values } = readArguments(context, OPTIONS, true);
  const [verb = 'list', model, ...rest] = positionals;
  const isSet = verb === 'set' && model !== undefined;
  if ((verb !== 'list' && !isSet) || rest.length > 0) throw new StartupError(USAGE);
  await withOwnerDatabase(context, async (db) => {
    const audit = new AuditTrail(new AuditLinesRepository());
    const service = new ModelPrices(new PricingService(db, new PricingRepository(), audit));
    if (!isSet) return list(service, model, context.terminal);
    const { charges } = findModel(model);
    const lines = (values.line ?? []).map((line) => parsePriceLine(line, charges));
    await enter(
      service,
      { model, lines, source: values.source, effectiveFrom: values.from, confirm: values.confirm },
      context.terminal,
    );
  });
}

/** By the rules of the route, so that nothing is entered here that would be refused there. */
async function enter(service: ModelPrices, typed: object, terminal: Terminal): Promise<void> {
  const dto = (await createValidationPipe().transform(typed, {
    type: 'body',
    metatype: EnterPricesDto,
  })) as EnterPricesDto;
  const { model, version, validFrom, lines, replaced } = await service.enter(SYSTEM, dto);
  terminal.line(`${model} has version ${version} of its price, from ${validFrom.toISOString()} on:`);
  for (const line of lines) terminal.line(`  ${tellPriceLine(line)}`);
  if (replaced.length > 0) terminal.line('It replaces');
  for (const line of replaced) terminal.line(`  ${tellPriceLine(line)}`);
}

/** Of every model what is in force; of one, all versions and what it may be priced by. */
async function list(service: ModelPrices, modelId: string | undefined, terminal: Terminal): Promise<void> {
  const { data } = await service.list();
  if (modelId !== undefined) {
    const { id } = findModel(modelId);
    for (const prices of data.filter(({ model }) => model === id)) showHistory(prices, terminal);
    return;
  }
  const now = new Date();
  for (const { model, lines } of data) {
    const inForce = lines.filter((line) => isInForce(line, now));
    terminal.line(inForce.length > 0 ? model : `${model}  has no price`);
    for (const line of inForce) terminal.line(`  ${tellPriceLine(line)}`);
  }
}

function showHistory({ model, charges, dimensions, unpriced, lines }: ModelPriceHistoryDto, terminal: Terminal): void {
  terminal.line(model);
  for (const [component, unit] of Object.entries(charges)) terminal.fact('charges', `${component}, by the ${unit}`);
  for (const [name, values] of Object.entries(dimensions)) terminal.fact('depends on', `${name}: ${values.join(', ')}`);
  if (unpriced.length > 0)
    terminal.notice(`  ${unpriced.length} kinds of requests have no price now, and are refused.`);
  for (const line of lines) {
    const until = line.validUntil ? ` until ${line.validUntil.toISOString()}` : '';
    terminal.line(`  ${line.version}  from ${line.validFrom.toISOString()}${until}`);
    terminal.line(`     ${tellPriceLine(line)}, ${line.source}`);
  }
}

function isInForce({ validFrom, validUntil }: PriceHistoryLineDto, now: Date): boolean {
  return validFrom <= now && (validUntil === null || validUntil > now);
}
