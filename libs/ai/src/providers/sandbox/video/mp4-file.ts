import {
  BufferSource,
  BufferTarget,
  EncodedPacket,
  EncodedAudioPacketSource,
  EncodedPacketSink,
  EncodedVideoPacketSource,
  Input,
  MP3,
  MP4,
  Mp4OutputFormat,
  Output,
} from 'mediabunny';

/**
 * Joins the encoder's MP4 and an MP3 into one MP4 whose index stands before the data, so that a player can begin at
 * once. Two things the encoder leaves out are added: which pictures one can seek to, and what the colours mean.
 */
export async function joinMp4(video: Uint8Array, mp3: Uint8Array, seconds: number): Promise<Buffer> {
  const target = new BufferTarget();
  const output = new Output({ format: new Mp4OutputFormat({ fastStart: 'in-memory' }), target });
  const pictures = new EncodedVideoPacketSource('avc');
  const sounds = new EncodedAudioPacketSource('mp3');
  output.addVideoTrack(pictures);
  output.addAudioTrack(sounds);
  await output.start();
  const from = new Input({ source: new BufferSource(video), formats: [MP4] });
  const heard = new Input({ source: new BufferSource(mp3), formats: [MP3] });
  const videoTrack = await from.getPrimaryVideoTrack();
  const audioTrack = await heard.getPrimaryAudioTrack();
  if (!videoTrack || !audioTrack) throw new Error('The encoder made a file without a track');
  const videoConfig = await videoTrack.getDecoderConfig();
  const audioConfig = await audioTrack.getDecoderConfig();
  if (!videoConfig || !audioConfig) throw new Error('The encoder made a track that no decoder is known for');
  const colorSpace = { primaries: 'bt709', transfer: 'bt709', matrix: 'bt709', fullRange: false } as const;
  for await (const packet of new EncodedPacketSink(videoTrack).packets()) {
    const type = isKeyFrame(packet.data) ? 'key' : 'delta';
    const picture = new EncodedPacket(packet.data, type, packet.timestamp, packet.duration);
    await pictures.add(picture, { decoderConfig: { ...videoConfig, colorSpace } });
  }
  for await (const packet of new EncodedPacketSink(audioTrack).packets()) {
    // An MP3 is padded to whole frames; the file must not last longer than its pictures.
    if (packet.timestamp + packet.duration > seconds) break;
    await sounds.add(packet, { decoderConfig: audioConfig });
  }
  await output.finalize();
  if (!target.buffer) throw new Error('The MP4 was not written');
  return withoutClock(Buffer.from(target.buffer));
}

/** Whether one of the units, each behind its length of four bytes, is an IDR slice (ITU-T H.264, table 7-1). */
function isKeyFrame(data: Uint8Array): boolean {
  const view = new DataView(data.buffer, data.byteOffset, data.byteLength);
  for (let at = 0; at + 5 <= data.length; at += 4 + view.getUint32(at)) {
    if ((view.getUint8(at + 4) & 31) === 5) return true;
  }
  return false;
}

const containers = new Set(['moov', 'trak', 'mdia']);
const dated = new Set(['mvhd', 'tkhd', 'mdhd']);

/** Sets every creation and modification time to zero: equal input must give equal bytes (ISO/IEC 14496-12, 8.2 to 8.4). */
function withoutClock(file: Buffer, from = 0, to = file.length): Buffer {
  for (let at = from; at + 8 <= to;) {
    const size = file.readUInt32BE(at);
    if (size < 8) break;
    const type = file.toString('latin1', at + 4, at + 8);
    if (containers.has(type)) withoutClock(file, at + 8, at + size);
    // Version 0 has two times of four bytes after version and flags, version 1 two of eight.
    if (dated.has(type)) file.fill(0, at + 12, at + 12 + (file[at + 8] === 1 ? 16 : 8));
    at += size;
  }
  return file;
}
