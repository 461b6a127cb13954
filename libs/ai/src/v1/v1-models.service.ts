import { Injectable } from '@nestjs/common';
import { PricingService } from '#billing';
import { InvalidRequest } from '#core/errors';
import type { Tenant } from '#core/http';
import { JobRequests } from '../jobs/job-requests.js';
import { findModel, isModelId, isRetired, MODELS } from '../models/model-catalogue.js';
import { abilitiesOf, type Ability, listedAt, type ModelDefinition } from '../models/model.js';
import { secondsOf } from './v1-answers.js';
import type { V1ModelDto, V1ModelListDto } from './v1.dto.js';

/** The abilities behind the routes, and how a refusal calls them. */
export const ROUTES = {
  generation: { abilities: ['image-generation'], what: 'make pictures from text' },
  edit: { abilities: ['image-edit'], what: 'edit pictures' },
  speech: { abilities: ['speech', 'sound'], what: 'speak' },
  transcription: { abilities: ['transcription'], what: 'transcribe' },
} as const satisfies Record<string, { abilities: readonly Ability[]; what: string }>;

/** Models by OpenAI's names and by ours. */
@Injectable()
export class V1Models {
  constructor(
    private readonly pricing: PricingService,
    private readonly requests: JobRequests,
  ) {}

  /**
   * The model for a route: `openai/gpt-image-2` is ours, `gpt-image-2` is what OpenAI calls it.
   * @throws UnknownModel, ModelRetired (naming the successor), InvalidRequest for a model that does something else
   */
  find(name: string, { abilities, what }: (typeof ROUTES)[keyof typeof ROUTES]): ModelDefinition {
    const model = this.findAny(name);
    if (abilitiesOf(model).some((ability) => (abilities as readonly Ability[]).includes(ability))) return model;
    throw InvalidRequest({
      detail: 'GET /v1/models lists the models; GET /api/ai/models says what each can do.',
      errors: [{ pointer: '/model', code: 'unsupported_value', message: `${model.id} does not ${what}` }],
    });
  }

  /** Those that the caller can use on these routes, with a price and a key. */
  async list(tenant: Tenant): Promise<V1ModelListDto> {
    const served = MODELS.filter((model) => isServed(model) && !isRetired(model, new Date()));
    const usable = await Promise.all(served.map((model) => this.isUsable(tenant, model)));
    return { object: 'list', data: served.filter((_, index) => usable[index]).map((model) => toDto(model.id, model)) };
  }

  /** @throws UnknownModel, ModelRetired */
  describe(name: string): V1ModelDto {
    return toDto(name, this.findAny(name));
  }

  private findAny(name: string): ModelDefinition {
    return findModel(isModelId(`openai/${name}`) ? `openai/${name}` : name);
  }

  private async isUsable(tenant: Tenant, model: ModelDefinition): Promise<boolean> {
    const rows = await this.pricing.listRows(model.id);
    if (!rows.some(({ creditsPerUnit }) => creditsPerUnit !== null)) return false;
    return tenant.testMode || this.requests.isAvailable(tenant, model.provider);
  }
}

function isServed(model: ModelDefinition): boolean {
  const served: readonly Ability[] = Object.values(ROUTES).flatMap(({ abilities }) => abilities);
  return abilitiesOf(model).some((ability) => served.includes(ability));
}

function toDto(id: string, model: ModelDefinition): V1ModelDto {
  const { provider, retirement } = model;
  const shutdown = retirement && { shutdown_date: retirement.date };
  return { id, object: 'model', created: secondsOf(listedAt(model)), owned_by: provider, ...shutdown };
}
