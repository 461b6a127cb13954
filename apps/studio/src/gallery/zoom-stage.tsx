import { useEffect, useRef } from 'react';
import type { MediaFile } from '../media/media-file.js';
import { Picture } from '../media/picture.js';

/** How a picture is looked at: enlarged, and moved by pixels. */
export interface View {
  scale: number;
  x: number;
  y: number;
}

export const FIT: View = { scale: 1, x: 0, y: 0 };
const LARGEST = 8;
const DOUBLE_CLICK_SCALE = 2.5;

/** Nearer or farther, about the middle. */
export function zoomBy(view: View, factor: number): View {
  const scale = Math.min(LARGEST, Math.max(1, view.scale * factor));
  if (scale === 1) return FIT;
  const change = scale / view.scale;
  return { scale, x: view.x * change, y: view.y * change };
}

interface ZoomStageProps {
  file: MediaFile;
  view: View;
  onView: (view: View) => void;
}

/** A picture to zoom with wheel and double click, and to move by dragging. */
export function ZoomStage({ file, view, onView }: ZoomStageProps) {
  const stage = useRef<HTMLDivElement>(null);
  const latest = useRef({ view, onView });
  useEffect(() => {
    latest.current = { view, onView };
  });
  useEffect(() => {
    const element = stage.current;
    // React's own listeners are passive, and could not keep the page from scrolling.
    const onWheel = (event: WheelEvent) => {
      event.preventDefault();
      latest.current.onView(zoomBy(latest.current.view, Math.exp(-event.deltaY / 300)));
    };
    element?.addEventListener('wheel', onWheel, { passive: false });
    return () => element?.removeEventListener('wheel', onWheel);
  }, []);
  return (
    <div
      ref={stage}
      className={`absolute inset-0 overflow-hidden p-2 sm:p-4 ${view.scale > 1 ? 'cursor-grab touch-none active:cursor-grabbing' : ''}`}
      onDoubleClick={() => onView(view.scale > 1 ? FIT : zoomBy(FIT, DOUBLE_CLICK_SCALE))}
      onPointerDown={(event) => {
        if (view.scale > 1) event.currentTarget.setPointerCapture(event.pointerId);
      }}
      onPointerMove={(event) => {
        if (!event.currentTarget.hasPointerCapture(event.pointerId)) return;
        onView({ ...view, x: view.x + event.movementX, y: view.y + event.movementY });
      }}
    >
      <Picture
        file={file}
        alt={file.prompt}
        // Enlarged, it needs more pixels.
        sizes={`calc(min(100vw, 100vh * ${file.ratio}) * ${view.scale})`}
        isFirst
        isWhole
        draggable={false}
        className="size-full bg-contain object-contain select-none"
        style={{ transform: `translate(${view.x}px, ${view.y}px) scale(${view.scale})` }}
      />
    </div>
  );
}
