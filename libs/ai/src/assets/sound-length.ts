import { setImmediate as letOthers } from 'node:timers/promises';
import type { EncodedPacket, EncodedPacketSink, InputAudioTrack, PacketRetrievalOptions } from 'mediabunny';

/** Four hours at the densest rate, which is longer than any model takes; a table may claim packets without end. */
const MAX_PACKETS = 1_500_000;
const PACKETS_AT_A_TIME = 500;
/** AAC of 960 samples and what is cut off at the ends make this much of a difference, without anybody lying. */
const TOLERANCE = 1.1;
const OPUS_RATE_HZ = 48_000;

/**
 * How long a sound plays. Containers like MP4 and WebM write their times beside the sound, where they can say anything;
 * whoever decodes it hears all of its packets, and is paid for that. So they are counted where the codec says how much is
 * in each, and a time that is clearly too short is not believed.
 */
export async function soundSeconds(track: InputAudioTrack, claimedSeconds: number): Promise<number> {
  const samplesIn = await packetLength(track);
  if (!samplesIn) return claimedSeconds;
  const rateHz = (await track.getCodec()) === 'opus' ? OPUS_RATE_HZ : await track.getSampleRate();
  const { EncodedPacketSink: Sink } = await import('mediabunny');
  const sink = new Sink(track);
  const seconds = ((await tabledSamples(sink, samplesIn)) ?? (await countedSamples(sink, samplesIn))) / rateHz;
  return seconds > claimedSeconds * TOLERANCE ? seconds : claimedSeconds;
}

/**
 * By the table of an MP4, whose packets are numbered from 0 and alike: going through them takes as many steps for each as
 * its chunk has packets.
 * @returns undefined for a file without a table: a WebM, or an MP4 in fragments, whose numbers are places in the file
 */
async function tabledSamples(sink: EncodedPacketSink, samplesIn: PacketLength): Promise<number | undefined> {
  const first = await sink.getFirstPacket(samplesIn.options);
  const last = await sink.getPacket(Number.POSITIVE_INFINITY, samplesIn.options);
  if (!first || !last || first.sequenceNumber !== 0) return undefined;
  return samplesIn.of(first) * (last.sequenceNumber + 1);
}

async function countedSamples(sink: EncodedPacketSink, samplesIn: PacketLength): Promise<number> {
  let [packets, samples] = [0, 0];
  for await (const packet of sink.packets(undefined, undefined, samplesIn.options)) {
    samples += samplesIn.of(packet);
    packets += 1;
    if (packets === MAX_PACKETS) break;
    if (packets % PACKETS_AT_A_TIME === 0) await letOthers();
  }
  return samples;
}

interface PacketLength {
  /** In samples. */
  of(packet: EncodedPacket): number;
  /** What has to be read of each. */
  options: PacketRetrievalOptions;
}

/** @returns undefined where a packet does not tell how much is in it */
async function packetLength(track: InputAudioTrack): Promise<PacketLength | undefined> {
  switch (await track.getCodec()) {
    case 'aac':
      // Of AAC-LC and HE-AAC (ISO 14496-3); the low-delay kinds have shorter ones.
      return /^mp4a\.40\.(2|5|29)$/.test((await track.getCodecParameterString()) ?? '')
        ? { of: () => 1024, options: { metadataOnly: true } }
        : undefined;
    case 'mp3': {
      const samples = (await track.getSampleRate()) >= 32_000 ? 1152 : 576;
      return { of: () => samples, options: { metadataOnly: true } };
    }
    case 'opus':
      return { of: ({ data }: EncodedPacket) => opusSamples(data), options: {} };
    default:
      return undefined;
  }
}

/** The samples in a packet, at 48 kHz, by its first bytes (RFC 6716, section 3.1). */
function opusSamples([toc = 0, frames = 0]: Uint8Array): number {
  const config = toc >> 3;
  const sizes = config < 12 ? [480, 960, 1920, 2880] : config < 16 ? [480, 960, 480, 960] : [120, 240, 480, 960];
  const count = [1, 2, 2, frames & 63][toc & 3] ?? 1;
  return (sizes[config & 3] ?? 0) * count;
}
