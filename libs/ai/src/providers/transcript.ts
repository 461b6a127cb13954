import { storableText } from '#core/db';
import { z } from 'zod';
import { plainInput } from './provider-input.js';
import type { GenerationRequest, ProviderOutput } from './provider.js';

/** What was said, as every provider's answer is brought to one form and stored as JSON. */
export interface Transcript {
  text: string;
  /** As the provider names it, e.g. `pt`, `por`. */
  language?: string;
  /** Where the provider tells words apart; seconds from the beginning. */
  words?: { text: string; start: number; end: number; speaker?: string }[];
  /** Where the provider tells them; seconds, and whatever else it says of each. */
  segments?: { text: string; start: number; end: number; [more: string]: unknown }[];
}

/** The longest text that travels with the job itself; the file always has the whole. */
const MAX_METADATA_CHARACTERS = 2000;

export function transcriptOutput(transcript: Transcript): ProviderOutput {
  return {
    mimeType: 'application/json',
    body: Buffer.from(JSON.stringify(transcript)),
    metadata: { text: storableText(transcript.text, MAX_METADATA_CHARACTERS), language: transcript.language },
  };
}

/** What a provider takes besides the recording: how much of it is paid for is ours to watch. */
export function spokenInput(request: GenerationRequest): Record<string, unknown> {
  const { max_minutes: _, ...input } = plainInput(request);
  return input;
}

/** How long a provider says that a recording was; what no recording can be is nothing told. */
export const secondsHeard = z.number().positive().max(1_000_000).optional().catch(undefined);

/**
 * The minutes of the recording, begun ones counting as whole: as the provider measured them and bills them, where it says
 * so. The file's own word for its length is only that.
 */
export function minutesOf(request: GenerationRequest, heard?: number): bigint {
  const longestMs = Math.max(...(request.files['audio'] ?? []).map(({ durationMs = 0 }) => durationMs));
  return BigInt(Math.ceil((heard ?? longestMs / 1000) / 60));
}
