import { type RefCallback, useCallback, useState } from 'react';

const BARS = 64;
const FLAT: readonly number[] = Array.from({ length: BARS }, () => 0.08);
/** Decoding takes memory of some ten times the file: beyond this a flat line will do. */
const MOST_BYTES = 12_000_000;

const known = new Map<string, Promise<readonly number[]>>();

/** The loudness of a sound in bars from 0 to 1, drawn once it comes into view. */
export function useWaveform(url: string): { bars: readonly number[]; place: RefCallback<HTMLElement> } {
  const [bars, setBars] = useState(FLAT);
  const place = useCallback(
    (element: HTMLElement | null) => {
      if (!element) return;
      const observer = new IntersectionObserver((entries) => {
        if (!entries.some(({ isIntersecting }) => isIntersecting)) return;
        observer.disconnect();
        let loading = known.get(url);
        if (!loading) {
          loading = measure(url).catch(() => FLAT);
          known.set(url, loading);
        }
        void loading.then(setBars);
      });
      observer.observe(element);
      return () => observer.disconnect();
    },
    [url],
  );
  return { bars, place };
}

async function measure(url: string): Promise<readonly number[]> {
  const response = await fetch(url);
  if (!response.ok || Number(response.headers.get('content-length')) > MOST_BYTES) return FLAT;
  const context = new OfflineAudioContext(1, 1, 44_100);
  const sound = await context.decodeAudioData(await response.arrayBuffer());
  const samples = sound.getChannelData(0);
  const size = Math.max(1, Math.floor(samples.length / BARS));
  const loudness = Array.from({ length: BARS }, (_, bar) => {
    let sum = 0;
    for (let index = bar * size; index < (bar + 1) * size; index += 1) sum += (samples[index] ?? 0) ** 2;
    return Math.sqrt(sum / size);
  });
  const loudest = Math.max(...loudness, 0.001);
  return loudness.map((value) => Math.max(0.06, value / loudest));
}
