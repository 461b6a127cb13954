import type { ReactNode } from 'react';

/** What happened, said once, with the way on. */
export function AuthMessage({ title, text, children }: { title: string; text: string; children?: ReactNode }) {
  return (
    <div className="flex flex-col gap-5" role="status">
      <title>{`${title} · BASE Studio`}</title>
      <div className="flex flex-col gap-2">
        <h1 className="text-2xl font-semibold tracking-[-0.025em]">{title}</h1>
        <p className="text-lg text-muted">{text}</p>
      </div>
      {children}
    </div>
  );
}
