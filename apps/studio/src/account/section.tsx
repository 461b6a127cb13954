import type { ReactNode } from 'react';

/** One matter of the account. */
export function Section({ title, text, children }: { title: string; text?: string; children?: ReactNode }) {
  return (
    <section className="flex flex-col gap-4 rounded-xl border border-line bg-surface p-5 sm:p-6">
      <div>
        <h2 className="text-lg font-semibold tracking-[-0.01em]">{title}</h2>
        {text ? <p className="mt-0.5 text-muted">{text}</p> : null}
      </div>
      {children}
    </section>
  );
}
