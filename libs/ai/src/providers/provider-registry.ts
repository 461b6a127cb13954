import { Injectable } from '@nestjs/common';
import type { AppConfig } from '#core/config';
import { ElevenLabsProvider } from './elevenlabs.provider.js';
import { FalProvider } from './fal.provider.js';
import { FreepikProvider } from './freepik.provider.js';
import { OpenAiProvider } from './openai.provider.js';
import type { Provider } from './provider.js';
import { ReplicateProvider } from './replicate.provider.js';
import { SandboxProvider } from './sandbox.provider.js';

/** The providers of this process, by id. */
@Injectable()
export class ProviderRegistry {
  private readonly providers: ReadonlyMap<string, Provider>;

  constructor(providers: Provider[]) {
    this.providers = new Map(providers.map((provider) => [provider.id, provider]));
  }

  /** Every provider that the configuration describes. */
  static fromConfig({ providers: config }: AppConfig): ProviderRegistry {
    const { requestTimeoutMs, generationTimeoutMs } = config;
    return new ProviderRegistry([
      new SandboxProvider(config.sandbox),
      new OpenAiProvider({ ...config.openai, timeoutMs: generationTimeoutMs }),
      new ReplicateProvider({ ...config.replicate, timeoutMs: requestTimeoutMs }),
      new FreepikProvider({ ...config.freepik, timeoutMs: requestTimeoutMs }),
      new ElevenLabsProvider({ ...config.elevenlabs, timeoutMs: generationTimeoutMs }),
      new FalProvider({ ...config.fal, timeoutMs: requestTimeoutMs }),
    ]);
  }

  all(): Provider[] {
    return [...this.providers.values()];
  }

  /** @throws Error for an id that no model of the catalogue can name: a programming mistake. */
  get(id: string): Provider {
    const provider = this.find(id);
    if (!provider) throw new Error(`No provider ${id}`);
    return provider;
  }

  find(id: string): Provider | undefined {
    return this.providers.get(id);
  }
}
