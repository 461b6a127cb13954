import { canonicalJson } from '#core/crypto';

/**
 * Pricing as pure functions over integers. A price is a set of components ("output image", "input text token"); each
 * charges `creditsPerUnit` for every `unitSize` units. Rounding happens once, up, on the sum: `ceil(Σ quantity × rate)`.
 */

/** What units are charged by. */
export const PRICE_UNITS = [
  'image',
  'second',
  'character',
  'minute',
  'megapixel',
  'token',
  'run',
  'generation',
] as const;
export type PriceUnit = (typeof PRICE_UNITS)[number];

export interface PriceComponent {
  /** `output`, `input_text`, `input_image`, … */
  component: string;
  /** `image`, `second`, `character`, `token`, … */
  unit: string;
  /** How many units the figures below are for, e.g. 1,000 characters. */
  unitSize: bigint;
  /** What the customer pays; null: known for cost only. */
  creditsPerUnit: bigint | null;
  /** What the provider charges us. */
  costUsdMicros: bigint;
  /** The request this row is for, e.g. `{ size: '1024x1024', quality: 'high' }`; empty fits any. */
  dimensions: Readonly<Record<string, string>>;
}

/** What so many units cost us, and the customer. */
export interface Rate {
  unitSize: bigint;
  costUsdMicros: bigint;
  creditsPerUnit: bigint;
}

/** The components in force for one request, frozen with the job: later price changes do not touch it. */
export interface Price {
  version: number;
  components: PriceComponent[];
}

/** Counted units by component. */
export type Quantities = Readonly<Record<string, bigint>>;

/**
 * Chooses, for every component, the row whose dimensions fit the request; the most specific wins.
 * @returns undefined when a component that must be charged has rows, but none that fits: the caller fails closed.
 */
export function selectComponents(
  rows: readonly PriceComponent[],
  dimensions: Readonly<Record<string, string>>,
): PriceComponent[] | undefined {
  const chosen = new Map<string, PriceComponent>();
  for (const row of rows) {
    if (!fits(row, dimensions)) continue;
    const best = chosen.get(row.component);
    if (!best || specificity(row) > specificity(best)) chosen.set(row.component, row);
  }
  const charged = new Set(rows.filter((row) => row.creditsPerUnit !== null).map((row) => row.component));
  if (charged.size === 0 || [...charged].some((component) => !chosen.has(component))) return undefined;
  return [...chosen.values()].sort((a, b) => a.component.localeCompare(b.component));
}

/** What is added to a cost of which nobody says what it is to be sold for, per cent. */
const MARKUP_PERCENT = 25n;
/** A credit is a thousandth of a US dollar. */
const USD_MICROS_PER_CREDIT = 1000n;

/**
 * A rate with the usual markup, in whole credits: for as many times the units as keep what rounding up adds within 2 %, but
 * at most a thousand times (an image at 3.75 credits is 375 for 100).
 */
export function withMarkup(unitSize: bigint, costUsdMicros: bigint): Rate {
  const creditsOf = (micros: bigint) => ceilDivide(micros * (100n + MARKUP_PERCENT), 100n * USD_MICROS_PER_CREDIT);
  const rateFor = (times: bigint): Rate => ({
    unitSize: unitSize * times,
    costUsdMicros: costUsdMicros * times,
    creditsPerUnit: creditsOf(costUsdMicros * times),
  });
  const isClose = (rate: Rate) =>
    rate.creditsPerUnit * USD_MICROS_PER_CREDIT * 10_000n <= rate.costUsdMicros * (100n + MARKUP_PERCENT) * 102n;
  return [1n, 10n, 100n].map(rateFor).find(isClose) ?? rateFor(1000n);
}

/** What customers pay over the cost, per cent, rounded down; null where nobody is charged or nothing is paid. */
export function markupPercentOf({ costUsdMicros, creditsPerUnit }: PriceComponent): bigint | null {
  if (creditsPerUnit === null || costUsdMicros === 0n) return null;
  return (creditsPerUnit * USD_MICROS_PER_CREDIT * 100n) / costUsdMicros - 100n;
}

/** What the quantities cost the customer, in credits, rounded up once. */
export function creditsFor(price: Price, quantities: Quantities): bigint {
  return ceilSum(price, quantities, (component) => component.creditsPerUnit ?? 0n);
}

/**
 * What the quantities cost us at the provider, USD micros, rounded up once. Where a provider bills by something else
 * than it is sold by (tokens instead of images), components known for cost only hold the exact cost, and those charged in
 * another unit only an estimate of the same: adding both would count it twice.
 */
