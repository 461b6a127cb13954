import type { NewPriceLineDto, PriceHistoryLineDto } from '#ai';

/**
 * A line of a price as it is typed: `output=110000,resolution=4k,credits=500`. First what is counted, with its cost in
 * millionths of a US dollar; then `credits`, `unitSize`, `unit` and `costOnly=true` as the API has them, and everything
 * else is a value that the price depends on. Whether it makes sense is the API's own rules to say.
 * @param charges what the model is sold by, with its units
 */
export function parsePriceLine(text: string, charges: Readonly<Record<string, string>>): NewPriceLineDto {
  const [[component, cost] = ['', ''], ...further] = text.split(',').map(pairOf);
  // What the model is not charged for is refused by its name, and not for want of a unit.
  const unit = Object.hasOwn(charges, component) ? charges[component] : Object.values(charges)[0];
  const line: Record<string, unknown> = { component, unit, costUsdMicros: numberOr(cost) };
  const dimensions: [string, string][] = [];
  for (const [name, value] of further) {
    if (name === 'credits' || name === 'unitSize') line[name] = numberOr(value);
    else if (name === 'unit') line['unit'] = value;
    else if (name === 'costOnly') line['costOnly'] = value === 'true' ? true : value;
    else dimensions.push([name, value]);
  }
  return { ...line, dimensions: Object.fromEntries(dimensions) } as unknown as NewPriceLineDto;
}

/** A line of a price list, to be read by people. */
export function tellPriceLine(line: PriceHistoryLineDto): string {
  const amount = line.unitSize === 1 ? line.unit : `${line.unitSize} ${line.unit}s`;
  const sold = line.credits === null ? 'not charged' : `${line.credits} credits`;
  const markup = line.markupPercent === null ? '' : ` (${line.markupPercent < 0 ? '' : '+'}${line.markupPercent} %)`;
  const requests = Object.entries(line.dimensions).map((dimension) => dimension.join(' '));
  const figures = `${line.component}: ${sold} per ${amount}, which costs US$${line.costUsdMicros / 1_000_000}${markup}`;
  return [figures, ...requests].join(', ');
}

function pairOf(text: string): [string, string] {
  const [name = '', ...value] = text.split('=');
  return [name.trim(), value.join('=').trim()];
}

/** What is no number is left to the rules, which say what they want. */
function numberOr(text: string): number | string {
  return /^\d+$/.test(text) ? Number(text) : text;
}
