import { lazy, type ReactNode, Suspense, useState } from 'react';
import type { ConfirmDialogProps } from './confirm-dialog.js';

const ConfirmDialog = lazy(async () => ({ default: (await import('./confirm-dialog.js')).ConfirmDialog }));

interface AskFirstProps extends Pick<ConfirmDialogProps, 'title' | 'text' | 'action' | 'onConfirm'> {
  /** What is pressed: it asks. */
  children: (ask: () => void) => ReactNode;
}

/** A button whose deed has no way back, with the question before it. */
export function AskFirst({ children, onConfirm, ...question }: AskFirstProps) {
  const [isAsking, setIsAsking] = useState(false);
  const close = () => setIsAsking(false);
  const confirm = () => {
    close();
    onConfirm();
  };
  return (
    <>
      {children(() => setIsAsking(true))}
      {isAsking ? (
        <Suspense>
          <ConfirmDialog {...question} isPending={false} onConfirm={confirm} onClose={close} />
        </Suspense>
      ) : null}
    </>
  );
}
