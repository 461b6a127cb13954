import { Injectable } from '@nestjs/common';
import { PricingService } from '#billing';
import { NotFound } from '#core/errors';
import { abilitiesOf, type ModelDefinition } from './model.js';
import { inputSchema, MODELS } from './model-catalogue.js';
import type { ListModelsQuery, ModelDto, ModelListDto } from './models.dto.js';
import { ProviderAvailability } from '../provider-status/provider-availability.service.js';

/** The catalogue as callers see it. */
@Injectable()
export class ModelsService {
  /** Schemas never change while the process lives. */
  private readonly schemas = new Map(MODELS.map((model) => [model.id, inputSchema(model)]));

  constructor(
    private readonly pricing: PricingService,
    private readonly availability: ProviderAvailability,
  ) {}

  /** Those that do what is asked for. */
  async list({ type, ability, provider }: ListModelsQuery): Promise<ModelListDto> {
    const found = MODELS.filter(
      (model) =>
        (type === undefined || model.type === type) &&
        (ability === undefined || abilitiesOf(model).includes(ability)) &&
        (provider === undefined || model.provider === provider),
    );
    return { data: await Promise.all(found.map((model) => this.describe(model))) };
  }

  /** @throws NotFound */
  async get(id: string): Promise<ModelDto> {
    const model = MODELS.find((one) => one.id === id);
    if (!model) throw NotFound('There is no such model. GET /api/ai/models lists them.');
    return this.describe(model);
  }

  private async describe(model: ModelDefinition): Promise<ModelDto> {
    const charged = (await this.pricing.listRows(model.id)).filter((row) => row.creditsPerUnit !== null);
    return {
      id: model.id,
      name: model.name,
      description: model.description,
      type: model.type,
      ability: model.ability,
      abilities: abilitiesOf(model),
      provider: model.provider,
      providerModel: model.providerModel,
      inputFiles: { ...model.inputFiles },
      available: charged.length > 0 && (await this.availability.isServed(model.provider)),
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
