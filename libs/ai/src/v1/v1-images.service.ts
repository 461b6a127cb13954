import { Injectable } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { Tenant } from '#core/http';
import { FileStorage } from '#core/storage';
import { imagesBody, imagesStream } from './image-answers.js';
import { type EditFiles, editInput, pictureInput } from '../models/model-parameters.js';
import type { JobTerms } from './job-terms.js';
import { goneSignal, tellJob } from './v1-answers.js';
import { type BroughtFiles, V1Files } from './v1-files.service.js';
import { type Order, V1Jobs } from './v1-jobs.service.js';
import { ROUTES, V1Models } from './v1-models.service.js';
import {
  editRequest,
  imageRequest,
  type ImageRequest,
  missing,
  parseRequest,
  referredEditRequest,
  unsupported,
} from './v1-requests.js';

interface Wanted {
  kind: 'image_generation' | 'image_edit';
  format: ImageRequest['response_format'];
  stream: boolean;
}

/** What is asked for, and of which pictures. */
interface Edit {
  asked: ImageRequest;
  edited: EditFiles;
  terms: JobTerms;
}

/** Pictures for clients of OpenAI. */
@Injectable()
export class V1Images {
  constructor(
    private readonly models: V1Models,
    private readonly jobs: V1Jobs,
    private readonly files: V1Files,
    private readonly storage: FileStorage,
  ) {}

  /** Answers with pictures made from a prompt, as JSON or, with `stream`, as events. */
  async generate(tenant: Tenant, body: unknown, terms: JobTerms, reply: FastifyReply): Promise<void> {
    const { format, stream, name, user, picture, further } = readPicture(parseRequest(imageRequest, body));
    const model = this.models.find(name, ROUTES.generation);
    const order = { model, translated: pictureInput(model, picture, further), user, terms };
    await this.answer(tenant, order, { kind: 'image_generation', format, stream }, reply);
  }

  /** The same from pictures that come with the request and are kept as assets, or that a request in JSON refers to. */
  async edit(tenant: Tenant, request: FastifyRequest, terms: JobTerms, reply: FastifyReply): Promise<void> {
    if (!request.isMultipart()) return this.editReferred(tenant, request.body, terms, reply);
    const form = await this.files.receive(tenant, request);
    await this.answerEdit(tenant, form, reply, () => {
      const { fields, files } = form;
      const pictures = (files['image'] ?? []).map(({ id }) => id);
      if (pictures.length === 0) missing('image', 'a picture to edit is missing');
      const edited = { pictures, mask: files['mask']?.[0]?.id };
      return { asked: parseRequest(editRequest, fields), edited, terms };
    });
  }

  private async editReferred(tenant: Tenant, body: unknown, terms: JobTerms, reply: FastifyReply): Promise<void> {
    const { images, mask, ...asked } = parseRequest(referredEditRequest, body);
    const brought = await this.files.open(tenant, { images, mask });
    const edited = { pictures: brought.images, name: 'images', mask: brought.mask };
    await this.answerEdit(tenant, brought, reply, () => ({ asked, edited, terms }));
  }

  /** Takes the files that came with the request back when it is refused. */
  private async answerEdit(
    tenant: Tenant,
    { keep, discard }: BroughtFiles,
    reply: FastifyReply,
    read: () => Edit,
  ): Promise<void> {
    try {
      const { asked, edited, terms } = read();
      const { format, stream, name, user, picture, further } = readPicture(asked);
      const model = this.models.find(name, ROUTES.edit);
      const translated = editInput(model, edited, picture, further);
      await this.answer(
        tenant,
        { model, translated, user, terms },
        { kind: 'image_edit', format, stream },
        reply,
        keep,
      );
    } catch (error) {
      await discard();
      throw error;
    }
  }

  private async answer(
    tenant: Tenant,
    order: Order,
    { kind, format, stream }: Wanted,
    reply: FastifyReply,
    keep: () => void = () => undefined,
  ): Promise<void> {
    const gone = goneSignal(reply);
    const accepted = await this.jobs.accept(tenant, order);
    keep();
    tellJob(reply, accepted);
    const open = (path: string) => this.storage.read(path);
    const waiting = this.jobs.outcome(tenant, accepted, gone);
    if (!stream) {
      const finished = await waiting;
      void reply.header('content-type', 'application/json').send(imagesBody(finished, format, open));
      return;
    }
    // Who goes away in the middle of a stream does not hear of it.
    waiting.catch(() => undefined);
    void reply
      .header('content-type', 'text/event-stream')
      .header('cache-control', 'no-store')
      .send(imagesStream(waiting, kind, open));
  }
}

/** @throws InvalidRequest for unfinished pictures, which nobody here shows, and for links in a stream */
function readPicture(request: ImageRequest) {
  const { model: name, prompt, n, size, quality, response_format: format, stream, ...others } = request;
  const { partial_images: partialImages, safety_identifier: identifier, user = identifier, ...further } = others;
  if (stream && format === 'url') unsupported('response_format', 'must be b64_json in a stream: events have no links');
  if (partialImages > 0) unsupported('partial_images', 'no model here shows pictures before they are finished');
  return { format, stream, name, user, picture: { prompt, n, size, quality }, further };
}
