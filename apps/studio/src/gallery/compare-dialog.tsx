import { ChevronsLeftRight } from 'lucide-react';
import { useState } from 'react';
import { Segmented } from '../components/ui/segmented.js';
import { ModelName } from '../create/generation-card.js';
import { useMessages } from '../i18n/use-messages.js';
import { FullScreen } from './full-screen.js';
import type { MediaFile } from '../media/media-file.js';
import { Picture } from '../media/picture.js';

type Mode = 'slider' | 'side';

/** Two pictures: one over the other with a divider to move, or beside each other. */
export default function CompareDialog({ files, onClose }: { files: readonly MediaFile[]; onClose: () => void }) {
  const t = useMessages();
  const [mode, setMode] = useState<Mode>('slider');
  const [first, second] = files;
  if (!first || !second) return null;
  const toolbar = (
    <Segmented<Mode>
      legend={t('lightbox.compareTitle')}
      value={mode}
      onChange={setMode}
      options={[
        { value: 'slider', label: t('lightbox.compareSlider') },
        { value: 'side', label: t('lightbox.compareSide') },
      ]}
    />
  );
  return (
    <FullScreen title={t('lightbox.compareTitle')} toolbar={toolbar} onClose={onClose}>
      {mode === 'slider' ? (
        <>
          <Slider first={first} second={second} />
          <div className="flex justify-between gap-6 px-4 pb-4">
            <Caption file={first} />
            <Caption file={second} />
          </div>
        </>
      ) : (
        <div className="grid min-h-0 flex-1 grid-cols-2 gap-2 p-2 sm:p-4">
          {[first, second].map((file) => (
            <figure key={file.id} className="flex min-h-0 flex-col gap-2">
              <Picture
                file={file}
                alt={file.prompt}
                sizes="50vw"
                isFirst
                isWhole
                className="min-h-0 w-full flex-1 bg-contain object-contain"
              />
              <figcaption className="flex justify-center">
                <Caption file={file} />
              </figcaption>
            </figure>
          ))}
        </div>
      )}
    </FullScreen>
  );
}

function Caption({ file }: { file: MediaFile }) {
  return (
    <span className="truncate text-sm text-muted">
      <ModelName id={file.model} /> · {file.prompt}
    </span>
  );
}

function Slider({ first, second }: { first: MediaFile; second: MediaFile }) {
  const t = useMessages();
  const [share, setShare] = useState(50);
  return (
    <div className="grid min-h-0 flex-1 place-items-center p-2 sm:p-4">
      <div
        className="relative max-h-full max-w-full overflow-hidden rounded-lg has-focus-visible:outline-2 has-focus-visible:outline-offset-2 has-focus-visible:outline-accent"
        style={{ aspectRatio: first.ratio, height: `min(100%, calc(100vw / ${first.ratio}))` }}
      >
        {[second, first].map((file) => (
          <Picture
            key={file.id}
            file={file}
            alt={file.prompt}
            sizes={`min(100vw, 100vh * ${first.ratio})`}
            isFirst
            isWhole
            className="absolute inset-0 size-full bg-cover object-cover"
            style={file === first ? { clipPath: `inset(0 ${100 - share}% 0 0)` } : undefined}
          />
        ))}
        <span aria-hidden className="absolute inset-y-0 w-0.5 -translate-x-1/2 bg-white" style={{ left: `${share}%` }}>
          <span className="absolute top-1/2 left-1/2 grid size-9 -translate-1/2 place-items-center rounded-full bg-white text-black shadow-lift">
            <ChevronsLeftRight className="size-4" />
          </span>
        </span>
        <input
          type="range"
          min={0}
          max={100}
          value={share}
          aria-label={t('lightbox.position')}
          onChange={(event) => setShare(event.target.valueAsNumber)}
          className="absolute inset-0 size-full cursor-ew-resize opacity-0"
        />
      </div>
    </div>
  );
}
