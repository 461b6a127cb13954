import { FakeElevenLabs } from './fake-elevenlabs.js';
import { FakeFal } from './fake-fal.js';
import { FakeFreepik } from './fake-freepik.js';
import { type FakeOpenAi, startFakeOpenAi } from './fake-openai-server.js';
import { FakeReplicate } from './fake-replicate.js';
import type { FakeServerOptions } from './fake-server.js';
import type { FakeTaskOptions } from './fake-tasks.js';

/** Every provider, played by a local server. */
export type FakeProviders = Readonly<{
  openai: FakeOpenAi;
  elevenlabs: FakeElevenLabs;
  replicate: FakeReplicate;
  freepik: FakeFreepik;
  fal: FakeFal;
}>;

/** @param options of those that are to be other than usual */
export async function startFakeProviders(
  options: Partial<Record<keyof FakeProviders, FakeServerOptions & FakeTaskOptions>> = {},
): Promise<FakeProviders> {
  const [openai, elevenlabs, replicate, freepik, fal] = await Promise.all([
    startFakeOpenAi(options.openai),
    FakeElevenLabs.start(options.elevenlabs),
    FakeReplicate.start(options.replicate),
    FakeFreepik.start(options.freepik),
    FakeFal.start(options.fal),
  ]);
  return { openai, elevenlabs, replicate, freepik, fal };
}

/** The environment of a platform whose providers they are, each with its platform's key. */
export function environmentOf(fakes: FakeProviders): Record<string, string> {
  return {
    OPENAI_API_KEY: fakes.openai.apiKey,
    OPENAI_BASE_URL: fakes.openai.baseUrl,
    ELEVENLABS_API_KEY: fakes.elevenlabs.apiKey,
    ELEVENLABS_BASE_URL: fakes.elevenlabs.baseUrl,
    REPLICATE_API_TOKEN: fakes.replicate.apiKey,
    REPLICATE_BASE_URL: fakes.replicate.baseUrl,
    REPLICATE_WEBHOOK_SECRET: fakes.replicate.webhookSecret,
    FREEPIK_API_KEY: fakes.freepik.apiKey,
    FREEPIK_BASE_URL: fakes.freepik.baseUrl,
    FREEPIK_WEBHOOK_SECRET: fakes.freepik.webhookSecret,
    FAL_KEY: fakes.fal.apiKey,
    FAL_QUEUE_URL: fakes.fal.baseUrl,
    FAL_JWKS_URL: fakes.fal.jwksUrl,
    // Where their files lie.
    PROVIDER_FILES_ALLOWED_HOSTS: '127.0.0.1',
  };
}
