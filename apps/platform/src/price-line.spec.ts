import { parsePriceLine, tellPriceLine } from './price-line.js';

const CHARGES = { output: 'image', input: 'megapixel' };

test.each([
  ['output=110000', { component: 'output', unit: 'image', costUsdMicros: 110_000, dimensions: {} }],
  [
    'output=350000, resolution=4k, credits=500, unitSize=10',
    { unit: 'image', costUsdMicros: 350_000, credits: 500, unitSize: 10, dimensions: { resolution: '4k' } },
  ],
  ['tokens=40,unit=token,costOnly=true', { component: 'tokens', unit: 'token', costOnly: true }],
  // What makes no sense goes on as it is, to be refused by the rules of the route.
  ['output=cheap', { component: 'output', costUsdMicros: 'cheap' }],
  ['constructor=1', { component: 'constructor', unit: 'image' }],
])('%s is read', (text, line) => {
  expect(parsePriceLine(text, CHARGES)).toMatchObject(line);
});

test('a line is told with its markup and the requests it is for', () => {
  const line = {
    ...{ version: 3, validFrom: new Date(), validUntil: null, source: 'Invoice', component: 'output' },
    ...{ unit: 'image', unitSize: 100, costUsdMicros: 300_000, credits: 375, markupPercent: 25 },
    dimensions: { resolution: '4k' },
  };
  expect(tellPriceLine(line)).toBe('output: 375 credits per 100 images, which costs US$0.3 (+25 %), resolution 4k');
  expect(tellPriceLine({ ...line, unitSize: 1, credits: null, markupPercent: null, dimensions: {} })).toBe(
    'output: not charged per image, which costs US$0.3',
  );
});
