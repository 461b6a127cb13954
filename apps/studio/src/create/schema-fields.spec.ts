import { describe, expect, it } from '@jest/globals';
import { changeValue, fieldsOf, inputFrom, type JsonSchema, valueOf, valuesFrom } from './schema-fields.js';
import { parseShape } from './shapes.js';
import { snippet } from './snippet.js';

const schema: JsonSchema = {
  type: 'object',
  required: ['prompt'],
  properties: {
    prompt: { type: 'string', maxLength: 4000 },
    n: { type: 'integer', minimum: 1, maximum: 4, default: 1 },
    size: { type: 'string', enum: ['1024x1024', '1080x1350'], default: '1024x1024' },
    seed: { type: 'integer', minimum: 0, maximum: 4_294_967_295 },
    simulate: { type: 'object', properties: { failure: { type: 'string', enum: ['unavailable'] } } },
    layers: { type: 'array' },
  },
};

describe('the form of a model', () => {
  const fields = fieldsOf(schema);

  it('asks for what the schema takes, shapes first, and folds away what is rare', () => {
    expect(fields.map(({ name, kind, isAdvanced }) => [name, kind, isAdvanced])).toEqual([
      ['size', 'shape', false],
      ['prompt', 'prompt', false],
      ['n', 'number', false],
      ['seed', 'number', false],
      ['simulate.failure', 'choice', true],
    ]);
  });

  it('sends only what was decided and what the model accepts', () => {
    const values = { n: 9, size: '1080x1350', seed: 7, 'simulate.failure': 'unavailable', quality: 'high' };
    expect(inputFrom(fields, ' a lighthouse ', values)).toEqual({
      prompt: 'a lighthouse',
      size: '1080x1350',
      seed: 7,
      simulate: { failure: 'unavailable' },
    });
  });

  it('shows the default where a draft of another model does not fit', () => {
    const size = fields.find(({ name }) => name === 'size');
    expect(size && valueOf(size, { size: '1:1' })).toBe('1024x1024');
  });

  it('takes back what a job was asked for', () => {
    const input = { prompt: 'a lighthouse', n: 2, simulate: { failure: 'unavailable' } };
    const { prompt, values } = valuesFrom(input);
    expect(inputFrom(fields, prompt, values)).toEqual(input);
  });
});

describe('files in a form', () => {
  const png = ['image/png'];
  const fields = fieldsOf({
    properties: {
      prompt: { type: 'string' },
      image: { type: 'array', maxItems: 2, items: { 'x-media': 'image', 'x-mime-types': png, 'x-max-bytes': 9 } },
      mask: { 'x-media': 'image', 'x-mime-types': png, 'x-max-bytes': 9, 'x-mask-of': 'image' },
    },
  });
  const id = (digit: number) => `0190000${digit}-0000-7000-8000-000000000000`;

  it('are taken as the schema says', () => {
    const limits = { mimeTypes: png, maxBytes: 9 };
    expect(fields.slice(1)).toMatchObject([
      { kind: 'media', media: 'image', isList: true, most: 2, limits, isAdvanced: false },
      { kind: 'media', media: 'image', isList: false, most: 1, limits, maskOf: 'image' },
    ]);
  });

  it('are sent as many as are taken, and no words where none are needed', () => {
    expect(inputFrom(fields, ' ', { image: [id(1), id(2), id(3)] })).toEqual({ image: [id(1), id(2)] });
  });

  it('keep a mask with the picture that it was painted on', () => {
    const values = { image: [id(1)], mask: [id(9)] };
    const more = changeValue(fields, values, 'image', [id(1), id(2)]);
    expect(inputFrom(fields, '', more)).toEqual({ image: [id(1), id(2)], mask: id(9) });
    expect(inputFrom(fields, '', changeValue(fields, more, 'image', [id(2)]))).toEqual({ image: [id(2)] });
    expect(inputFrom(fields, '', { mask: [id(9)] })).toEqual({});
  });
});

describe('shapes', () => {
  it.each([
    ['1024x1024', 'square'],
    ['1080x1350', 'feed'],
    ['1080x1920', 'story'],
    ['16:9', 'wide'],
    ['1000x1700', 'custom'],
  ])('%s is for %s', (text, use) => {
    expect(parseShape(text)?.use).toBe(use);
  });

  it('are not seen in other words', () => {
    expect(parseShape('auto')).toBeUndefined();
  });
});

describe('snippets', () => {
  const request = { model: 'sandbox/image', input: { prompt: "it's", tiling: true } };

  it('survive a quote within a shell', () => {
    expect(snippet('curl', 'https://api.example', request)).toContain(`it'\\''s`);
  });

  it('speak Python', () => {
    expect(snippet('python', 'https://api.example', request)).toContain('"tiling": True,');
  });
});
