import { Injectable } from '@nestjs/common';
import { PricingService } from '#billing';
import type { ModelDefinition } from './models/model.js';
import { inputSchema, MODELS } from './models/model-catalogue.js';
import type { ModelDto, ModelListDto } from './models.dto.js';
import { ProviderRegistry } from './providers/provider-registry.js';

/** The catalogue as callers see it. */
@Injectable()
export class ModelsService {
  /** Schemas never change while the process lives. */
  private readonly schemas = new Map(MODELS.map((model) => [model.id, inputSchema(model)]));

  constructor(
    private readonly pricing: PricingService,
    private readonly providers: ProviderRegistry,
  ) {}

  async list(): Promise<ModelListDto> {
    return { data: await Promise.all(MODELS.map((model) => this.describe(model))) };
  }

  private async describe(model: ModelDefinition): Promise<ModelDto> {
    const charged = (await this.pricing.listRows(model.id)).filter((row) => row.creditsPerUnit !== null);
    return {
      id: model.id,
      name: model.name,
      description: model.description,
      type: model.type,
      ability: model.ability,
      abilities: [model.ability, ...(model.furtherAbilities ?? [])],
      provider: model.provider,
      providerModel: model.providerModel,
      inputFiles: { ...model.inputFiles },
      available: charged.length > 0 && this.providers.get(model.provider).isConfigured(),
      inputSchema: this.schemas.get(model.id) ?? {},
      prices: charged.map((row) => ({
        component: row.component,
        unit: row.unit,
        unitSize: Number(row.unitSize),
        credits: Number(row.creditsPerUnit),
        dimensions: row.dimensions,
      })),
      expectedMs: model.expectedMs,
      retirement: model.retirement ?? null,
    };
  }
}
