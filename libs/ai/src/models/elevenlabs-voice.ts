import { z } from 'zod';

/** One of ElevenLabs' own voices, which every account has. */
const RACHEL = '21m00Tcm4TlvDq8ikWAM';

/**
 * A voice at ElevenLabs. The voices of an account are its own, so whatever has the form of an id passes; names, such as
 * those of OpenAI's voices, do not.
 */
export const elevenLabsVoice = z
  .string()
  .regex(
    /^[A-Za-z0-9]{20}$/,
    `must be the id of a voice at ElevenLabs: 20 letters and digits, e.g. ${RACHEL} for Rachel. GET https://api.elevenlabs.io/v2/voices lists those of an account`,
  )
  .default(RACHEL)
  .describe('The id of a voice at ElevenLabs');
