import { afterEach, describe, expect, it } from '@jest/globals';
import { FakeElevenLabs, startFakeOpenAi } from '../testing/index.js';
import { silentWav } from '../testing/media-files.js';
import { ElevenLabsProvider } from './elevenlabs.provider.js';
import { OpenAiProvider } from './openai.provider.js';
import type { GenerationRequest, Provider, ProviderResult } from './provider.js';

const close: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const end of close.splice(0)) await end();
});

/** A recording of three minutes whose file claims to be one second long. */
function transcribe(provider: Provider, providerModel: string): Promise<ProviderResult> {
  const request: GenerationRequest = {
    jobId: '01900000-0000-7000-8000-000000000001',
    organizationId: '01900000-0000-7000-8000-000000000002',
    type: 'audio',
    model: `${provider.id}/${providerModel}`,
    providerModel,
    ability: 'transcription',
    expectedMs: 1000,
    input: { audio: 'https://agency.example.com/a.wav' },
    files: { audio: [{ bytes: silentWav(180), mimeType: 'audio/wav', durationMs: 1000 }] },
  };
  return provider.submit(request, { signal: new AbortController().signal, attempt: 1 });
}

const openAi = async () => {
  const fake = await startFakeOpenAi();
  close.push(() => fake.close());
  return new OpenAiProvider({ apiKey: fake.apiKey, baseUrl: fake.baseUrl, timeoutMs: 60_000 });
};
const elevenLabs = async () => {
  const fake = await FakeElevenLabs.start();
  close.push(() => fake.close());
  return new ElevenLabsProvider({ apiKey: fake.apiKey, baseUrl: fake.baseUrl, timeoutMs: 60_000 });
};

describe('the minutes of a transcription', () => {
  it.each([
    ['whisper-1', openAi],
    ['gpt-transcribe', openAi],
    ['scribe_v2', elevenLabs],
  ] as const)('are those that the provider measured: %s', async (model, start) => {
    expect(await transcribe(await start(), model)).toMatchObject({ usage: { quantities: { input: 3n } } });
  });

  it('are those of the file where the provider counts in tokens', async () => {
    expect(await transcribe(await openAi(), 'gpt-4o-transcribe')).toMatchObject({
      usage: { quantities: { input: 1n } },
    });
  });
});
