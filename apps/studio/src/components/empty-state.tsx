import type { LucideIcon } from 'lucide-react';
import type { ReactNode } from 'react';

interface EmptyStateProps {
  icon: LucideIcon;
  title: string;
  text: string;
  /** The way on. */
  children?: ReactNode;
}

/** Nothing here: why, and what would change that. */
export function EmptyState({ icon: Icon, title, text, children }: EmptyStateProps) {
  return (
    <div className="flex flex-1 flex-col items-center justify-center gap-3 p-6 pb-24 text-center">
      <span className="mb-1 grid size-14 place-items-center rounded-xl bg-sunken text-muted">
        <Icon className="size-6" aria-hidden />
      </span>
      <h2 className="text-xl font-semibold tracking-[-0.02em]">{title}</h2>
      <p className="max-w-sm text-lg text-pretty text-muted">{text}</p>
      {children ? <div className="mt-2 flex flex-wrap justify-center gap-2">{children}</div> : null}
    </div>
  );
}
