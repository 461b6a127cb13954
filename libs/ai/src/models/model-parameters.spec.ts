import { describe, expect, it } from '@jest/globals';
import { findModelEver, MODELS, parseInput } from './model-catalogue.js';
import { pictureInput, speechInput } from './model-parameters.js';

const picture = (model: string, parameters: object, further = {}) =>
  pictureInput(findModelEver(model), { prompt: 'Um farol', ...parameters }, further).input;

describe('OpenAI’s parameters in the words of other models', () => {
  it.each([
    ['openai/gpt-image-2', { size: '1536x1024', quality: 'hd', n: 2 }, { size: '1536x1024', quality: 'high', n: 2 }],
    ['replicate/black-forest-labs/flux-schnell', { size: '1024x1024', n: 2 }, { aspect_ratio: '1:1', num_outputs: 2 }],
    ['replicate/black-forest-labs/flux-schnell', { size: '1920x1080' }, { aspect_ratio: '16:9' }],
    ['fal/fal-ai/flux/dev', { size: '768x1024', n: 2 }, { image_size: 'portrait_4_3', num_images: 2 }],
    ['fal/fal-ai/flux/dev', { size: '1024x768' }, { image_size: 'landscape_4_3' }],
    ['fal/fal-ai/flux/dev', { size: '1024x1024', quality: 'standard' }, { image_size: 'square_hd' }],
    ['freepik/mystic', { size: '1024x1536' }, { aspect_ratio: 'portrait_2_3' }],
    ['freepik/text-to-image/flux-2-pro', { size: '1024x768' }, { width: 1024, height: 768 }],
    ['sandbox/image', { size: 'auto', quality: 'auto' }, {}],
  ])('%s takes %j as %j', (model, asked, expected) => {
    const input = picture(model, asked);
    expect(input).toEqual({ prompt: 'Um farol', ...expected });
    expect(() => parseInput(findModelEver(model), input)).not.toThrow();
  });

  it('says a shape, a number or a quality that a model does not make', () => {
    const refused =
      (model: string, asked: object, further = {}) =>
      () =>
        picture(model, asked, further);
    const fault = (pointer: string) =>
      expect.objectContaining({ details: expect.objectContaining({ errors: [expect.objectContaining({ pointer })] }) });
    expect(refused('fal/fal-ai/flux/dev', { size: '1000x100' })).toThrow(fault('/size'));
    expect(refused('sandbox/image', { size: 'huge' })).toThrow(fault('/size'));
    expect(refused('fal/fal-ai/flux-2-pro', { n: 2 })).toThrow(fault('/n'));
    expect(refused('sandbox/image', { quality: 'high' })).toThrow(fault('/quality'));
    expect(refused('sandbox/image', {}, { style: 'vivid' })).toThrow(fault('/style'));
  });

  it('writes JPEG as the model does', () => {
    expect(picture('replicate/black-forest-labs/flux-schnell', {}, { output_format: 'jpeg' })).toMatchObject({
      output_format: 'jpg',
    });
    expect(picture('sandbox/image', {}, { output_format: 'jpeg' })).toMatchObject({ output_format: 'jpeg' });
  });

  it('makes an input that its schema takes, of a square picture by every model that makes pictures from text', () => {
    const makers = MODELS.filter(({ ability }) => ability === 'image-generation');
    expect(makers.length).toBeGreaterThan(20);
    for (const model of makers) {
      const { input } = pictureInput(model, { prompt: 'Um farol', n: 1, size: '1024x1024', quality: 'auto' }, {});
      expect(() => parseInput(model, input)).not.toThrow();
    }
  });

  it('speaks with the text, voice and format of every model that speaks', () => {
    for (const model of MODELS.filter(({ ability }) => ability === 'speech' || ability === 'sound')) {
      const { input } = speechInput(model, { input: 'Bom dia', response_format: 'mp3' }, {});
      expect(() => parseInput(model, input)).not.toThrow();
    }
    const { input, names } = speechInput(
      findModelEver('elevenlabs/eleven_flash_v2_5'),
      { input: 'Olá', voice: 'abcdefghij0123456789', response_format: 'opus' },
      {},
    );
    expect(input).toEqual({ text: 'Olá', voice: 'abcdefghij0123456789', output_format: 'opus_48000_128' });
    expect(names.get('text')).toBe('input');
    const magnific = findModelEver('freepik/voiceover/elevenlabs-turbo-v2-5');
    expect(speechInput(magnific, { input: 'Olá', voice: 'abcdefghij0123456789' }, {}).input).toMatchObject({
      voice_id: 'abcdefghij0123456789',
    });
  });
});
