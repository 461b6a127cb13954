import { z } from 'zod';
import { defineJob, type JobDefinition } from '#core/queue';
import { GenerationsRepository } from './generations/generations.repository.js';
import type { MediaType } from './providers/provider.js';

export interface RunGenerationPayload {
  jobId: string;
}

function runGeneration(queue: MediaType): JobDefinition<RunGenerationPayload> {
  return defineJob({
    queue,
    name: 'ai.run-generation',
    payload: z.object({ jobId: z.uuid() }),
    // Tries for what nobody foresaw; refusals of a provider are counted on the row, where a lost queue cannot forget them.
    attempts: 3,
    backoff: { delayMs: 1000, jitter: 0.5 },
    isOver: (trx, { jobId }) => new GenerationsRepository().hasEnded(trx, jobId),
  });
}

/** One generation that is tried again. On the queue of its medium, so that slow videos never hold up images. */
export const RunGeneration: Record<MediaType, JobDefinition<RunGenerationPayload>> = {
  image: runGeneration('image'),
  video: runGeneration('video'),
  audio: runGeneration('audio'),
};

export interface StartGenerationPayload {
  type: MediaType;
}

function startGeneration(type: MediaType): JobDefinition<StartGenerationPayload> {
  return defineJob({
    queue: type,
    name: 'ai.start-generation',
    payload: z.object({ type: z.enum(['image', 'video', 'audio']) }),
    attempts: 3,
    backoff: { delayMs: 1000, jitter: 0.5 },
  });
}

/** "Jobs wait": those whose turn it is are started, until none is left that may run (docs/adr/0021). */
export const StartGeneration: Record<MediaType, JobDefinition<StartGenerationPayload>> = {
  image: startGeneration('image'),
  video: startGeneration('video'),
  audio: startGeneration('audio'),
};

/** Brings stored secrets under the active key-encryption key; nothing to do when they are. */
export const RotateEncryption = defineJob({
  queue: 'maintenance',
  name: 'ai.rotate-encryption',
  payload: z.object({}),
  attempts: 3,
  backoff: { delayMs: 5000, jitter: 0.5 },
  everyMs: 10 * 60_000,
});

/** Asks the providers how they are doing. */
export const CheckProviders = defineJob({
  queue: 'maintenance',
  name: 'ai.check-providers',
  payload: z.object({}),
  attempts: 1,
  backoff: { delayMs: 1000, jitter: 0.5 },
  everyMs: 2 * 60_000,
});

/** Removes the files of deleted uploads. */
export const PurgeAssets = defineJob({
  queue: 'maintenance',
  name: 'ai.purge-assets',
  payload: z.object({}),
  attempts: 3,
  backoff: { delayMs: 5000, jitter: 0.5 },
  everyMs: 15 * 60_000,
});

/** Makes the previews that are missing; whoever knows of one sends it, and it comes by itself. */
export const MakePreviews = defineJob({
  queue: 'maintenance',
  name: 'ai.make-previews',
  payload: z.object({}),
  attempts: 1,
  backoff: { delayMs: 1000, jitter: 0.5 },
  everyMs: 60_000,
});
