import { type DragEvent, useState } from 'react';
import { filesIn } from './uploads.js';

interface FileDropProps {
  onDragOver: (event: DragEvent) => void;
  onDragLeave: () => void;
  onDrop: (event: DragEvent) => void;
}

/**
 * A place that files can be dropped on.
 * @returns whether some are held over it, and what the element takes
 */
export function useFileDrop(take: (files: readonly File[]) => void): readonly [isOver: boolean, props: FileDropProps] {
  const [isOver, setIsOver] = useState(false);
  return [
    isOver,
    {
      onDragOver: (event) => {
        event.preventDefault();
        setIsOver(true);
      },
      onDragLeave: () => setIsOver(false),
      onDrop: (event) => {
        event.preventDefault();
        setIsOver(false);
        take(filesIn(event.dataTransfer));
      },
    },
  ];
}
