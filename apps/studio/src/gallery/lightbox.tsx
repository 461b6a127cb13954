import { useNavigate } from '@tanstack/react-router';
import { ChevronLeft, ChevronRight, CornerUpLeft, Download, Minus, Plus, Scan } from 'lucide-react';
import { useState } from 'react';
import { notify } from '../components/notices.js';
import { Button, buttonStyle } from '../components/ui/button.js';
import { draftOf, recall, type Recall } from '../create/draft.js';
import { promptOf } from '../create/generations.js';
import { ModelName } from '../create/generation-card.js';
import { useFormats } from '../i18n/formats.js';
import { useMessages } from '../i18n/use-messages.js';
import { AudioPlayer } from '../media/audio-player.js';
import { downloadLink } from '../media/download.js';
import { useWorkspace } from '../shell/workspace.js';
import { FullScreen } from './full-screen.js';
import type { GalleryItem } from './rows.js';
import { FIT, type View, zoomBy, ZoomStage } from './zoom-stage.js';

interface LightboxProps {
  items: readonly GalleryItem[];
  /** The id of the output that is shown. */
  view: string;
  onView: (id: string) => void;
  onClose: () => void;
}

const STEP = 1.5;

/** One file, as large as the screen, with how it was made and how to go on from it. */
export default function Lightbox({ items, view, onView, onClose }: LightboxProps) {
  const t = useMessages();
  const index = items.findIndex(({ output }) => output.id === view);
  const item = items[index];
  const [zoom, setZoom] = useState<View>(FIT);
  if (!item) return null;
  const { job, output } = item;
  const isImage = job.type === 'image';
  const go = (by: number) => {
    const next = items[index + by];
    if (!next) return;
    setZoom(FIT);
    onView(next.output.id);
  };
  const onKeyDown = (event: React.KeyboardEvent) => {
    if (event.target instanceof HTMLInputElement || event.target instanceof HTMLVideoElement) return;
    if (event.key === 'ArrowRight') go(1);
    else if (event.key === 'ArrowLeft') go(-1);
    else if (event.key === '+' || event.key === '=') setZoom((now) => zoomBy(now, STEP));
    else if (event.key === '-') setZoom((now) => zoomBy(now, 1 / STEP));
    else if (event.key === '0') setZoom(FIT);
  };
  const toolbar = (
    <>
      {isImage ? (
        <>
          <Button
            variant="quiet"
            size="icon"
            aria-label={t('lightbox.zoomOut')}
            onClick={() => setZoom(zoomBy(zoom, 1 / STEP))}
          >
            <Minus />
          </Button>
          <span aria-live="polite" className="w-12 text-center text-sm text-muted tabular-nums">
            {Math.round(zoom.scale * 100)}%
          </span>
          <Button
            variant="quiet"
            size="icon"
            aria-label={t('lightbox.zoomIn')}
            onClick={() => setZoom(zoomBy(zoom, STEP))}
          >
            <Plus />
          </Button>
          <Button variant="quiet" size="icon" aria-label={t('lightbox.zoomReset')} onClick={() => setZoom(FIT)}>
            <Scan />
          </Button>
        </>
      ) : null}
      <a
        href={downloadLink(job, output)}
        className={buttonStyle({ variant: 'secondary', size: 'sm', className: 'ml-2' })}
      >
        <Download aria-hidden />
        {t('action.download')}
      </a>
    </>
  );
  return (
    <FullScreen title={t('lightbox.title')} toolbar={toolbar} onClose={onClose} onKeyDown={onKeyDown}>
      <div className="flex min-h-0 flex-1 flex-col lg:flex-row">
        <div className="relative min-h-0 flex-1">
          <Stage item={item} zoom={zoom} onZoom={setZoom} />
          <Step side="left" isPossible={index > 0} onClick={() => go(-1)} />
          <Step side="right" isPossible={index < items.length - 1} onClick={() => go(1)} />
        </div>
        <Details item={item} />
      </div>
    </FullScreen>
  );
}

