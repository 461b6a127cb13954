import { markupPercentOf, type PriceComponent, selectComponents } from '#billing';
import type { FieldError } from '#core/errors';
import type { ModelDefinition } from './model.js';

type Dimensions = Record<string, string>;

/** So many times what was paid for the same is rarely meant, and neither is so small a part. */
const LEAP = 10n;

/** The requests to a model, by what prices may depend on, that these lines do not price. */
export function unpricedRequests(model: ModelDefinition, lines: readonly PriceComponent[]): Dimensions[] {
  return requestsTo(model).filter((dimensions) => {
    const chosen = selectComponents(lines, dimensions) ?? [];
    const charged = chosen.filter(({ creditsPerUnit }) => creditsPerUnit !== null).map(({ component }) => component);
    return !Object.keys(model.charges).every((component) => charged.includes(component));
  });
}

/** What is wrong with the lines of a model's price, at `/lines` of a request's body. */
export function priceFaults(model: ModelDefinition, lines: readonly PriceComponent[]): FieldError[] {
  const faults = lines.flatMap((line, index) => lineFaults(model, line, `/lines/${index}`));
  if (faults.length > 0) return faults;
  const rivals = lines.flatMap((line, index) => {
    const isRivaled = lines.slice(0, index).some((other) => areRivals(model, line, other));
    const message = 'prices the same as a line before it, and as closely';
    return isRivaled ? [{ pointer: `/lines/${index}`, code: 'array_unique', message }] : [];
  });
  const missing = unpricedRequests(model, lines);
  if (missing.length === 0) return rivals;
  const message = `leave without a price of ${Object.keys(model.charges).join(' or ')}: ${missing.map(told).join('; ')}`;
  return [...rivals, { pointer: '/lines', code: 'required', message }];
}

/**
 * What is rarely meant about the lines of a model's price: to sell below cost, or to charge a request more than ten times
 * what it was charged, or less than a tenth.
 * @param inForce the lines that are to end
 */
export function priceDoubts(
  model: ModelDefinition,
  lines: readonly PriceComponent[],
  inForce: readonly PriceComponent[],
): FieldError[] {
  const leaps = new Set<PriceComponent>();
  for (const dimensions of requestsTo(model)) {
    const before = selectComponents(inForce, dimensions) ?? [];
    for (const line of selectComponents(lines, dimensions) ?? []) {
      if (before.some((other) => other.component === line.component && isLeap(other, line))) leaps.add(line);
    }
  }
  return lines.flatMap((line, index) => {
    const pointer = `/lines/${index}/credits`;
    const markup = markupPercentOf(line);
    return [
      ...(markup !== null && markup < 0n ? [{ pointer, code: 'below_cost', message: 'is less than it costs' }] : []),
      ...(leaps.has(line) ? [{ pointer, code: 'price_leap', message: 'changes what is paid more than tenfold' }] : []),
    ];
  });
}

function isLeap(before: PriceComponent, after: PriceComponent): boolean {
  if (before.creditsPerUnit === null || after.creditsPerUnit === null) return false;
  // Credits per unit as fractions, brought to one denominator.
  const [was, is] = [before.creditsPerUnit * after.unitSize, after.creditsPerUnit * before.unitSize];
  return is > was * LEAP || was > is * LEAP;
}

function lineFaults(model: ModelDefinition, line: PriceComponent, pointer: string): FieldError[] {
  const oneOf = (field: string, values: readonly string[]): FieldError => ({
    pointer: `${pointer}/${field}`,
    code: 'is_in',
    message:
      values.length > 0 ? `must be one of: ${values.join(', ')}` : 'is nothing that the price of this model depends on',
  });
  const faults: FieldError[] = [];
  // A cost that is watched only is counted as the provider counts it.
  if (line.creditsPerUnit !== null) {
    const unit = ownValue(model.charges, line.component);
    if (unit === undefined) faults.push(oneOf('component', Object.keys(model.charges)));
    else if (unit !== line.unit) faults.push(oneOf('unit', [unit]));
  }
  for (const [name, value] of Object.entries(line.dimensions)) {
    const values = ownValue(model.priceDimensions ?? {}, name) ?? [];
    if (!values.includes(value)) faults.push(oneOf(`dimensions/${name}`, values));
  }
  return faults;
}

/** What an object itself has under a name that a caller sent: every object inherits a `constructor`. */
function ownValue<T>(object: Readonly<Record<string, T>>, name: string): T | undefined {
  return Object.hasOwn(object, name) ? object[name] : undefined;
}

/** Whether there is a request that two lines fit alike: nobody could say which one counts. */
function areRivals(model: ModelDefinition, one: PriceComponent, other: PriceComponent): boolean {
  const isAsClose = Object.keys(one.dimensions).length === Object.keys(other.dimensions).length;
  if (one.component !== other.component || !isAsClose) return false;
  return requestsTo(model).some((dimensions) =>
    [one, other].every((line) => Object.entries(line.dimensions).every(([name, value]) => dimensions[name] === value)),
  );
}

/** Every combination of the values that a price may depend on. */
function requestsTo({ priceDimensions = {} }: ModelDefinition): Dimensions[] {
  return Object.entries(priceDimensions).reduce<Dimensions[]>(
    (combinations, [name, values]) =>
      combinations.flatMap((combination) => values.map((value) => ({ ...combination, [name]: value }))),
    [{}],
  );
}

function told(dimensions: Dimensions): string {
  const named = Object.entries(dimensions).map((dimension) => dimension.join(' '));
  return named.length > 0 ? named.join(', ') : 'every request';
}
