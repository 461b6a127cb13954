import { readFileSync } from 'node:fs';
import { describe, expect, it } from '@jest/globals';
import { leastInput } from '../testing/least-input.js';
import { ABILITIES, abilitiesOf, defineModel, type ModelDefinition } from './model.js';
import { assertNotRetired, findModel, inputSchema, MODELS, parseInput } from './model-catalogue.js';

interface FieldSchema {
  type?: string;
  enum?: unknown[];
  minimum?: number;
  maximum?: number;
}

/** Requests with each value of each field that takes one of several, and with each file. */
function variationsOf(model: ModelDefinition): Record<string, unknown>[] {
  const least = leastInput(model);
  const { properties } = inputSchema(model) as { properties: Record<string, FieldSchema> };
  const varied = Object.entries(properties).flatMap(
    ([field, { enum: values = [], type, minimum = 0, maximum = Infinity }]) => {
      const file = 'https://example.com/file';
      if (model.inputFiles?.[field]) return [{ [field]: type === 'array' ? [file] : file }];
      const isShort = type === 'integer' && maximum - minimum < 20;
      const numbers = isShort ? Array.from({ length: maximum - minimum + 1 }, (_, index) => minimum + index) : [];
      const others = type === 'boolean' ? [true, false] : [...values, ...numbers];
      return others.map((value) => ({ [field]: value }));
    },
  );
  return [least, ...varied.map((more) => ({ ...least, ...more }))];
}

