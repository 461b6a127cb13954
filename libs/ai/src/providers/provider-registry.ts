import { Injectable } from '@nestjs/common';
import type { Provider } from './provider.js';

/** The providers of this process, by id. */
@Injectable()
export class ProviderRegistry {
  private readonly providers = new Map<string, Provider>();

  constructor(providers: Provider[]) {
    for (const provider of providers) this.providers.set(provider.id, provider);
  }

  /** @throws Error for an id that no model of the catalogue can name: a programming mistake. */
  get(id: string): Provider {
    const provider = this.providers.get(id);
    if (!provider) throw new Error(`No provider ${id}`);
    return provider;
  }
}
