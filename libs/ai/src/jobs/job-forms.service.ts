import { Injectable } from '@nestjs/common';
import { InvalidRequest } from '#core/errors';
import type { Tenant } from '#core/http';
import type { AcceptedJob } from './accepted-job.js';
import type { CreateAudioJobDto, CreateImageJobDto, CreateVideoJobDto } from './job-forms.dto.js';
import { hashOf, JobIntake } from './job-intake.service.js';
import type { JobOptionsDto } from './jobs.dto.js';
import { findModelEver } from '../models/model-catalogue.js';
import type { ModelDefinition } from '../models/model.js';
import { editInput, filmInput, pictureInput, soundInput } from '../models/model-parameters.js';
import { inCallersNames, type Translation } from '../models/translation.js';
import type { MediaType } from '../providers/provider.js';

interface JobForm extends JobOptionsDto {
  model: string;
  parameters?: Record<string, unknown>;
}

/**
 * Jobs asked for by parameters that have the same names for all models. They are said in the model's own words; what
 * becomes of them is what becomes of any job, and so are the refusals, with the fields as the caller named them.
 */
@Injectable()
export class JobForms {
  constructor(private readonly intake: JobIntake) {}

  /** @throws the refusals of JobIntake.create; InvalidRequest for a model of another medium, or what it does not know */
  createImage(tenant: Tenant, dto: CreateImageJobDto, idempotencyKey?: string): Promise<AcceptedJob> {
    const { prompt, n, size, quality, image = [], mask, ...form } = dto;
    const picture = { prompt, n, size, quality };
    return this.create(tenant, 'image', dto, form, idempotencyKey, (model) =>
      image.length > 0 || mask !== undefined
        ? editInput(model, { pictures: image, mask }, picture, {})
        : pictureInput(model, picture, {}),
    );
  }

  /** @throws as for pictures */
  createVideo(tenant: Tenant, dto: CreateVideoJobDto, idempotencyKey?: string): Promise<AcceptedJob> {
    const { prompt, image, durationSeconds, aspectRatio, ...form } = dto;
    const film = { prompt, image, durationSeconds, aspectRatio };
    return this.create(tenant, 'video', dto, form, idempotencyKey, (model) => filmInput(model, film));
  }

  /** @throws as for pictures */
  createAudio(tenant: Tenant, dto: CreateAudioJobDto, idempotencyKey?: string): Promise<AcceptedJob> {
    const { text, voice, format, durationSeconds, ...form } = dto;
    const sound = { text, voice, format, durationSeconds };
    return this.create(tenant, 'audio', dto, form, idempotencyKey, (model) => soundInput(model, sound));
  }

  /** @param asked what the caller sent, which an `Idempotency-Key` stands for */
  private async create(
    tenant: Tenant,
    type: MediaType,
    asked: object,
    { model: id, parameters = {}, ...options }: JobForm,
    idempotencyKey: string | undefined,
    translate: (model: ModelDefinition) => Translation,
  ): Promise<AcceptedJob> {
    // Whether it was retired is told where it counts: not to who asks again for a job that was accepted before.
    const model = findModelEver(id);
    if (model.type !== type) {
      throw InvalidRequest({
        detail: 'GET /api/ai/models says what each model makes.',
        errors: [{ pointer: '/model', code: 'unsuitable', message: `makes ${model.type}, not ${type}` }],
      });
    }
    const translation = translate(model);
    translation.setFurther(parameters);
    const dto = { ...options, model: model.id, input: translation.input };
    return this.intake.create(tenant, dto, idempotencyKey, hashOf({ type, ...asked })).catch((error: unknown) => {
      throw InvalidRequest.is(error) ? inCallersNames(error, translation.names) : error;
    });
  }
}