describe('the model catalogue', () => {
  it('names every model once, under its provider', () => {
    const ids = MODELS.map((model) => model.id);
    expect(new Set(ids).size).toBe(ids.length);
    for (const model of MODELS) expect(model.id).toBe(`${model.provider}/${model.providerModel}`);
  });

  it.each(MODELS.map((model) => [model.id, model] as const))(
    '%s works with the least it asks for, and can be priced',
    (_id, model) => {
      const input = parseInput(model, leastInput(model));
      const { maximum, tokensOf } = model.price(input);
      expect(Object.keys(maximum).length).toBeGreaterThan(0);
      expect(Object.values(maximum).some((quantity) => quantity > 0n)).toBe(true);
      const counted = [...Object.keys(maximum), ...(tokensOf === undefined ? [] : ['input_text'])];
      expect(counted).toEqual(expect.arrayContaining(Object.keys(model.charges)));
    },
  );

  it.each(MODELS.map((model) => [model.id, model] as const))(
    '%s says all that its price may depend on',
    (_id, model) => {
      const declared = Object.entries(model.priceDimensions ?? {}).flatMap(([name, values]) =>
        values.map((value) => `${name} ${value}`),
      );
      const asked = variationsOf(model).flatMap((input) =>
        Object.entries(model.price(parseInput(model, input)).dimensions).map((dimension) => dimension.join(' ')),
      );
      expect([...new Set(asked)].sort()).toEqual(declared.sort());
    },
  );

  it('is described to the people of the Studio in each of its languages', () => {
    for (const language of ['en', 'pt-BR']) {
      const sentences = JSON.parse(readFileSync(`apps/studio/src/locales/${language}.json`, 'utf8')) as object;
      expect(MODELS.filter(({ id }) => !Object.hasOwn(sentences, `model.about.${id}`)).map(({ id }) => id)).toEqual([]);
    }
  });

  it('covers every ability with models of today', () => {
    const current = MODELS.filter(({ retirement, provider }) => retirement === undefined && provider !== 'sandbox');
    expect(current.length).toBeGreaterThanOrEqual(25);
    const covered = new Set(current.flatMap(abilitiesOf));
    expect([...covered, 'sound'].sort()).toEqual([...ABILITIES].sort());
  });

  it('has a way without any key to try every ability', () => {
    const tried = MODELS.filter(({ provider }) => provider === 'sandbox');
    const covered = new Set(tried.flatMap(abilitiesOf));
    // One model makes all kinds of sound.
    const sounds = ['speech', 'sound-effect', 'music'];
    expect([...covered, ...sounds].sort()).toEqual([...ABILITIES].sort());
  });

  it('names only successors that are there, and stay', () => {
    for (const { retirement } of MODELS) {
      const successor = MODELS.find(({ id }) => id === retirement?.successor);
      if (retirement) expect(successor?.retirement).toBeUndefined();
      if (retirement) expect(successor).toBeDefined();
    }
  });

  it.each(MODELS.map((model) => [model.id, model] as const))(
    '%s has a closed JSON Schema whose fields are explained',
    (_id, model) => {
      const schema = inputSchema(model) as {
        type: string;
        additionalProperties: boolean;
        properties: Record<string, object>;
      };
      expect(schema).toMatchObject({ type: 'object', additionalProperties: false });
      expect(Object.keys(schema.properties).length).toBeGreaterThan(0);
    },
  );

  it('takes a file as an asset or an https address, in any spelling, wherever a model takes one', () => {
    const id = '01900000-0000-7000-8000-00000000000A';
    const spellings = [
      `asset:${id}`,
      id,
      { assetId: id },
      'https://example.com/a.png',
      { url: 'https://example.com/a.png' },
    ];
    const fields = MODELS.flatMap((model) =>
      Object.keys(model.inputFiles ?? {}).map((field) => [model, field] as const),
    );
    expect(fields.length).toBeGreaterThan(15);
    for (const [model, field] of fields) {
      const { properties } = inputSchema(model) as { properties: Record<string, Record<string, unknown>> };
      const isList = properties[field]?.['type'] === 'array';
      const one = (isList ? properties[field]?.['items'] : properties[field]) as Record<string, unknown>;
      expect([model.id, field, one['x-media']]).toEqual([model.id, field, model.inputFiles?.[field]]);
      expect([one['x-mime-types'], one['x-max-bytes']]).toEqual([expect.any(Array), expect.any(Number)]);
      expect(one['x-mask-of']).toBe(model.masks?.[field]);
      const read = (value: unknown) =>
        [parseInput(model, { ...leastInput(model), [field]: isList ? [value] : value })[field]].flat()[0];
      expect(spellings.map(read)).toEqual([
        ...Array.from({ length: 3 }, () => `asset:${id.toLowerCase()}`),
        ...Array.from({ length: 2 }, () => 'https://example.com/a.png'),
      ]);
      for (const wrong of [
        'file:///etc/passwd',
        'data:image/png;base64,AA',
        'asset:1',
        7,
        { assetId: id, more: 1 },
        {},
      ]) {
        expect(() => read(wrong)).toThrow(expect.objectContaining({ code: 'request.invalid' }));
      }
    }
  });

  it('lets every model be asked to behave badly under a test key, and under no other', () => {
    const input = { prompt: 'Um farol', simulate: { failure: 'rate_limited', failAttempts: 1 } };
    const model = findModel('fal/fal-ai/flux/dev');
    expect(parseInput(model, input, true)).toMatchObject(input);
    expect(() => parseInput(model, input)).toThrow(expect.objectContaining({ code: 'request.invalid' }));
  });

  it('points at every fault of an input', () => {
    const model = findModel('sandbox/image');
    expect(() => parseInput(model, { prompt: '', n: 9, colour: 'red' })).toThrow(
      expect.objectContaining({
        code: 'request.invalid',
        details: expect.objectContaining({
          errors: expect.arrayContaining([
            expect.objectContaining({ pointer: '/input/prompt' }),
            expect.objectContaining({ pointer: '/input/n' }),
            expect.objectContaining({ pointer: '/input/colour', code: 'unknown_field' }),
          ]) as unknown,
        }) as unknown,
      }),
    );
  });

  it.each([
    ['sandbox/image', {}, '/input/prompt', 'required', 'is missing'],
    ['sandbox/image', { prompt: 'x', n: 'two' }, '/input/n', 'invalid_type', 'must be a number'],
    ['sandbox/image', { prompt: 'x', n: 9 }, '/input/n', 'too_big', 'must be at most 4'],
    ['sandbox/image', { prompt: 'x', size: '1x1' }, '/input/size', 'invalid_value', /^must be one of: 1024x1024, /],
    ['sandbox/edit', { prompt: 'x', image: [] }, '/input/image', 'too_small', 'must have at least 1 of them'],
    ['sandbox/edit', { prompt: 'x', image: ['a.png'] }, '/input/image/0', 'file_reference', /^must be asset:<id>/],
    ['openai/whisper-1', { audio: 'https://a.b/c', language: 'pt-BR' }, '/input/language', 'invalid_format', /form/],
  ])('tells %s %j in plain words', (id, input, pointer, code, message) => {
    const said: unknown = typeof message === 'string' ? message : expect.stringMatching(message);
    expect(() => parseInput(findModel(id), input)).toThrow(
      expect.objectContaining({
        details: expect.objectContaining({ errors: [{ pointer, code, message: said }] }) as unknown,
      }),
    );
  });

  it.each(['openai/dall-e-2', 'openai/dall-e-3', 'openai/gpt-image-1'])('refuses %s by its successor’s name', (id) => {
    expect(() => findModel(id)).toThrow(
      expect.objectContaining({ code: 'ai.model_retired', message: `${id} is gone. Use openai/gpt-image-2.` }),
    );
  });

  it('refuses a retired model from its date on, and names the successor', () => {
    const retired = defineModel({
      ...findModel('sandbox/image'),
      id: 'sandbox/old',
      retirement: { date: '2026-12-01', successor: 'sandbox/image' },
    });
    expect(() => assertNotRetired(retired, new Date('2026-11-30T23:59:59Z'))).not.toThrow();
    expect(() => assertNotRetired(retired, new Date('2026-12-01T00:00:00Z'))).toThrow('Use sandbox/image');
  });
});
