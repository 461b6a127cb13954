import { useMemo } from 'react';

const BARS = 64;
const BAR_WIDTH = 4;
const HEIGHT = 40;
/** The least that is drawn: also of a sound whose loudness nobody has measured yet. */
const QUIETEST = 0.06;

interface WaveformProps {
  /** The loudness of its parts, 0 to 100. */
  peaks: readonly number[] | null;
  /** How much of it has been heard, 0 to 1. */
  heard?: number;
}

/** The shape of a sound. */
export function Waveform({ peaks, heard = 0 }: WaveformProps) {
  const bars = useMemo(() => barsOf(peaks ?? []), [peaks]);
  return (
    <svg viewBox={`0 0 ${BARS * BAR_WIDTH} ${HEIGHT}`} preserveAspectRatio="none" className="size-full" aria-hidden>
      {bars.map((height, index) => (
        <rect
          key={index}
          x={index * BAR_WIDTH}
          y={(HEIGHT - height * HEIGHT) / 2}
          width={2.2}
          height={height * HEIGHT}
          rx={1}
          className={index / BARS < heard ? 'fill-accent' : 'fill-ink/35'}
        />
      ))}
    </svg>
  );
}

/** The loudest of each part, beside the loudest of all. */
function barsOf(peaks: readonly number[]): number[] {
  const loudest = Math.max(...peaks, 1);
  const size = peaks.length / BARS;
  return Array.from({ length: BARS }, (_, bar) => {
    const part = peaks.slice(Math.floor(bar * size), Math.ceil((bar + 1) * size));
    return Math.max(QUIETEST, Math.max(0, ...part) / loudest);
  });
}
