import { Injectable } from '@nestjs/common';
import type { FastifyReply } from 'fastify';
import type { Tenant } from '#core/http';
import { LocalStorage } from '#core/storage';
import { imagesBody, imagesStream } from './image-answers.js';
import { pictureInput } from './model-parameters.js';
import { goneSignal, tellJob } from './v1-answers.js';
import { V1Jobs } from './v1-jobs.service.js';
import { ROUTES, V1Models } from './v1-models.service.js';
import { imageRequest, parseRequest, unsupported } from './v1-requests.js';

/** Pictures for clients of OpenAI. */
@Injectable()
export class V1Images {
  constructor(
    private readonly models: V1Models,
    private readonly jobs: V1Jobs,
    private readonly storage: LocalStorage,
  ) {}

  /** Answers with pictures made from a prompt, as JSON or, with `stream`, as events. */
  async generate(
    tenant: Tenant,
    body: unknown,
    idempotencyKey: string | undefined,
    reply: FastifyReply,
  ): Promise<void> {
    const { model: name, prompt, n, size, quality, ...more } = parseRequest(imageRequest, body);
    const { response_format: format, stream, partial_images: partialImages, ...others } = more;
    const { safety_identifier: identifier, user = identifier, ...further } = others;
    if (partialImages > 0) unsupported('partial_images', 'no model here shows pictures before they are finished');
    const model = this.models.find(name, ROUTES.generation);
    const translated = pictureInput(model, { prompt, n, size, quality }, further);
    const gone = goneSignal(reply);
    const { job } = await this.jobs.accept(tenant, { model, translated, user, idempotencyKey });
    tellJob(reply, job.id);
    const waiting = this.jobs.outcome(tenant, job.id, gone);
    if (stream) {
      // Who goes away in the middle of a stream does not hear of it.
      waiting.catch(() => undefined);
      void reply
        .header('content-type', 'text/event-stream')
        .header('cache-control', 'no-store')
        .send(imagesStream(waiting, 'image_generation', (path) => this.storage.read(path)));
    } else {
      const finished = await waiting;
      void reply
        .header('content-type', 'application/json')
        .send(imagesBody(finished, format, (path) => this.storage.read(path)));
    }
  }
}
