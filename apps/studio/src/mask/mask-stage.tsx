import { type RefObject, useEffect, useLayoutEffect, useRef, useState } from 'react';
import type { AssetDto } from '#sdk';
import { useMessages } from '../i18n/use-messages.js';
import { drawMask, drawStroke, type MaskStep, type Point, type Size } from './mask-drawing.js';

export type MaskTool = 'brush' | 'eraser' | 'hand';

interface MaskStageProps {
  canvas: RefObject<HTMLCanvasElement | null>;
  picture: AssetDto;
  /** Of the drawing, pixels. */
  drawing: Size;
  base: ImageBitmap | undefined;
  steps: readonly MaskStep[];
  tool: MaskTool;
  /** In pixels of the drawing. */
  brushWidth: number;
  /** 1: all of the picture is in sight. */
  zoom: number;
  onStep: (step: MaskStep) => void;
}

type Stroke = MaskStep & { kind: 'stroke' };

const ARROWS: Readonly<Record<string, Point>> = {
  ArrowLeft: { x: -1, y: 0 },
  ArrowRight: { x: 1, y: 0 },
  ArrowUp: { x: 0, y: -1 },
  ArrowDown: { x: 0, y: 1 },
};
const LEAP = 4;

/** The picture with the mask over it. */
export function MaskStage(props: MaskStageProps) {
  const { canvas, picture, drawing, base, steps, tool, brushWidth, zoom } = props;
  const t = useMessages();
  const scroller = useRef<HTMLDivElement>(null);
  const [cursor, setCursor] = useState<Point>();
  const shown = useShownSize(scroller, drawing, zoom);
  const brush = useBrush(props, setCursor);
  const hand = useHand(scroller);
  useLayoutEffect(() => {
    const context = canvas.current?.getContext('2d');
    if (context) drawMask(context, base, steps);
  }, [canvas, base, steps]);
  const perPixel = shown.width / drawing.width;
  return (
    <div ref={scroller} className="relative grid min-h-0 flex-1 overflow-auto">
      <div className="relative m-auto" style={shown}>
        <img
          src={picture.previewUrl ?? picture.url}
          alt={picture.name}
          draggable={false}
          className="absolute inset-0 size-full select-none"
        />
        <canvas
          ref={canvas}
          width={drawing.width}
          height={drawing.height}
          tabIndex={0}
          role="application"
          aria-label={t('mask.stage')}
          aria-description={t('mask.keys')}
          className={`absolute inset-0 size-full opacity-60 ${tool === 'hand' ? 'cursor-grab touch-auto active:cursor-grabbing' : 'cursor-crosshair touch-none'}`}
          {...(tool === 'hand' ? hand : brush)}
        />
        {cursor && tool !== 'hand' ? (
          <span
            aria-hidden
            className="pointer-events-none absolute -translate-1/2 rounded-full border-2 border-white outline-1 outline-black/60"
            style={{
              left: cursor.x * perPixel,
              top: cursor.y * perPixel,
              width: brushWidth * perPixel,
              height: brushWidth * perPixel,
            }}
          />
        ) : null}
      </div>
    </div>
  );
}

/** How large the picture is drawn; zoomed, the middle stays in the middle. */
function useShownSize(scroller: RefObject<HTMLDivElement | null>, drawing: Size, zoom: number): Size {
  const [window, setWindow] = useState<Size>({ width: 0, height: 0 });
  useEffect(() => {
    if (!scroller.current) return;
    const observer = new ResizeObserver(([entry]) => {
      const { width = 0, height = 0 } = entry?.contentRect ?? {};
      setWindow({ width, height });
    });
    observer.observe(scroller.current);
    return () => observer.disconnect();
  }, [scroller]);
  const last = useRef(zoom);
  useLayoutEffect(() => {
    const element = scroller.current;
    const change = zoom / last.current;
    last.current = zoom;
    if (!element || change === 1) return;
    const { scrollLeft, scrollTop, clientWidth, clientHeight } = element;
    element.scrollTo(
      (scrollLeft + clientWidth / 2) * change - clientWidth / 2,
      (scrollTop + clientHeight / 2) * change - clientHeight / 2,
    );
  }, [scroller, zoom]);
  const fit = Math.min(window.width / drawing.width, window.height / drawing.height) * zoom;
  return { width: drawing.width * fit, height: drawing.height * fit };
}

/** Paints by pointer, and by keys: arrows move the brush, the space bar puts it down and lifts it. */
function useBrush(
  { canvas, drawing, tool, brushWidth, onStep }: MaskStageProps,
  setCursor: (point: Point | undefined) => void,
) {
  const stroke = useRef<Stroke>(undefined);
  const place = useRef<Point>({ x: drawing.width / 2, y: drawing.height / 2 });

  const moveTo = (point: Point) => {
    place.current = point;
    setCursor(point);
    if (!stroke.current) return;
    const points = [...stroke.current.points, point];
    stroke.current = { ...stroke.current, points };
    const context = canvas.current?.getContext('2d');
    if (context) drawStroke(context, { ...stroke.current, points: points.slice(-2) });
  };
  const putDown = (point: Point) => {
    stroke.current = { kind: 'stroke', isErasing: tool === 'eraser', width: brushWidth, points: [] };
    moveTo(point);
  };
  const lift = () => {
    if (stroke.current) onStep(stroke.current);
    stroke.current = undefined;
  };
  const pointOf = ({ clientX, clientY }: { clientX: number; clientY: number }): Point => {
    const { left, top, width, height } = canvas.current?.getBoundingClientRect() ?? new DOMRect();
    return { x: ((clientX - left) / width) * drawing.width, y: ((clientY - top) / height) * drawing.height };
  };

  return {
    onPointerDown: (event: React.PointerEvent) => {
      if (!event.isPrimary || event.button !== 0) return;
      event.currentTarget.setPointerCapture(event.pointerId);
      putDown(pointOf(event));
    },
    onPointerMove: (event: React.PointerEvent) => {
      if (!event.isPrimary) return;
      for (const each of event.nativeEvent.getCoalescedEvents()) moveTo(pointOf(each));
      moveTo(pointOf(event));
    },
    onPointerUp: (event: React.PointerEvent) => (event.isPrimary ? lift() : undefined),
    onPointerCancel: lift,
    onPointerLeave: () => setCursor(undefined),
    onKeyDown: (event: React.KeyboardEvent) => {
      const arrow = ARROWS[event.key];
      if (event.key === ' ') {
        event.preventDefault();
        if (stroke.current) lift();
        else putDown(place.current);
      } else if (arrow) {
        event.preventDefault();
        const by = (brushWidth / 2) * (event.shiftKey ? LEAP : 1);
        moveTo({
          x: Math.min(drawing.width, Math.max(0, place.current.x + arrow.x * by)),
          y: Math.min(drawing.height, Math.max(0, place.current.y + arrow.y * by)),
        });
      }
    },
    onFocus: () => setCursor(place.current),
    onBlur: () => {
      lift();
      setCursor(undefined);
    },
  };
}

/** Moves what is in sight by mouse; fingers scroll by themselves. */
function useHand(scroller: RefObject<HTMLDivElement | null>) {
  return {
    onPointerDown: (event: React.PointerEvent) => {
      if (event.pointerType === 'mouse') event.currentTarget.setPointerCapture(event.pointerId);
    },
    onPointerMove: (event: React.PointerEvent) => {
      if (event.currentTarget.hasPointerCapture(event.pointerId)) {
        scroller.current?.scrollBy(-event.movementX, -event.movementY);
      }
    },
  };
}