function Stage({ item, zoom, onZoom }: { item: GalleryItem; zoom: View; onZoom: (view: View) => void }) {
  const { job, output } = item;
  const prompt = promptOf(job.input);
  if (job.type === 'audio') {
    return (
      <div className="grid size-full place-items-center p-6">
        <div className="w-full max-w-2xl">
          <AudioPlayer key={output.id} output={output} title={prompt} />
        </div>
      </div>
    );
  }
  if (job.type === 'video') {
    return (
      <video
        key={output.id}
        src={output.url}
        controls
        autoPlay
        loop
        muted
        playsInline
        aria-label={prompt}
        className="size-full object-contain p-2 sm:p-4"
      />
    );
  }
  return <ZoomStage key={output.id} src={output.url} alt={prompt} view={zoom} onView={onZoom} />;
}

function Step({ side, isPossible, onClick }: { side: 'left' | 'right'; isPossible: boolean; onClick: () => void }) {
  const t = useMessages();
  if (!isPossible) return null;
  return (
    <Button
      variant="overImage"
      size="icon"
      className={`absolute top-1/2 -translate-y-1/2 rounded-full! ${side === 'left' ? 'left-3' : 'right-3'}`}
      aria-label={t(side === 'left' ? 'lightbox.previous' : 'lightbox.next')}
      onClick={onClick}
    >
      {side === 'left' ? <ChevronLeft /> : <ChevronRight />}
    </Button>
  );
}

function Details({ item }: { item: GalleryItem }) {
  const t = useMessages();
  const formats = useFormats();
  const navigate = useNavigate();
  const { organization, can } = useWorkspace();
  const { job, output } = item;
  const charged = job.credits.charged ?? 0;
  const use = (what: Recall) => {
    draftOf(organization.id).set((draft) => recall(draft, job, what, output.seed));
    notify(t('recall.done'));
    void navigate({ to: '/' });
  };
  const facts: readonly (readonly [string, React.ReactNode])[] = [
    [t('lightbox.model'), <ModelName key="model" id={job.model} />],
    ...(output.width && output.height ? [[t('lightbox.size'), `${output.width} × ${output.height}`] as const] : []),
    ...(output.seed === null ? [] : [[t('lightbox.seed'), String(output.seed)] as const]),
    [t('lightbox.bytes'), `${output.mimeType.split('/')[1]?.toUpperCase() ?? ''}, ${formats.bytes(output.bytes)}`],
    [t('lightbox.credits'), t('credits.count', { count: charged, shown: formats.number(charged) })],
    [t('lightbox.created'), formats.dateTime(job.createdAt)],
  ];
  return (
    <aside
      aria-label={t('lightbox.details')}
      className="scroll-quiet flex max-h-[42dvh] shrink-0 flex-col gap-5 overflow-y-auto border-line p-5 max-lg:border-t lg:max-h-none lg:w-84 lg:border-l"
    >
      <div>
        <h2 className="text-sm font-medium text-muted">{t('lightbox.prompt')}</h2>
        <p className="mt-1 text-base text-pretty break-words">{promptOf(job.input)}</p>
      </div>
      {can('jobs:create') ? (
        <div className="flex flex-col gap-2">
          <Button variant="primary" onClick={() => use('all')}>
            <CornerUpLeft aria-hidden />
            {t('recall.all')}
          </Button>
          <div className="flex flex-wrap gap-2">
            <Button size="sm" onClick={() => use('prompt')}>
              {t('recall.prompt')}
            </Button>
            {output.seed === null ? null : (
              <Button size="sm" onClick={() => use('seed')}>
                {t('recall.seed')}
              </Button>
            )}
            {job.input['size'] === undefined ? null : (
              <Button size="sm" onClick={() => use('size')}>
                {t('recall.size')}
              </Button>
            )}
          </div>
        </div>
      ) : null}
      <dl className="grid grid-cols-[auto_1fr] gap-x-4 gap-y-2 text-base">
        {facts.map(([name, value]) => (
          <div key={name} className="contents">
            <dt className="text-muted">{name}</dt>
            <dd className="text-right tabular-nums">{value}</dd>
          </div>
        ))}
      </dl>
    </aside>
  );
}
