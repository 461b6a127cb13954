import { clsx } from 'clsx';

/** Holds the place of something that is being loaded, in its size. */
export function Skeleton({ className }: { className?: string }) {
  return <span aria-hidden className={clsx('block animate-breathe rounded-md bg-sunken', className)} />;
}
