import { json } from 'node:stream/consumers';
import { Injectable } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { Tenant } from '#core/http';
import { FileStorage } from '#core/storage';
import { GenerationFailed } from '../ai.errors.js';
import type { AssetRow } from '../assets/assets.repository.js';
import type { Transcript } from '../providers/transcript.js';
import { transcriptionInput } from '../models/model-parameters.js';
import { TIMED_FORMATS, transcriptAnswer } from './transcript-answers.js';
import type { JobTerms } from './job-terms.js';
import { goneSignal, tellJob } from './v1-answers.js';
import { V1Files } from './v1-files.service.js';
import { type FinishedJob, V1Jobs } from './v1-jobs.service.js';
import { ROUTES, V1Models } from './v1-models.service.js';
import { missing, parseRequest, transcriptionRequest, unsupported } from './v1-requests.js';

/** Transcriptions for clients of OpenAI. */
@Injectable()
export class V1Transcriptions {
  constructor(
    private readonly models: V1Models,
    private readonly jobs: V1Jobs,
    private readonly files: V1Files,
    private readonly storage: FileStorage,
  ) {}

  /** Answers with what is said in a recording. Nothing is held before the whole recording is here. */
  async transcribe(tenant: Tenant, request: FastifyRequest, terms: JobTerms, reply: FastifyReply): Promise<void> {
    const { fields, files, discard } = await this.files.receive(tenant, request);
    const gone = goneSignal(reply);
    const recording = files['file']?.[0];
    const accepting = this.accept(tenant, fields, recording, terms);
    const { accepted, ...asked } = await accepting.catch(async (refused: unknown) => {
      await discard();
      throw refused;
    });
    tellJob(reply, accepted);
    const transcript = await this.read(await this.jobs.outcome(tenant, accepted, gone));
    const durationSeconds = (recording?.durationMs ?? 0) / 1000;
    const { contentType, body } = transcriptAnswer(transcript, { ...asked, durationSeconds });
    void reply.header('content-type', contentType).send(body);
  }

  private async accept(
    tenant: Tenant,
    fields: Record<string, unknown>,
    recording: AssetRow | undefined,
    terms: JobTerms,
  ) {
    const { model: name, response_format: format, stream, ...others } = parseRequest(transcriptionRequest, fields);
    const {
      temperature,
      timestamp_granularities: granularities,
      safety_identifier: identifier,
      user = identifier,
      ...more
    } = others;
    const { language, prompt, ...further } = more;
    if (stream) unsupported('stream', 'transcripts come whole');
    if (!recording) missing('file', 'the recording is missing');
    const model = this.models.find(name, ROUTES.transcription);
    if (!model.tellsWordTimes && TIMED_FORMATS.includes(format)) {
      unsupported('response_format', `${model.id} tells the words alone, not when each was said`);
    }
    if (granularities && format !== 'verbose_json') {
      unsupported('timestamp_granularities', 'are told by `verbose_json` alone');
    }
    // 0 is what every model does by itself.
    const asked = temperature ? { ...further, temperature } : further;
    const translated = transcriptionInput(model, { recording: recording.id, language, prompt }, asked);
    const accepted = await this.jobs.accept(tenant, { model, translated, user, terms });
    return { format, granularities: granularities ?? (['segment'] as const), accepted };
  }

  private async read({ job, files }: FinishedJob): Promise<Transcript> {
    const [file] = files;
    if (!file) throw GenerationFailed({ detail: 'The transcript was deleted.', extensions: { jobId: job.id } });
    return (await json(this.storage.read(file.storagePath))) as Transcript;
  }
}
