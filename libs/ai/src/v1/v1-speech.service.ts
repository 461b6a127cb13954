import { Injectable } from '@nestjs/common';
import type { FastifyReply } from 'fastify';
import type { Tenant } from '#core/http';
import { FileStorage } from '#core/storage';
import { GenerationFailed } from '../ai.errors.js';
import { speechInput } from '../models/model-parameters.js';
import type { JobTerms } from './job-terms.js';
import { goneSignal, tellJob } from './v1-answers.js';
import { V1Jobs } from './v1-jobs.service.js';
import { ROUTES, V1Models } from './v1-models.service.js';
import { parseRequest, speechRequest, unsupported } from './v1-requests.js';

/** Speech for clients of OpenAI. */
@Injectable()
export class V1Speech {
  constructor(
    private readonly models: V1Models,
    private readonly jobs: V1Jobs,
    private readonly storage: FileStorage,
  ) {}

  /** Answers with the sound file itself. */
  async speak(tenant: Tenant, body: unknown, terms: JobTerms, reply: FastifyReply): Promise<void> {
    const { model: name, stream_format: streamFormat, ...more } = parseRequest(speechRequest, body);
    const { input, voice, response_format: format, safety_identifier: identifier, ...others } = more;
    const { user = identifier, ...further } = others;
    if (streamFormat !== 'audio') unsupported('stream_format', 'must be audio: the file comes as it is');
    const model = this.models.find(name, ROUTES.speech);
    const translated = speechInput(model, { input, voice, response_format: format }, further);
    const gone = goneSignal(reply);
    const accepted = await this.jobs.accept(tenant, { model, translated, user, terms });
    tellJob(reply, accepted);
    const { job, files } = await this.jobs.outcome(tenant, accepted, gone);
    const [file] = files;
    if (!file) throw GenerationFailed({ detail: 'The files were deleted.', extensions: { jobId: job.id } });
    void reply
      .header('content-type', file.mimeType)
      .header('content-length', String(file.bytes))
      .send(this.storage.read(file.storagePath));
  }
}
