import { decodeMedia } from './decode-media.js';

// The child of `media-decoder.ts`: decodes the file that it is named, tells its parent, and ends.
// What the native module has under way does not keep a process alive; the line to its parent does.
process.channel?.ref();
const answer = await decodeMedia(process.argv[2] ?? '', process.argv[3] ?? '').catch((error: unknown) => ({
  error: String(error),
}));
process.send?.(answer, () => {
  process.disconnect();
});
