import { Brush, Check, Contrast, Eraser, Hand, Minus, Plus, Trash2, Undo2 } from 'lucide-react';
import { useEffect, useRef, useState } from 'react';
import type { AssetDto } from '#sdk';
import { Button } from '../components/ui/button.js';
import { Segmented } from '../components/ui/segmented.js';
import { FullScreen } from '../gallery/full-screen.js';
import { useMessages } from '../i18n/use-messages.js';
import { drawingSize, type MaskStep, maskFile } from './mask-drawing.js';
import { MaskStage, type MaskTool } from './mask-stage.js';

interface MaskPainterProps {
  picture: AssetDto;
  /** A mask to begin with. */
  baseUrl: string | undefined;
  /** What was painted so far, kept by whoever opens this. */
  steps: readonly MaskStep[];
  onSteps: (steps: readonly MaskStep[]) => void;
  onDone: (mask: File) => void;
  onClose: () => void;
}

const TOOLS = [
  { value: 'brush', Icon: Brush },
  { value: 'eraser', Icon: Eraser },
  { value: 'hand', Icon: Hand },
] as const;
const KEYS: Readonly<Record<string, MaskTool>> = { b: 'brush', e: 'eraser', h: 'hand' };
const LARGEST_ZOOM = 8;
const ZOOM_STEP = 1.5;
/** Of the brush, in hundredths of the picture's longer side. */
const SIZES = { smallest: 1, largest: 30, first: 7, step: 2 };

/** Paints over a picture where it is to change: by mouse, finger, pen or keys. */
export default function MaskPainter({ picture, baseUrl, steps, onSteps, onDone, onClose }: MaskPainterProps) {
  const t = useMessages();
  const canvas = useRef<HTMLCanvasElement>(null);
  const [tool, setTool] = useState<MaskTool>('brush');
  const [size, setSize] = useState(SIZES.first);
  const [zoom, setZoom] = useState(1);
  const [isEmpty, setIsEmpty] = useState(false);
  const base = useBase(baseUrl);
  const pictureSize = { width: picture.width ?? 1, height: picture.height ?? 1 };
  const drawing = drawingSize(pictureSize);
  const brushWidth = (Math.max(drawing.width, drawing.height) * size) / 100;
  const add = (step: MaskStep) => {
    setIsEmpty(false);
    onSteps([...steps, step]);
  };
  const undo = () => onSteps(steps.slice(0, -1));
  const resize = (by: number) => setSize((now) => Math.min(SIZES.largest, Math.max(SIZES.smallest, now + by)));
  const zoomBy = (factor: number) => setZoom((now) => Math.min(LARGEST_ZOOM, Math.max(1, now * factor)));
  const finish = async () => {
    const file = canvas.current && (await maskFile(canvas.current, pictureSize));
    if (file) onDone(file);
    else setIsEmpty(true);
  };
  const onKeyDown = (event: React.KeyboardEvent) => {
    if ((event.ctrlKey || event.metaKey) && event.key === 'z') {
      event.preventDefault();
      undo();
    }
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    const chosen = KEYS[event.key];
    if (chosen) setTool(chosen);
    else if (event.key === ']') resize(SIZES.step);
    else if (event.key === '[') resize(-SIZES.step);
    else if (event.key === '+' || event.key === '=') zoomBy(ZOOM_STEP);
    else if (event.key === '-') zoomBy(1 / ZOOM_STEP);
    else if (event.key === 'i') add({ kind: 'invert' });
  };
  const toolbar = (
    <>
      <Act icon={Undo2} label={t('mask.undo')} disabled={steps.length === 0} onClick={undo} />
      <Act icon={Contrast} label={t('mask.invert')} onClick={() => add({ kind: 'invert' })} />
      <Act icon={Trash2} label={t('mask.clear')} onClick={() => add({ kind: 'clear' })} />
      <Button variant="primary" size="sm" className="ml-2" disabled={base.isLoading} onClick={() => void finish()}>
        <Check aria-hidden />
        {t('mask.use')}
      </Button>
    </>
  );
  return (
    <FullScreen title={t('mask.title')} toolbar={toolbar} onClose={onClose} onKeyDown={onKeyDown}>
      <MaskStage
        canvas={canvas}
        picture={picture}
        drawing={drawing}
        base={base.bitmap}
        steps={steps}
        tool={tool}
        brushWidth={brushWidth}
        zoom={zoom}
        onStep={add}
      />
      {isEmpty || base.isUnreadable ? (
        <p role="alert" className="px-4 pt-2 text-center text-sm text-bad">
          {t(isEmpty ? 'mask.empty' : 'mask.unreadable')}
        </p>
      ) : null}
      <div className="flex flex-wrap items-center justify-center gap-x-5 gap-y-2 px-3 py-3">
        <Segmented
          legend={t('mask.tool')}
          value={tool}
          onChange={setTool}
          options={TOOLS.map(({ value, Icon }) => ({ value, label: <Icon aria-hidden />, name: t(`mask.${value}`) }))}
        />
        <label className="flex items-center gap-3 text-sm text-muted">
          {t('mask.size')}
          <input
            type="range"
            min={SIZES.smallest}
            max={SIZES.largest}
            value={size}
            onChange={(event) => setSize(event.target.valueAsNumber)}
            className="w-28 accent-accent sm:w-40"
          />
        </label>
        <span className="flex items-center">
          <Act icon={Minus} label={t('lightbox.zoomOut')} disabled={zoom === 1} onClick={() => zoomBy(1 / ZOOM_STEP)} />
          <span aria-live="polite" className="w-12 text-center text-sm text-muted tabular-nums">
            {Math.round(zoom * 100)}%
          </span>
          <Act icon={Plus} label={t('lightbox.zoomIn')} onClick={() => zoomBy(ZOOM_STEP)} />
        </span>
      </div>
    </FullScreen>
  );
}

function Act({
  icon: Icon,
  label,
  ...props
}: { icon: typeof Undo2; label: string } & React.ComponentProps<typeof Button>) {
  return (
    <Button variant="quiet" size="icon" aria-label={label} title={label} {...props}>
      <Icon />
    </Button>
  );
}

interface Base {
  bitmap?: ImageBitmap;
  isLoading: boolean;
  isUnreadable: boolean;
}

const NO_BASE: Base = { isLoading: false, isUnreadable: false };

/** The mask to begin with, as it can be drawn. */
function useBase(url: string | undefined): Base {
  const [base, setBase] = useState<Base>({ ...NO_BASE, isLoading: url !== undefined });
  useEffect(() => {
    if (url === undefined) return;
    let isOver = false;
    const read = async () => createImageBitmap(await (await fetch(url)).blob());
    read().then(
      (bitmap) => (isOver ? bitmap.close() : setBase({ ...NO_BASE, bitmap })),
      () => (isOver ? undefined : setBase({ ...NO_BASE, isUnreadable: true })),
    );
    return () => {
      isOver = true;
    };
  }, [url]);
  return base;
}
