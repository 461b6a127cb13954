import { cva, type VariantProps } from 'class-variance-authority';
import { clsx } from 'clsx';
import type { ComponentProps } from 'react';

export const buttonStyle = cva(
  'inline-flex shrink-0 items-center justify-center gap-2 font-medium whitespace-nowrap select-none transition-[background-color,color,border-color,opacity,transform] duration-150 ease-calm active:not-disabled:scale-[0.985] disabled:opacity-45 [&_svg]:size-4 [&_svg]:shrink-0',
  {
    variants: {
      variant: {
        primary: 'bg-ink text-on-ink hover:not-disabled:bg-ink/88',
        secondary: 'border border-line bg-surface text-ink hover:not-disabled:bg-sunken',
        quiet: 'text-muted hover:not-disabled:bg-hover hover:not-disabled:text-ink',
        danger: 'border border-line bg-surface text-bad hover:not-disabled:bg-bad-soft',
        overImage: 'bg-black/55 text-white backdrop-blur-md hover:not-disabled:bg-black/75',
      },
      size: {
        sm: 'h-8 rounded-md px-2.5 text-sm',
        md: 'h-10 rounded-md px-4 text-base',
        // Words of any length fit, also when text is set larger.
        lg: 'min-h-12 max-w-full rounded-lg px-5 py-2 text-center text-base whitespace-normal!',
        icon: 'size-9 rounded-md',
        iconSm: 'size-8 rounded-md',
      },
    },
    defaultVariants: { variant: 'secondary', size: 'md' },
  },
);

export type ButtonProps = ComponentProps<'button'> & VariantProps<typeof buttonStyle>;

export function Button({ variant, size, className, type = 'button', ...props }: ButtonProps) {
  return <button type={type} className={clsx(buttonStyle({ variant, size }), className)} {...props} />;
}
