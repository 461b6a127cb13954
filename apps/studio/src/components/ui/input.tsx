import { clsx } from 'clsx';
import type { ComponentProps } from 'react';

export const inputStyle =
  'w-full rounded-md border border-field bg-surface px-3 text-base text-ink transition-[border-color,box-shadow] duration-150 hover:border-muted focus:border-ink focus:ring-1 focus:ring-ink focus-visible:outline-none aria-invalid:border-bad';

export function Input({ className, ...props }: ComponentProps<'input'>) {
  return <input className={clsx(inputStyle, 'h-11', className)} {...props} />;
}

export function Select({ className, ...props }: ComponentProps<'select'>) {
  return <select className={clsx(inputStyle, 'h-10 pr-8', className)} {...props} />;
}

export function Textarea({ className, ...props }: ComponentProps<'textarea'>) {
  return <textarea className={clsx(inputStyle, 'scroll-quiet resize-none py-2.5', className)} {...props} />;
}
