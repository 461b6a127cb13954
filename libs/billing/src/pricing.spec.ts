import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import {
  costUsdMicrosFor,
  creditsFor,
  freezePrice,
  missingComponents,
  type Price,
  type PriceComponent,
  selectComponents,
  thawPrice,
  withMarkup,
} from './pricing.js';

const row = (over: Partial<PriceComponent>): PriceComponent => ({
  component: 'output',
  unit: 'image',
  unitSize: 1n,
  creditsPerUnit: 5n,
  costUsdMicros: 0n,
  dimensions: {},
  ...over,
});

describe('pricing', () => {
  it('charges units times rate', () => {
    expect(creditsFor({ version: 1, components: [row({ creditsPerUnit: 7n })] }, { output: 3n })).toBe(21n);
  });

  it('rounds up once, on the sum of all components, never on each', () => {
    const price: Price = {
      version: 1,
      components: [
        row({ component: 'input_text', unit: 'token', unitSize: 3n, creditsPerUnit: 1n }),
        row({ component: 'output', unit: 'token', unitSize: 3n, creditsPerUnit: 1n }),
      ],
    };
    expect(creditsFor(price, { input_text: 1n, output: 1n })).toBe(1n);
    expect(creditsFor(price, { input_text: 2n, output: 2n })).toBe(2n);
  });

  it('adds a quarter to a cost, in whole credits for as few units as keep the rounding within 2 %', () => {
    expect(withMarkup(1n, 4000n)).toEqual({ unitSize: 1n, costUsdMicros: 4000n, creditsPerUnit: 5n });
    expect(withMarkup(1n, 3000n)).toEqual({ unitSize: 10n, costUsdMicros: 30_000n, creditsPerUnit: 38n });
    expect(withMarkup(1000n, 1n)).toEqual({ unitSize: 1_000_000n, costUsdMicros: 1000n, creditsPerUnit: 2n });
    fc.assert(
      fc.property(fc.bigInt(80n, 10n ** 9n), (cost) => {
        const { unitSize, creditsPerUnit } = withMarkup(1n, cost);
        const exact = cost * unitSize * 125n;
        expect(creditsPerUnit * 100_000n).toBeGreaterThanOrEqual(exact);
        expect(creditsPerUnit * 100_000n * 100n).toBeLessThanOrEqual(
          exact * 102n + (unitSize === 1000n ? exact * 100n : 0n),
        );
      }),
    );
  });

  it('takes the most specific row that fits the request', () => {
    const rows = [
      row({ creditsPerUnit: 1n }),
      row({ creditsPerUnit: 2n, dimensions: { quality: 'high' } }),
      row({ creditsPerUnit: 3n, dimensions: { quality: 'high', size: '1024x1024' } }),
      row({ creditsPerUnit: 9n, dimensions: { quality: 'low' } }),
    ];
    expect(selectComponents(rows, { quality: 'high', size: '1024x1024' })?.[0]?.creditsPerUnit).toBe(3n);
    expect(selectComponents(rows, { quality: 'high', size: '512x512' })?.[0]?.creditsPerUnit).toBe(2n);
    expect(selectComponents(rows, {})?.[0]?.creditsPerUnit).toBe(1n);
  });

  it('fails closed: no row that fits, or only cost-only rows, is no price at all', () => {
    expect(selectComponents([], {})).toBeUndefined();
    expect(selectComponents([row({ dimensions: { quality: 'low' } })], { quality: 'high' })).toBeUndefined();
    expect(selectComponents([row({ creditsPerUnit: null })], {})).toBeUndefined();
    expect(
      selectComponents([row({}), row({ component: 'input_text', dimensions: { tier: 'a' } })], { tier: 'b' }),
    ).toBeUndefined();
  });

  it('charges nothing for components that are known for cost only, but counts their cost', () => {
    const price: Price = {
      version: 2,
      components: [
        // Its cost is an estimate of what the tokens below say exactly; it must not be added to them.
        row({ creditsPerUnit: 66n, costUsdMicros: 52_700n }),
        row({
          component: 'output_tokens',
          unit: 'token',
          unitSize: 1_000_000n,
          creditsPerUnit: null,
          costUsdMicros: 30_000_000n,
        }),
      ],
    };
    expect(creditsFor(price, { output: 1n, output_tokens: 1757n })).toBe(66n);
    expect(costUsdMicrosFor(price, { output: 1n, output_tokens: 1757n })).toBe(52_710n);
    expect(costUsdMicrosFor(price, { output: 1n })).toBe(52_700n);
    // What is charged in the provider's own unit is no estimate: it stands beside the others.
    const withText: Price = {
      ...price,
      components: [
        ...price.components,
        row({
          component: 'input_text',
          unit: 'token',
          unitSize: 1_000_000n,
          creditsPerUnit: 6250n,
          costUsdMicros: 5_000_000n,
        }),
      ],
    };
    expect(creditsFor(withText, { output: 1n, output_tokens: 1757n, input_text: 8000n })).toBe(116n);
    expect(costUsdMicrosFor(withText, { output: 1n, output_tokens: 1757n, input_text: 8000n })).toBe(92_710n);
    expect(costUsdMicrosFor(withText, { output: 1n, input_text: 8000n })).toBe(92_700n);
    expect(missingComponents(price, { output_tokens: 1757n })).toEqual(['output']);
    expect(missingComponents(price, { output: 0n })).toEqual([]);
  });

  it('is exact far beyond the integers that a float can hold', () => {
    const price: Price = { version: 1, components: [row({ unitSize: 1000n, creditsPerUnit: 9_007_199_254_740_993n })] };
    expect(creditsFor(price, { output: 1000n })).toBe(9_007_199_254_740_993n);
  });

  it('equals the exact fraction rounded up, is monotonic, and survives freezing (property)', () => {
    const component = fc.record({
      unitSize: fc.bigInt({ min: 1n, max: 1_000_000n }),
      creditsPerUnit: fc.bigInt({ min: 0n, max: 1_000_000n }),
      quantity: fc.bigInt({ min: 0n, max: 1_000_000n }),
    });
    fc.assert(
      fc.property(fc.array(component, { minLength: 1, maxLength: 5 }), (parts) => {
        const price: Price = {
          version: 1,
          components: parts.map((part, index) =>
            row({ component: `c${index}`, unitSize: part.unitSize, creditsPerUnit: part.creditsPerUnit }),
          ),
        };
        const quantities = Object.fromEntries(parts.map((part, index) => [`c${index}`, part.quantity]));
        const charged = creditsFor(price, quantities);
        const common = parts.reduce((product, part) => product * part.unitSize, 1n);
        const exact = parts.reduce(
          (sum, part) => sum + (part.quantity * part.creditsPerUnit * common) / part.unitSize,
          0n,
        );
        expect(charged * common).toBeGreaterThanOrEqual(exact);
        expect((charged - 1n) * common).toBeLessThan(exact === 0n ? 1n : exact);
        const more = Object.fromEntries(Object.entries(quantities).map(([name, value]) => [name, value + 1n]));
        expect(creditsFor(price, more)).toBeGreaterThanOrEqual(charged);
        expect(creditsFor(thawPrice(JSON.parse(JSON.stringify(freezePrice(price)))), quantities)).toBe(charged);
      }),
    );
  });

  it('refuses negative quantities', () => {
    expect(() => creditsFor({ version: 1, components: [row({})] }, { output: -1n })).toThrow(RangeError);
  });
});