export function costUsdMicrosFor(price: Price, quantities: Quantities): bigint {
  const billed = price.components.filter(
    ({ creditsPerUnit, component }) => creditsPerUnit === null && quantities[component],
  );
  const units = new Set(billed.map(({ unit }) => unit));
  const components = billed.length > 0 ? price.components.filter(({ unit }) => units.has(unit)) : price.components;
  return ceilSum({ ...price, components }, quantities, (component) => component.costUsdMicros);
}

/** The charged components that a usage report says nothing about; it cannot be charged by then. */
export function missingComponents(price: Price, quantities: Quantities): string[] {
  return price.components
    .filter(({ creditsPerUnit, component }) => creditsPerUnit !== null && quantities[component] === undefined)
    .map(({ component }) => component);
}

function ceilSum(price: Price, quantities: Quantities, rate: (component: PriceComponent) => bigint): bigint {
  // An exact fraction: no rounding before the end.
  let numerator = 0n;
  let denominator = 1n;
  for (const component of price.components) {
    const quantity = quantities[component.component] ?? 0n;
    if (quantity < 0n) throw new RangeError(`A negative quantity of ${component.component}`);
    numerator = numerator * component.unitSize + quantity * rate(component) * denominator;
    denominator *= component.unitSize;
  }
  return ceilDivide(numerator, denominator);
}

function ceilDivide(numerator: bigint, denominator: bigint): bigint {
  return (numerator + denominator - 1n) / denominator;
}

function fits(row: PriceComponent, dimensions: Readonly<Record<string, string>>): boolean {
  return Object.entries(row.dimensions).every(([name, value]) => dimensions[name] === value);
}

function specificity(row: PriceComponent): number {
  return Object.keys(row.dimensions).length;
}

/**
 * The frozen form on jobs and quotes: bigints as decimal strings, because JSON numbers lose exactness.
 * @param fallbacks the prices of the models that the job may move on to
 */
export function freezePrice(price: Price, fallbacks: FrozenFallbacks = {}): FrozenPrice {
  return {
    version: price.version,
    components: price.components.map((component) => ({
      ...component,
      unitSize: component.unitSize.toString(),
      creditsPerUnit: component.creditsPerUnit?.toString() ?? null,
      costUsdMicros: component.costUsdMicros.toString(),
    })),
    ...(Object.keys(fallbacks).length > 0 && { fallbacks }),
  };
}

/** Amounts are decimal integers as text, as they were frozen. */
export interface ChargedPrice {
  version: number;
  components: {
    component: string;
    unit: string;
    unitSize: string;
    creditsPerUnit: string;
    dimensions: Readonly<Record<string, string>>;
  }[];
}

export interface FrozenPrice {
  version: number;
  components: {
    component: string;
    unit: string;
    unitSize: string;
    creditsPerUnit: string | null;
    costUsdMicros: string;
    dimensions: Readonly<Record<string, string>>;
  }[];
  fallbacks?: FrozenFallbacks;
}

/** Frozen prices by model, each with the dimensions of the request that it was frozen for. */
export type FrozenFallbacks = Readonly<Record<string, FrozenPrice & { dimensions: Readonly<Record<string, string>> }>>;

/** A frozen price as who pays it may know it: what is charged, and nothing of what it costs the platform. */
export function chargedPriceOf(frozen: unknown): ChargedPrice {
  const { version, components = [] } = frozen as Partial<FrozenPrice>;
  return {
    version: version ?? 0,
    components: components.flatMap(({ costUsdMicros: _, creditsPerUnit, ...component }) =>
      creditsPerUnit === null ? [] : [{ ...component, creditsPerUnit }],
    ),
  };
}

/** Reads what `freezePrice` wrote. */
export function thawPrice(frozen: unknown): Price {
  const { version, components } = frozen as FrozenPrice;
  return {
    version,
    components: components.map((component) => ({
      ...component,
      unitSize: BigInt(component.unitSize),
      creditsPerUnit: component.creditsPerUnit === null ? null : BigInt(component.creditsPerUnit),
      costUsdMicros: BigInt(component.costUsdMicros),
    })),
  };
}

/** The prices of the models that a job may move on to, as they were frozen with it. */
export function frozenFallbacks(frozen: unknown): FrozenFallbacks {
  return (frozen as Partial<FrozenPrice>).fallbacks ?? {};
}

/** @returns undefined for a model that was frozen for another request, or not at all */
export function thawFallback(
  fallbacks: FrozenFallbacks,
  model: string,
  dimensions: Readonly<Record<string, string>>,
): Price | undefined {
  const frozen = fallbacks[model];
  return frozen && canonicalJson(frozen.dimensions) === canonicalJson(dimensions) ? thawPrice(frozen) : undefined;
}
